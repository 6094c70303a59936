import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../engine/random';
import type { Simulation } from '../../engine/simulation';
import type { Settings } from '../../model/fields';
import type { ScheduledFault } from '../../model/scenario';
import { MICROS_PER_SECOND as SECOND } from '../../model/units';
import { assemble } from '../assemble';
import { deathsAt, fault, INSTANT, metricOf, smallSystem } from '../small-system';

const LOAD = { arrivals: 'constant', keys: 'sequential', keyCount: 1_000_000, ratePerSec: 20 };
const WORK = (meanMs: number, workers = 64): Settings => ({ serviceTime: 'constant', meanMs, workers });

interface Setup {
  readonly load?: Settings;
  readonly queue?: Settings;
  readonly worker?: Settings;
  /** The connection from the queue to the worker. */
  readonly delivery?: Settings;
  readonly faults?: readonly ScheduledFault[];
  readonly seed?: number;
}

/** A client publishes to a queue, which delivers to a worker. */
function queued({ load = {}, queue = {}, worker = {}, delivery = {}, ...rest }: Setup): Simulation {
  return assemble(
    smallSystem({
      components: {
        client: ['client', { ...LOAD, ...load }],
        queue: ['queue', { type: 'classic', persistMs: 0, messageMicros: 1, ...queue }],
        worker: ['worker', worker],
      },
      connections: { 'client>queue': INSTANT, 'queue>worker': { ...INSTANT, ...delivery } },
      ...rest,
    }),
  );
}

const metric = (simulation: Simulation, id: string, component = 'worker'): number =>
  metricOf(simulation, component, id);

const ledger = (simulation: Simulation) => ({
  once: metric(simulation, 'effects'),
  twice: metric(simulation, 'duplicates'),
  suppressed: metric(simulation, 'suppressed'),
  lost: metric(simulation, 'lostEffects'),
});

function drain(simulation: Simulation): void {
  simulation.intervene({ type: 'edit', edit: { type: 'remove-component', id: 'client' } });
  simulation.advance(simulation.now + 120 * SECOND);
}

describe('a worker', () => {
  it('works on as many messages as it has workers, and turns away what its buffer does not hold', () => {
    const simulation = queued({
      load: { ratePerSec: 100 },
      worker: { ...WORK(1000, 2), queueLimit: 5 },
      delivery: { prefetch: 0 },
      queue: { requeueMs: 10_000 },
    });
    simulation.advance(0.995 * SECOND);
    expect(simulation.component('worker')!.stats.inSystem).toBe(7);
    expect(deathsAt(simulation, 'worker')).toEqual({ 'queue-full': 99 - 7 });
  });

  it('runs its plan while it holds the message, and acknowledges when all is done', () => {
    const simulation = assemble(
      smallSystem({
        components: {
          client: ['client', { ...LOAD, ratePerSec: 1 }],
          queue: ['queue', { type: 'classic', persistMs: 0, messageMicros: 1 }],
          worker: ['worker', WORK(10, 1)],
          other: ['service', { serviceTime: 'constant', meanMs: 30 }],
          next: ['queue', { type: 'classic' }],
        },
        connections: {
          'client>queue': INSTANT,
          'queue>worker': INSTANT,
          'worker>other': INSTANT,
          'worker>next': INSTANT,
        },
        faults: [fault('other', 'errors', 2.5, 3.5, { percent: 100 })],
      }),
    );
    simulation.advance(1.039 * SECOND);
    expect(metric(simulation, 'acked', 'queue')).toBe(0);
    simulation.advance(2.4 * SECOND);
    expect(metric(simulation, 'acked', 'queue')).toBe(2);
    expect(metric(simulation, 'published', 'next')).toBe(2);
    // A step that fails fails the message, which has had no effect.
    simulation.advance(3.4 * SECOND);
    expect(metric(simulation, 'redelivered', 'queue')).toBeGreaterThan(10);
    simulation.advance(3.9 * SECOND);
    expect(ledger(simulation)).toEqual({ once: 3, twice: 0, suppressed: 0, lost: 0 });
  });

  it('fails by chance', () => {
    const simulation = queued({ load: { ratePerSec: 200 }, worker: { ...WORK(1), failPercent: 25 } });
    simulation.advance(20 * SECOND);
    const attempts = simulation.component('worker')!.stats.totals(simulation.now).arrivals;
    // 4000 effects, each after 1/(1 − p) attempts.
    expect(attempts / 4000).toBeGreaterThan(1.3);
    expect(attempts / 4000).toBeLessThan(1.37);
    expect(ledger(simulation)).toMatchObject({ twice: 0, lost: 0 });
  });
});

