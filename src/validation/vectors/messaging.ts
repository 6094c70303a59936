/** V24: work that takes longer than the visibility timeout. */
import { exp } from '../../engine/deterministic-math';
import { SECOND, start } from '../run-system';
import type { Experiment, Vector } from '../vector';
import { exponential, row } from './single-stations';

const VISIBILITY_S = 30;
const SECONDS = 8000;
/** Those received later have not had the time to come again. */
const LAST_S = SECONDS - 2 * VISIBILITY_S;

/** Share of the messages that were received a second time. */
function receivedAgain(meanS: number, ratePerSec: number, seed: number): number {
  const simulation = start(
    {
      components: {
        sender: ['client', { ratePerSec }],
        queue: ['cloud-queue', { visibilitySeconds: VISIBILITY_S, duplicatePercent: 0 }],
        worker: ['worker', exponential(meanS * 1000, 2000)],
      },
      connections: { 'sender>queue': {}, 'queue>worker': { batch: 1, consumers: 64 } },
    },
    seed,
  );
  const component = simulation.component('worker')!;
  const arrive = component.arrive.bind(component);
  const again = new Map<number, boolean>();
  component.arrive = (call) => {
    const root = simulation.calls.rootSerial(call);
    if (again.has(root)) again.set(root, true);
    else if (simulation.now < LAST_S * SECOND) again.set(root, false);
    arrive(call);
  };
  simulation.advance(SECONDS * SECOND);
  let twice = 0;
  for (const came of again.values()) if (came) twice++;
  return twice / again.size;
}

function experiment(meanS: number, ratePerSec: number): Experiment {
  return {
    setup: `exponential work of ${meanS} s on average, visibility timeout 30 s, one message per receive`,
    seeds: 8,
    rows: [row('received again', 'share', exp(-VISIBILITY_S / meanS), 3)],
    replicate: (seed) => [receivedAgain(meanS, ratePerSec, seed)],
  };
}

const V24: Vector = {
  id: 'V24',
  title: 'Visibility timeout',
  shows: 'A message is delivered a second time exactly when the work on it takes longer than it is hidden.',
  source: 'P(S > 30 s) = e^(−30 s ÷ mean) of the exponential distribution',
  experiments: [experiment(10, 4), experiment(20, 2)],
};

export const MESSAGING: readonly Vector[] = [V24];
