// A choreographed saga: steps that hear of each other by messages only, refusals that turn it back, and what an observer
// sees of it when messages get lost or come twice.
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../engine/random';
import type { Simulation } from '../../engine/simulation';
import type { Settings } from '../../model/fields';
import type { ScheduledFault } from '../../model/scenario';
import { MICROS_PER_SECOND as SECOND } from '../../model/units';
import { assemble } from '../assemble';
import { eventLog, INSTANT, metricOf, smallSystem } from '../small-system';

const STEP: Settings = { serviceTime: 'constant', meanMs: 10, idempotency: 'store', dedupMs: 0 };
const WRITES: Settings = { ratePerSec: 4, arrivals: 'constant', readPercent: 0, keyCount: 1 };
const ORDERS: readonly [string, Settings] = ['topic', { storeMs: 0 }];
/** As often as it takes. */
const PUSHED: Settings = { ...INSTANT, attempts: 100, backoffMs: 200, backoffCapMs: 1000, timeoutMs: 500 };

interface Setting {
  readonly client?: Settings;
  readonly steps?: Settings;
  readonly stock?: Settings;
  readonly pushed?: Settings;
  readonly refunds?: Settings;
  readonly faults?: readonly ScheduledFault[];
  readonly readers?: boolean;
  /** A queue before the first step: whoever orders need not ask again. */
  readonly queue?: boolean;
  readonly seed?: number;
}

/** Order, payment, stock. When stock says no, payment is refunded and the order cancelled. */
function shop({
  client = WRITES,
  steps = {},
  stock = {},
  pushed = {},
  refunds = {},
  faults,
  readers,
  queue,
  seed,
}: Setting) {
  const first: Settings = { ...STEP, ...steps, saga: 'first', stuckAfterS: 5 };
  const later: Settings = { ...STEP, ...steps, saga: 'later' };
  const push: Settings = { ...PUSHED, ...pushed };
  return assemble(
    smallSystem({
      components: {
        users: ['client', client],
        order: ['worker', first],
        payment: ['worker', later],
        stock: ['worker', { ...later, ...stock }],
        placed: ORDERS,
        paid: ORDERS,
        refused: ORDERS,
        ...(queue ? { orders: ['queue', { type: 'quorum', deliveryLimit: 1_000_000, requeueMs: 50 }] as const } : {}),
        ...(readers ? { readers: ['client', { ratePerSec: 40, readPercent: 100, keyCount: 1 }] as const } : {}),
      },
      connections: {
        ...(queue
          ? { 'users>orders': {}, 'orders>order': { timeoutMs: 500, prefetch: 20 } }
          : { 'users>order': { ...INSTANT, timeoutMs: 0 } }),
        'order>placed': INSTANT,
        'placed>payment': push,
        'payment>paid': INSTANT,
        'paid>stock': push,
        'stock>refused': { ...INSTANT, tells: 'refused' },
        'refused>payment': { ...push, asks: 'undo', ...refunds },
        'refused>order': { ...push, asks: 'undo' },
        ...(readers ? { 'readers>order': INSTANT } : {}),
      },
      ...(faults ? { faults } : {}),
      ...(seed === undefined ? {} : { seed }),
    }),
  );
}

const fault = (at: number, until: number, target: string, id: string, params: Settings = {}): ScheduledFault => ({
  atMs: 1000 * at,
  durationMs: 1000 * (until - at),
  target,
  fault: id,
  params,
});

const counts = (simulation: Simulation, ...metrics: string[]): number[] =>
  metrics.map((metric) => metricOf(simulation, 'order', metric));

const SOLD_OUT: Settings = { refusePercent: 100 };

/** What holds some time after the last order. */
function ended(simulation: Simulation, at: number): { stuck: number; off: number; inFlight: number } {
  simulation.intervene({ type: 'edit', edit: { type: 'remove-component', id: 'users' } });
  simulation.advance(at * SECOND);
  simulation.resetTotals();
  simulation.advance((at + 1) * SECOND);
  simulation.component('order')!.behaviour.audit!();
  const [stuck, off, inFlight] = counts(simulation, 'sagasStuck', 'moneyOff', 'moneyInFlight') as [
    number,
    number,
    number,
  ];
  return { stuck, off, inFlight };
}

