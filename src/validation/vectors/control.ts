/** V33: who steers the others. */
import type { Settings } from '../../model/fields';
import { MEASURE } from '../../model/measures';
import type { ScheduledFault } from '../../model/scenario';
import { SECOND, start } from '../run-system';
import type { Row, Vector } from '../vector';

const exactly = (what: string, unit: string, theory: number): Row => ({
  what,
  unit,
  theory,
  tolerance: 0,
  judge: 'exact',
});

interface Scaled {
  readonly load: Settings;
  readonly service: Settings;
  readonly faults?: readonly ScheduledFault[];
}

/** The number of instances at each of these seconds. */
function instancesAt(seconds: readonly number[], { load, service, faults = [] }: Scaled, seed: number): number[] {
  const simulation = start(
    {
      components: {
        users: ['client', load],
        service: ['service', { workers: 1, ...service }],
        scaler: ['autoscaler', { minInstances: 1, provisionS: 0 }],
      },
      connections: { 'users>service': {}, 'scaler>service': {} },
      faults,
    },
    seed,
  );
  return seconds.map((second) => {
    simulation.advance(second * SECOND);
    return simulation.component('service')!.measured(MEASURE.instances);
  });
}

const RANDOM = { serviceTime: 'exponential', meanMs: 2 };
const STEADY = { serviceTime: 'constant', meanMs: 100, instances: 10 };
const even = (ratePerSec: number): Settings => ({ arrivals: 'constant', ratePerSec });
/** More than half of the load goes away at this second. */
const DROP = 120;

const V33: Vector = {
  id: 'V33',
  title: 'Horizontal autoscaling',
  shows:
    'An autoscaler comes to rest at ⌈λS ÷ target⌉, stays there within its tolerance, and takes away only after 300 s.',
  source:
    'Kubernetes documentation, Horizontal Pod Autoscaling: ⌈current · value ÷ target⌉, not within the tolerance of 0.1',
  quick: true,
  experiments: [
    {
      setup: '1000 requests/s by chance, 2 ms exponential, one core each, target 60 %',
      seeds: 3,
      rows: [exactly('instances after 120 s, from 1', 'instances', 4), exactly('the same, from 3', 'instances', 4)],
      replicate: (seed) =>
        [1, 3].flatMap((instances) =>
          instancesAt([120], { load: { ratePerSec: 1000 }, service: { ...RANDOM, instances } }, seed),
        ),
    },
    {
      setup: '10 instances, 100 ms each, evenly: 60 requests/s are the target of 60 %',
      seeds: 1,
      rows: [
        exactly('8 % above the target', 'instances', 10),
        exactly('12 % above it', 'instances', 12),
        exactly('8 % below it, after 400 s', 'instances', 10),
        exactly('12 % below it, after 400 s', 'instances', 9),
      ],
      replicate: (seed) => [
        ...[65, 67].flatMap((rate) => instancesAt([120], { load: even(rate), service: STEADY }, seed)),
        ...[55, 53].flatMap((rate) => instancesAt([400], { load: even(rate), service: STEADY }, seed)),
      ],
    },
    {
      // What was measured until the drop is used 15 s later, and counts for 300 s from then.
      setup: `the load falls to 45 % at ${DROP} s; values are 15 s old when they are used`,
      seeds: 1,
      rows: [
        exactly('instances 314.9 s after it', 'instances', 10),
        exactly('instances 315.1 s after it', 'instances', 5),
      ],
      replicate: (seed) =>
        instancesAt(
          [DROP + 314.9, DROP + 315.1],
          {
            load: even(60),
            service: STEADY,
            faults: [{ atMs: DROP * 1000, target: 'users', fault: 'load-step', params: { factor: 0.45 } }],
          },
          seed,
        ),
    },
  ],
};

export const CONTROL: readonly Vector[] = [V33];
