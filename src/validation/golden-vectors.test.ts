/** The cheap vectors, in every test run, by the same rule as `npm run validate`; and what was published last. */
import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { goldenVectors } from './golden-vectors';
import { type PublishedVector, publish, reworded, validationMarkdown, validationTable } from './publication';
import { type Experiment, runVector } from './vector';

const FOLDER = 'scenarios/starters';
const starters = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.scenario.json'))
  .map((file) => ({ name: file.split('.')[0]!, text: readFileSync(`${FOLDER}/${file}`, 'utf8') }));
const vectors = goldenVectors(starters);

describe('golden vectors', () => {
  it.each(vectors.filter(({ quick }) => quick).map((vector) => [vector.id, vector.title, vector] as const))(
    '%s %s',
    (_id, _title, vector) => {
      const published = publish(runVector(vector));
      console.log(validationTable([published]));
      expect(published.rows.filter(({ verdict }) => verdict === 'fail')).toEqual([]);
    },
    300_000,
  );

  it('have each an id of their own', () => {
    expect(new Set(vectors.map(({ id }) => id)).size).toBe(vectors.length);
  });

  it('have seeds enough for an interval, where chance is involved', () => {
    const chance = ({ rows }: Experiment): boolean =>
      rows.some(({ judge = 'interval' }) => judge === 'interval' || judge === 'near');
    const tooFew = vectors.filter(({ experiments }) => experiments.some((e) => chance(e) && e.seeds < 6));
    expect(tooFew.map(({ id }) => id)).toEqual([]);
  });
});

describe('what is published', () => {
  const { vectors: published } = JSON.parse(readFileSync('public/validation.json', 'utf8')) as {
    vectors: PublishedVector[];
  };

  const isPublished = (id: string): boolean => published.some((vector) => vector.id === id);
  const waiting = vectors.map(({ id }) => id).filter((id) => !isPublished(id));

  it('is in order, and has every row of its vectors', () => {
    const names = (rows: readonly { what: string }[]): string[] => rows.map(({ what }) => what);
    expect(published.map(({ id, rows }) => ({ id, rows: names(rows) }))).toEqual(
      vectors
        .filter(({ id }) => isPublished(id))
        .map(({ id, experiments }) => ({ id, rows: names(experiments.flatMap(({ rows }) => rows)) })),
    );
  });

  it('says of each vector what its declaration says', () => {
    for (const vector of published) {
      expect(vector).toEqual(
        reworded(
          vector,
          vectors.find(({ id }) => id === vector.id)!,
        ),
      );
    }
  });

  it('says the same in docs/validation.md as in public/validation.json, and which vectors wait', () => {
    expect(readFileSync('docs/validation.md', 'utf8')).toBe(validationMarkdown(published, waiting));
  });

  it('judges its numbers as its rule says', () => {
    for (const { id, verdict, rows } of published) {
      expect(verdict, id).toBe(rows.every((row) => row.verdict === 'pass') ? 'pass' : 'fail');
      for (const row of rows) {
        const off = Math.abs(row.measured - row.theory);
        const within = off <= row.tolerance * Math.abs(row.theory) * (1 + 1e-4);
        // Rounded to five digits: an end of the interval may touch the theory.
        const slack = Math.abs(row.theory) * 1e-4;
        const inside = row.low - slack <= row.theory && row.theory <= row.high + slack;
        if (row.verdict === 'pass' && row.judge === 'interval')
          expect(within && inside, `${id}: ${row.what}`).toBe(true);
        if (row.verdict === 'pass' && row.judge === 'near') expect(within, `${id}: ${row.what}`).toBe(true);
      }
    }
  });
});