const messages = (simulation: Simulation, untilMs: number): string[] =>
  eventLog(simulation, untilMs).filter((line) => line.includes('arrival'));

it('each step tells the next one', () => {
  const simulation = shop({});
  expect(messages(simulation, 400)).toEqual([
    '250 arrival users>order',
    '260 arrival order>placed',
    '260 arrival placed>payment',
    '270 arrival payment>paid',
    '270 arrival paid>stock',
  ]);
  expect(counts(simulation, 'sagasDone', 'sagasCompensated', 'undone')).toEqual([1, 0, 0]);
  expect(simulation.ledger.open).toBe(0);
});

it('a refusal turns it back: those who hear of it undo what they did', () => {
  const simulation = shop({ stock: SOLD_OUT });
  expect(messages(simulation, 400).slice(4)).toEqual([
    '270 arrival paid>stock',
    '280 arrival stock>refused',
    '280 arrival refused>payment',
    '280 arrival refused>order',
  ]);
  expect(counts(simulation, 'sagasDone', 'sagasCompensated', 'undone')).toEqual([0, 1, 1]);
  expect([metricOf(simulation, 'payment', 'undone'), metricOf(simulation, 'stock', 'refused')]).toEqual([1, 1]);
  expect(simulation.ledger.open).toBe(0);
});

it('refuses about as many as it says, and the same ones whenever they come', () => {
  const simulation = shop({ client: { ...WRITES, ratePerSec: 200 }, stock: { refusePercent: 30 } });
  simulation.advance(20 * SECOND);
  const [done, compensated] = counts(simulation, 'sagasDone', 'sagasCompensated') as [number, number];
  expect(compensated / (done + compensated)).toBeGreaterThan(0.27);
  expect(compensated / (done + compensated)).toBeLessThan(0.33);
});

it('others read what is undone later', () => {
  const dirty = (setting: Setting): number => {
    const simulation = shop({ ...setting, readers: true });
    simulation.advance(10 * SECOND);
    return counts(simulation, 'dirtyReads')[0]!;
  };
  expect(dirty({ stock: SOLD_OUT })).toBeGreaterThan(10);
  expect(dirty({})).toBe(0);
});

describe('a refund that gets lost', () => {
  const cut = [fault(2, 4, 'refused>payment', 'cut')];

  it('leaves sagas half undone, for good', () => {
    const { stuck, off, inFlight } = run({ stock: SOLD_OUT, faults: cut, refunds: { attempts: 1 } });
    // Eight orders in two seconds.
    expect(stuck).toBe(8);
    expect(off).toBeGreaterThan(80);
    expect(inFlight).toBe(0);
  });
  it.each<[string, Setting]>([
    ['it is delivered again', { stock: SOLD_OUT, faults: cut }],
    ['nothing is refused', { faults: cut, refunds: { attempts: 1 } }],
    ['the network is whole', { stock: SOLD_OUT, refunds: { attempts: 1 } }],
  ])('does not when %s', (_what, setting) => {
    expect(run(setting)).toEqual({ stuck: 0, off: 0, inFlight: 0 });
  });

  function run(setting: Setting) {
    const simulation = shop(setting);
    simulation.advance(5 * SECOND);
    return ended(simulation, 15);
  }
});

describe('a refund whose acknowledgement gets lost', () => {
  const cut = [fault(2, 4, 'refused>payment', 'cut', { direction: 'back' })];

  it('happens again, and again', () => {
    const simulation = shop({ stock: SOLD_OUT, faults: cut, steps: { idempotency: 'none' } });
    simulation.advance(5 * SECOND);
    expect(counts(simulation, 'afterEnd')[0]).toBeGreaterThan(8);
    expect(ended(simulation, 15).off).toBeGreaterThan(80);
  });
  it('is recognised by one who keeps an inbox', () => {
    const simulation = shop({ stock: SOLD_OUT, faults: cut });
    simulation.advance(5 * SECOND);
    expect(counts(simulation, 'afterEnd')).toEqual([0]);
    expect(metricOf(simulation, 'payment', 'suppressed')).toBeGreaterThan(8);
    expect(ended(simulation, 15)).toEqual({ stuck: 0, off: 0, inFlight: 0 });
  });
});

