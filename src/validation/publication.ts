/**
 * The results of the golden vectors as they are published: a table in docs/validation.md for readers of the repository
 * and public/validation.json for the page "How honest is this?". Both hold the same numbers.
 */
import type { Vector, VectorResult } from './vector';

/** The shape of public/validation.json: `{ vectors: PublishedVector[] }`. */
export interface PublishedVector {
  readonly id: string;
  readonly title: string;
  /** One sentence: what it shows. */
  readonly shows: string;
  readonly source: string;
  /** Empty, or what of the vector is not shown yet. */
  readonly missing: string;
  readonly verdict: Verdict;
  readonly rows: readonly PublishedRow[];
}

export type Verdict = 'pass' | 'fail';

export interface PublishedRow {
  /** The system, in words; the same for rows of one experiment. */
  readonly setup: string;
  readonly what: string;
  readonly unit: string;
  /** Numbers with five significant digits. `measured` is the mean over the seeds; for an invariant, the worst run. */
  readonly theory: number;
  readonly measured: number;
  /** Ends of the 95 % confidence interval. */
  readonly low: number;
  readonly high: number;
  /** Relative to the theory. */
  readonly tolerance: number;
  readonly judge: 'interval' | 'near' | 'exact' | 'at-most';
  readonly seeds: number;
  /** Whether these are the numbers of the second set of seeds. */
  readonly again: boolean;
  readonly verdict: Verdict;
}

const rounded = (value: number): number => Number(value.toPrecision(5));
const verdict = (passed: boolean): Verdict => (passed ? 'pass' : 'fail');

type Words = Pick<PublishedVector, 'id' | 'title' | 'shows' | 'source' | 'missing'>;

function wordsOf({ id, title, shows, source, missing = '' }: Vector): Words {
  return { id, title, shows, source, missing };
}

/** The numbers of the last run, with what is said about them today. */
export function reworded(published: PublishedVector, vector: Vector): PublishedVector {
  return { ...published, ...wordsOf(vector) };
}

export function publish({ vector, experiments, passed }: VectorResult): PublishedVector {
  const rows = experiments.flatMap(({ setup, seeds, rows: results }) =>
    results.map((row): PublishedRow => ({
      setup,
      what: row.what,
      unit: row.unit,
      theory: rounded(row.theory),
      measured: rounded(row.measured),
      low: rounded(row.low),
      high: rounded(row.high),
      tolerance: row.tolerance,
      judge: row.judge ?? 'interval',
      seeds,
      again: row.again,
      verdict: verdict(row.passed),
    })),
  );
  return { ...wordsOf(vector), verdict: verdict(passed), rows };
}

const percent = (share: number): string => `${rounded(share * 100)} %`;

function interval({ judge, low, high }: PublishedRow): string {
  if (judge === 'exact') return 'every run';
  if (judge === 'at-most') return 'worst run';
  return `${low} … ${high}`;
}

function cells(row: PublishedRow): string[] {
  const unit = row.unit === '' || row.unit === 'share' ? '' : ` ${row.unit}`;
  const sign = row.judge === 'at-most' ? '≤ ' : '';
  return [
    row.what,
    `${sign}${row.theory}${unit}`,
    `${row.measured}${unit}`,
    interval(row),
    row.tolerance === 0 ? 'exact' : percent(row.tolerance),
    `${row.seeds}${row.again ? ' (2nd set)' : ''}`,
    row.verdict === 'pass' ? 'pass' : '**FAIL**',
  ];
}

/** For a terminal: one line a row. */
export function validationTable(vectors: readonly PublishedVector[]): string {
  const lines = vectors.flatMap(({ id, rows }) => rows.map((row) => [id, ...cells(row)]));
  const all = [['', 'what', 'theory', 'measured', '95 % interval', 'tolerance', 'seeds', 'verdict'], ...lines];
  const widths = all[0]!.map((_, column) => Math.max(...all.map((line) => line[column]!.length)));
  return all
    .map((line) =>
      line
        .map((cell, i) => cell.padEnd(widths[i]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

const INTRODUCTION = `# Validation

Written by \`npm run validate\`; do not edit. Each golden vector is a small system whose numbers are known from theory. It is run
through the same scenario format and the same kinds that users have, over independent seeds, with a warm-up that is thrown away.

- **95 % interval**: of the mean over the seeds, by Student's t. A vector passes when the interval contains the theory *and* the mean is
  within the tolerance of it.
- A 95 % interval misses the truth once in twenty times by definition. So an experiment with a miss is repeated once with three times
  as many fresh seeds, and the repetition alone counts; its rows say *2nd set*.
- **every run**: no chance is involved, and every run agrees. **worst run**: a bound that no run may exceed.
- Where the theory is itself an approximation or a rounded simulation of others, only the tolerance is asked for; the source says so.
- What fails is listed as failing.
`;

const escape = (text: string): string => text.replaceAll('|', '\\|');

export function validationMarkdown(vectors: readonly PublishedVector[], waiting: readonly string[]): string {
  const passed = vectors.filter(({ verdict: v }) => v === 'pass').length;
  const parts = [INTRODUCTION, `${passed} of ${vectors.length} vectors pass.\n`];
  if (waiting.length > 0) parts.push(`Declared, but not published yet: ${waiting.join(', ')}.\n`);
  for (const vector of vectors) {
    parts.push(`## ${vector.id} ${vector.title}\n\n${vector.shows} Theory: ${vector.source}.\n`);
    if (vector.missing !== '') parts.push(`Not shown yet: ${vector.missing}\n`);
    for (const setup of new Set(vector.rows.map((row) => row.setup))) {
      const lines = vector.rows
        .filter((row) => row.setup === setup)
        .map((row) => `| ${cells(row).map(escape).join(' | ')} |`);
      parts.push(
        `${setup}:\n\n| what | theory | measured | 95 % interval | tolerance | seeds | verdict |\n` +
          `| --- | --: | --: | :-: | --: | --: | :-: |\n${lines.join('\n')}\n`,
      );
    }
  }
  return parts.join('\n');
}