describe('poison', () => {
  it('keys fail every time: one in so many', () => {
    const simulation = queued({
      load: { ratePerSec: 1000 },
      worker: { ...WORK(0.1), poisonEvery: 50 },
      queue: { failed: 'reject' },
    });
    simulation.advance(20 * SECOND);
    const share = metric(simulation, 'poisoned') / 20_000;
    expect(share).toBeGreaterThan(0.018);
    expect(share).toBeLessThan(0.022);
    expect(metric(simulation, 'rejected', 'queue')).toBe(metric(simulation, 'poisoned'));
  });

  it('comes as a fault: the next messages fail until the code is fixed', () => {
    const simulation = queued({
      worker: WORK(1),
      queue: { requeueMs: 100 },
      faults: [fault('worker', 'poison', 1.01, 5, { messages: 2 })],
    });
    simulation.advance(4 * SECOND);
    expect(metric(simulation, 'poisoned')).toBeGreaterThan(50);
    expect(metric(simulation, 'published', 'queue') - metric(simulation, 'acked', 'queue')).toBe(2);
    simulation.advance(6 * SECOND);
    expect(metric(simulation, 'published', 'queue')).toBe(metric(simulation, 'acked', 'queue'));
    expect(ledger(simulation)).toMatchObject({ twice: 0, lost: 0 });
  });
});

describe('what comes twice', () => {
  // Deliveries time out after 100 ms; the work takes 150 ms and ends all the same.
  const late = (worker: Settings, more: Setup = {}): Simulation => {
    const simulation = queued({
      load: { ratePerSec: 2 },
      delivery: { timeoutMs: 100 },
      ...more,
      worker: { ...WORK(150), ...worker },
    });
    simulation.advance(4.45 * SECOND);
    return simulation;
  };

  it('has its effect twice', () => {
    expect(ledger(late({}))).toMatchObject({ once: 8, suppressed: 0 });
    expect(metric(late({}), 'duplicates')).toBeGreaterThan(100);
  });

  it.each(['memory', 'store'])('has no second effect when it is remembered: %s', (idempotency) => {
    const simulation = late({ idempotency, dedupMs: 0 });
    const { once, twice, suppressed } = ledger(simulation);
    // Each was on its way again when the first copy was done: it was too late, and the next one was known at once.
    expect([once, twice, suppressed]).toEqual([8, 0, 16]);
    expect(metric(simulation, 'acked', 'queue')).toBe(8);
  });

  it('is taken for new when the window is over', () => {
    const simulation = late({ idempotency: 'store', dedupWindowS: 1 }, { delivery: {}, load: { ratePerSec: 1 } });
    expect(ledger(simulation)).toMatchObject({ once: 4, twice: 0 });
  });

  it.each([
    ['memory', true],
    ['store', false],
  ])('after a crash, %s has forgotten: %s', (idempotency, forgets) => {
    // Answers do not reach the queue, the worker crashes, and everything comes again.
    const simulation = queued({
      worker: { ...WORK(1), idempotency },
      delivery: { timeoutMs: 2000 },
      faults: [fault('queue>worker', 'cut', 1, 2.9, { direction: 'back' }), fault('worker', 'crash', 2.5, 2.6)],
    });
    simulation.advance(20 * SECOND);
    expect(ledger(simulation).twice > 10).toBe(forgets);
    expect(ledger(simulation).suppressed > 10).toBe(!forgets);
    expect(ledger(simulation).lost).toBe(0);
  });

  it('may be a request that a client repeats', () => {
    const repeated = (idempotency: string): Simulation => {
      const simulation = assemble(
        smallSystem({
          components: {
            client: ['client', { ...LOAD, readPercent: 0 }],
            worker: ['worker', { ...WORK(30), idempotency, dedupMs: 0 }],
          },
          connections: {
            'client>worker': {
              ...INSTANT,
              timeoutMs: 5000,
              perTryTimeoutMs: 20,
              retry: 'fixed',
              maxAttempts: 3,
              backoffMs: 50,
              jitterKind: 'none',
              retryWrites: true,
            },
          },
        }),
      );
      simulation.advance(5 * SECOND);
      drain(simulation);
      return simulation;
    };
    // A hundred requests; the last ones are not repeated any more when the client goes.
    const paid = ledger(repeated('none'));
    expect(paid.once).toBe(100);
    expect(paid.twice).toBeGreaterThan(2 * 95);
    expect(paid.twice).toBeLessThanOrEqual(2 * 100);
    const known = ledger(repeated('store'));
    expect([known.once, known.twice]).toEqual([100, 0]);
    expect(known.suppressed).toBeGreaterThan(95);
  });
});

