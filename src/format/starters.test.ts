import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { assemble } from '../kinds/assemble';
import type { Component } from '../model/scenario';
import { readScenario, writeScenario } from './scenario-codec';
import { encodeLink, linkSize } from './share-link';

const FOLDER = 'scenarios/starters';
const files = readdirSync(FOLDER).filter((file) => file.endsWith('.scenario.json'));
const starters = files.map((file) => [file, readFileSync(`${FOLDER}/${file}`, 'utf8')] as const);

/** The card on the canvas, and the room that the dots of a connection need. Closer rows would hide the badges. */
const CARD = { width: 184, height: 120 };

function overlap(a: Component, b: Component): boolean {
  const apart = { x: CARD.width + 56, y: CARD.height + 40 };
  return Math.abs(a.x - b.x) < apart.x && Math.abs(a.y - b.y) < apart.y;
}

const groups = JSON.parse(readFileSync(`${FOLDER}/order.json`, 'utf8')) as { title: string; examples: string[] }[];
const architectures = new Set(groups[0]!.examples.map((id) => `${id}.scenario.json`));

it('the gallery knows a place for each of them', () => {
  expect(groups.flatMap(({ examples }) => examples).sort()).toEqual(
    files.map((file) => file.replace('.scenario.json', '')).sort(),
  );
});

describe.each(starters)('%s', (file, text) => {
  const result = readScenario(text);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  const record = result.value;
  const { scenario } = record;

  it('is written as we write scenarios', () => {
    expect(writeScenario(record)).toBe(text);
    expect(record.interventions).toEqual([]);
  });

  it('has a story, the usual seed, and a link that is safe everywhere', () => {
    expect(scenario.title).not.toBe('');
    expect(scenario.story).toContain('Try this: ');
    expect(scenario.seed).toBe(7);
    expect(linkSize('https://backpressure.example/#'.length + encodeLink(record).length)).toBe('safe');
  });

  it('lies on the grid, from left to right, with room between the cards', () => {
    const { components, connections } = scenario;
    for (const { x, y } of components) expect([x % 20, y % 20]).toEqual([0, 0]);
    for (const [i, a] of components.entries()) {
      for (const b of components.slice(i + 1)) expect(overlap(a, b), `${a.id} and ${b.id}`).toBe(false);
    }
    const at = new Map(components.map(({ id, x }) => [id, x]));
    for (const { from, to, config } of connections) {
      // What turns a saga back leads back.
      const back = config['tells'] === 'refused' || config['tells'] === 'undone';
      expect(at.get(from)! < at.get(to)!).toBe(!back);
    }
  });

  it('runs for ten seconds, answers requests and loses none', () => {
    const simulation = assemble(scenario);
    simulation.advance(10_000_000);
    const { arrivals, completions, failures, inSystem } = simulation.system.totals(simulation.now);
    expect(completions).toBeGreaterThanOrEqual(arrivals / 2);
    expect(completions + failures + inSystem).toBe(arrivals);
    for (const component of simulation.components) {
      const totals = component.stats.totals(simulation.now);
      expect(totals.arrivals, component.id).toBe(totals.completions + totals.failures + totals.inSystem);
      // Where nothing is meant to fail, nobody is idle either.
      if (architectures.has(file)) expect(totals.completions, component.id).toBeGreaterThan(0);
    }
  });
});