it('a compensation that overtakes its step keeps it from happening', () => {
  // Stock hears of the order at once, and refuses; payment gets it only when the network is whole again.
  const simulation = assemble(
    smallSystem({
      components: {
        users: ['client', { ...WRITES, ratePerSec: 1 }],
        order: ['worker', { ...STEP, saga: 'first' }],
        payment: ['worker', { ...STEP, saga: 'later' }],
        stock: ['worker', { ...STEP, saga: 'later', ...SOLD_OUT }],
        placed: ORDERS,
        refused: ORDERS,
      },
      connections: {
        'users>order': INSTANT,
        'order>placed': INSTANT,
        'placed>payment': PUSHED,
        'placed>stock': PUSHED,
        'stock>refused': { ...INSTANT, tells: 'refused' },
        'refused>payment': { ...PUSHED, asks: 'undo' },
        'refused>order': { ...PUSHED, asks: 'undo' },
      },
      faults: [fault(0.5, 1.5, 'placed>payment', 'cut')],
    }),
  );
  simulation.advance(1.9 * SECOND);
  expect(metricOf(simulation, 'payment', 'effects')).toBe(0);
  expect(metricOf(simulation, 'payment', 'suppressed')).toBe(2);
  expect(counts(simulation, 'sagasCompensated')).toEqual([1]);
  expect(simulation.ledger.open).toBe(0);
});

describe('an order service that dies after it has told of an order, and before it has it', () => {
  // The broker has the message at 460 ms; its answer would arrive at 660 ms.
  const faults = [fault(0.15, 0.6, 'order>placed', 'delay', { addMs: 200 }), fault(0.5, 0.55, 'order', 'crash')];
  const run = (queue: boolean) => {
    const simulation = shop({ faults, queue });
    simulation.advance(0.6 * SECOND);
    return ended(simulation, 20);
  };

  it('has its customer pay for nothing when nobody asks again', () => {
    expect(run(false)).toMatchObject({ stuck: 1, inFlight: 0 });
  });
  it('does not when the order comes again', () => {
    expect(run(true)).toEqual({ stuck: 0, off: 0, inFlight: 0 });
  });
});

describe('whatever happens to those who take part', () => {
  const SEEDS = Array.from({ length: 10 }, (_, i) => i + 1);
  /** Ten seconds of trouble, then peace. */
  function troubled(seed: number, steps: Settings): Simulation {
    const chance = new RandomStream(seed, '', 'choreography');
    const targets = ['order', 'payment', 'stock', 'placed', 'paid', 'refused'];
    const links = ['order>placed', 'placed>payment', 'paid>stock', 'refused>payment', 'refused>order', 'stock>refused'];
    const faults = [...targets, ...links].flatMap((target) =>
      [1, 2].map((): ScheduledFault => {
        const ids = target.includes('>') ? ['cut', 'delay'] : ['crash', 'pause', 'slow'];
        const at = 9 * chance.uniform();
        return fault(at, at + 0.05 + 1.5 * chance.uniform(), target, ids[chance.integer(ids.length)]!);
      }),
    );
    const simulation = shop({
      client: { ratePerSec: 30, readPercent: 10, keyCount: 40 },
      steps: { serviceTime: 'lognormal', ...steps },
      stock: { refusePercent: 30 },
      queue: true,
      faults,
      seed,
    });
    simulation.advance(11 * SECOND);
    return simulation;
  }

  it.each(SEEDS)('an inbox and delivery at least once conserve the money (seed %i)', (seed) => {
    const simulation = troubled(seed, {});
    const [done, compensated] = counts(simulation, 'sagasDone', 'sagasCompensated');
    expect(done).toBeGreaterThan(20);
    expect(compensated).toBeGreaterThan(5);
    const { off, inFlight } = ended(simulation, 60);
    expect([off, inFlight]).toEqual([0, 0]);
  });

  it('without an inbox they do not', () => {
    const off = SEEDS.slice(0, 4).filter((seed) => ended(troubled(seed, { idempotency: 'none' }), 40).off > 0);
    expect(off.length).toBeGreaterThan(2);
  });
});