describe('acknowledged on delivery', () => {
  it('what dies with the worker, or fails there, is lost and declared', () => {
    const simulation = queued({
      worker: { ...WORK(200), failPercent: 10 },
      delivery: { acknowledge: 'on-delivery' },
      faults: [fault('worker', 'crash', 3, 4)],
    });
    simulation.advance(20 * SECOND);
    drain(simulation);
    const { once, twice, lost } = ledger(simulation);
    expect(twice).toBe(0);
    expect(metric(simulation, 'failed') + 3).toBeLessThanOrEqual(lost);
    // The one that found out that nobody is there never got here.
    expect(once + lost).toBe(metric(simulation, 'published', 'queue') - refusedOnTheWay(simulation));
  });
});

function refusedOnTheWay(simulation: Simulation): number {
  return deathsAt(simulation, 'worker')['refused'] ?? 0;
}

describe('the ledger balances', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])('in a random system (seed %i)', (seed) => {
    const chance = new RandomStream(seed, '', 'ledger');
    const pick = <T>(list: readonly T[]): T => list[chance.integer(list.length)]!;
    const faults = Array.from({ length: 8 }, (): ScheduledFault => {
      const at = 1 + 8 * chance.uniform();
      const [target, id] = pick([
        ['worker', 'crash'],
        ['worker', 'pause'],
        ['worker', 'slow'],
        ['queue>worker', 'cut'],
        ['queue>worker', 'delay'],
        ['queue', 'crash'],
        ['queue', 'pause'],
      ] as const);
      return fault(target, id, at, at + 2 * chance.uniform());
    });
    const idempotency = pick(['none', 'store']);
    const simulation = queued({
      load: { ratePerSec: 100 },
      queue: { type: pick(['classic', 'quorum']), deliveryLimit: 1_000_000, requeueMs: 5 },
      worker: { ...WORK(20, 8), failPercent: 5, idempotency },
      delivery: { timeoutMs: 300, prefetch: pick([5, 50]), rttMs: 5 },
      faults,
      seed,
    });
    simulation.advance(12 * SECOND);
    drain(simulation);
    const { once, twice, suppressed, lost } = ledger(simulation);
    // At least once: each that was accepted had its effect, and more often only without a memory. What a publisher was
    // not told about may have been accepted too.
    expect(metric(simulation, 'published', 'queue')).toBe(metric(simulation, 'acked', 'queue'));
    expect(once).toBe(metric(simulation, 'published', 'queue'));
    expect(lost).toBe(0);
    if (idempotency === 'store') expect(twice).toBe(0);
    else expect(suppressed).toBe(0);
    expect(twice + suppressed).toBeLessThanOrEqual(metric(simulation, 'redelivered', 'queue'));
  });
});
