/** V39 and V40: what holds for every shipped scenario. */
import { readScenario } from '../format/scenario-codec';
import { assemble } from '../kinds/assemble';
import type { RunRecord } from '../model/scenario';
import { arrivalsHash, HALVES } from './common-luck';
import { measureLaws } from './laws';
import { SECOND } from './run-system';
import type { Experiment, Row, Vector } from './vector';

export interface NamedScenario {
  readonly name: string;
  /** The text of its file. */
  readonly text: string;
}

function recordOf({ name, text }: NamedScenario, seed: number): RunRecord {
  const read = readScenario(text);
  if (!read.ok) throw new Error(`${name} is not a valid scenario`);
  const { scenario, interventions } = read.value;
  return { scenario: { ...scenario, seed }, interventions };
}

const bound = (what: string, unit: string, theory: number): Row => ({
  what,
  unit,
  theory,
  tolerance: 0,
  judge: 'at-most',
});

const max = (values: readonly number[]): number => values.reduce((most, value) => Math.max(most, value), 0);

const laws = (starter: NamedScenario): Experiment => ({
  setup: `“${starter.name}” from 10 s to 310 s, at its worst node`,
  seeds: 3,
  rows: [
    bound('requests lost', '', 0),
    bound('Little’s law: |L − X·W| ÷ L', 'share', 0.01),
    bound('utilisation law: |U − X·S ÷ c|', 'share', 0.01),
  ],
  replicate(seed) {
    const nodes = measureLaws(recordOf(starter, seed), 10, 310);
    return [
      max(nodes.map(({ lost }) => lost)),
      max(nodes.map(({ little }) => little)),
      max(nodes.map(({ utilisation }) => utilisation ?? 0)),
    ];
  },
});

/** How many of the two halves of a promise are broken: the same seed repeats itself, another seed does not. */
const replay = (starter: NamedScenario): Experiment => ({
  setup: `“${starter.name}” for 20 s`,
  seeds: 3,
  rows: [
    { ...bound('runs of one seed whose fingerprints differ', '', 0) },
    { ...bound('runs of two seeds whose fingerprints agree', '', 0) },
  ],
  replicate(seed) {
    const run = (own: number): string => {
      const { scenario, interventions } = recordOf(starter, own);
      const simulation = assemble(scenario, interventions);
      simulation.advance(20 * SECOND);
      return simulation.fingerprint;
    };
    const first = run(seed);
    return [run(seed) === first ? 0 : 1, run(seed + 1) === first ? 1 : 0];
  },
});

const commonLuck: Experiment = {
  setup: 'client → balancer → 3 services → database, each policy changed in turn, for 30 s',
  seeds: 5,
  rows: [
    { ...bound('changes after which other requests arrive', '', 0) },
    {
      what: 'changes after which something happens differently',
      unit: '',
      theory: HALVES.length,
      tolerance: 0,
      judge: 'exact',
    },
  ],
  replicate(seed) {
    const plain = arrivalsHash({}, seed);
    const changed = HALVES.map((change) => arrivalsHash(change, seed));
    return [
      changed.filter(({ arrivals }) => arrivals !== plain.arrivals).length,
      changed.filter(({ everything }) => everything !== plain.everything).length,
    ];
  },
};

export function starterVectors(starters: readonly NamedScenario[]): readonly Vector[] {
  return [
    {
      id: 'V39',
      title: 'Laws at every node',
      shows:
        'Little’s law, the utilisation law and conservation of requests hold at every node of every shipped scenario.',
      source: 'Little 1961; Denning and Buzen 1978',
      experiments: starters.map(laws),
    },
    {
      id: 'V40',
      title: 'The same again',
      shows: 'A seed repeats its run; changing a policy leaves everybody else’s luck alone (common random numbers).',
      source: 'By construction: streams of random numbers by seed, owner and purpose',
      quick: true,
      experiments: [...starters.map(replay), commonLuck],
    },
  ];
}
