import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../engine/random';
import type { Simulation } from '../../engine/simulation';
import { readFace } from '../../model/face';
import type { Settings } from '../../model/fields';
import type { ScheduledFault } from '../../model/scenario';
import { MICROS_PER_SECOND as SECOND, toMs } from '../../model/units';
import { assemble } from '../assemble';
import { deathsAt, faceOf, fault, INSTANT, metricOf, smallSystem } from '../small-system';

const LOAD = { arrivals: 'constant', keys: 'sequential', keyCount: 1_000_000, ratePerSec: 10 };
const WORK = (meanMs: number, workers = 100): Settings => ({ serviceTime: 'constant', meanMs, workers });

interface Setup {
  readonly load?: Settings;
  readonly queue?: Settings;
  readonly worker?: Settings;
  readonly delivery?: Settings;
  readonly letters?: boolean;
  readonly faults?: readonly ScheduledFault[];
  readonly seed?: number;
}

function system({ load, queue, worker = WORK(1), delivery, letters = false, ...rest }: Setup): Simulation {
  return assemble(
    smallSystem({
      components: {
        client: ['client', { ...LOAD, ...load }],
        queue: ['cloud-queue', { duplicatePercent: 0, storeMs: 0, ...queue }],
        worker: ['worker', worker],
        ...(letters && { letters: ['queue', {}] as const }),
      },
      connections: {
        'client>queue': INSTANT,
        'queue>worker': { ...INSTANT, ...delivery },
        ...(letters && { 'queue>letters': INSTANT }),
      },
      ...rest,
    }),
  );
}

const metric = (simulation: Simulation, id: string, component = 'queue'): number => metricOf(simulation, component, id);

function inside(simulation: Simulation): { visible: number; inFlight: number } {
  const face = readFace(simulation.component('queue')!.blueprint.face, faceOf(simulation, 'queue'));
  return { visible: face[1]!.values[0]!, inFlight: face[2]!.values[0]! };
}

function reaching(simulation: Simulation): [key: number, atMs: number][] {
  const component = simulation.component('worker')!;
  const seen: [number, number][] = [];
  const arrive = component.arrive.bind(component);
  component.arrive = (call) => {
    seen.push([simulation.calls.key(call), toMs(simulation.now)]);
    arrive(call);
  };
  return seen;
}

/** Sent, or there by itself, is deleted, expired, dead, or still there. `delayed` are those not visible yet. */
function expectConserved(simulation: Simulation, delayed = 0): void {
  const { visible, inFlight } = inside(simulation);
  const gone = ['deleted', 'expired', 'overReceived'].reduce((sum, id) => sum + metric(simulation, id), 0);
  expect(metric(simulation, 'sent') + metric(simulation, 'duplicated')).toBe(gone + visible + inFlight + delayed);
}

function drain(simulation: Simulation, seconds = 600): void {
  simulation.intervene({ type: 'edit', edit: { type: 'remove-component', id: 'client' } });
  simulation.advance(simulation.now + seconds * SECOND);
}

describe('the visibility timeout', () => {
  it('gives a message to somebody else when the work takes longer, and the late delete does nothing', () => {
    const simulation = system({
      load: { ratePerSec: 0.5 },
      queue: { visibilitySeconds: 2 },
      worker: WORK(5000),
      delivery: { consumers: 20 },
    });
    const seen = reaching(simulation);
    simulation.advance(9.5 * SECOND);
    // Sent at 2, 4, 6, 8: each comes again every two seconds, until the first copy is done too late.
    expect(seen.filter(([key]) => key === 0).map(([, at]) => at)).toEqual([2000, 4000, 6000, 8000]);
    expect(metric(simulation, 'lateDeletes')).toBe(3);
    expect(metric(simulation, 'deleted')).toBe(0);
    expect(metric(simulation, 'effects', 'worker')).toBe(2);
    expectConserved(simulation);
  });

  it('is long enough otherwise', () => {
    const simulation = system({ queue: { visibilitySeconds: 2 }, worker: WORK(1900), delivery: { consumers: 30 } });
    simulation.advance(20 * SECOND);
    expect(metric(simulation, 'redelivered')).toBe(0);
    expect(metric(simulation, 'lateDeletes')).toBe(0);
    expectConserved(simulation);
  });

  it('is extended while the consumer is alive, and not while it is frozen', () => {
    const setup: Setup = {
      load: { ratePerSec: 0.5 },
      queue: { visibilitySeconds: 2, extend: true },
      worker: WORK(5000),
      delivery: { consumers: 9 },
    };
    const alive = system(setup);
    alive.advance(30 * SECOND);
    expect(metric(alive, 'redelivered')).toBe(0);
    expect(metric(alive, 'deleted')).toBeGreaterThan(10);
    const frozen = system({ ...setup, faults: [fault('worker', 'pause', 10, 20)] });
    frozen.advance(30 * SECOND);
    expect(metric(frozen, 'redelivered')).toBeGreaterThan(0);
    expect(metric(frozen, 'duplicates', 'worker')).toBeGreaterThan(0);
  });

  it.each([
    ['wait', 30],
    ['release', 0],
  ])('a failed message: %s', (onFailure, seconds) => {
    const simulation = system({
      load: { ratePerSec: 1 },
      queue: { onFailure },
      faults: [fault('worker', 'errors', 0, 1.5, { percent: 100 })],
    });
    const seen = reaching(simulation);
    simulation.advance(40 * SECOND);
    // Errors come before the worker sees the message, which it does in the end.
    const at = seen.find(([key]) => key === 0)![1] / 1000;
    expect(at).toBeGreaterThanOrEqual(onFailure === 'wait' ? 1 + seconds : 1.5);
    expect(at).toBeLessThan(onFailure === 'wait' ? 2 + seconds : 1.6);
    expectConserved(simulation);
  });
});

describe('asking', () => {
  it('takes as many as a receive may have, and asks again when all are done', () => {
    const simulation = system({
      load: { ratePerSec: 100 },
      worker: WORK(1000),
      delivery: { batch: 4, consumers: 2 },
      // So that there is something to take.
      faults: [fault('worker', 'crash', 0.001, 5)],
    });
    simulation.advance(10.4 * SECOND);
    const done = metric(simulation, 'deleted');
    expect(inside(simulation).inFlight).toBe(8);
    simulation.advance(11.4 * SECOND);
    expect(metric(simulation, 'deleted')).toBe(done + 8);
    expect(inside(simulation).inFlight).toBe(8);
  });

  it.each([
    ['long polling', 20, 0, 3],
    ['short polling', 0, 900, 1000],
  ])('%s: empty receives', (_what, waitSeconds, least, most) => {
    // One message in twenty seconds, and a receiver that pauses for 100 ms.
    const simulation = system({ load: { ratePerSec: 0.05 }, queue: { waitSeconds, pollMs: 100 } });
    simulation.advance(99 * SECOND);
    expect(metric(simulation, 'emptyReceives')).toBeGreaterThanOrEqual(least);
    expect(metric(simulation, 'emptyReceives')).toBeLessThanOrEqual(most);
    expect(metric(simulation, 'deleted')).toBe(4);
  });

  it('short polling adds half its pause on average', () => {
    const simulation = system({ load: { ratePerSec: 1.7 }, queue: { waitSeconds: 0, pollMs: 1000 } });
    const seen = reaching(simulation);
    simulation.advance(600 * SECOND);
    const waits = seen.map(([key, at]) => at - (1000 * (key + 1)) / 1.7);
    const mean = waits.reduce((sum, wait) => sum + wait, 0) / waits.length;
    expect(mean).toBeGreaterThan(470);
    expect(mean).toBeLessThan(530);
  });

  it('stops at the limit of messages in flight', () => {
    const simulation = system({ queue: { maxInFlight: 7 }, worker: WORK(20_000), delivery: { consumers: 10 } });
    simulation.advance(5 * SECOND);
    expect(inside(simulation).inFlight).toBe(7);
  });

  it('nobody asks while the consumer is down; what it had is hidden until its timeout', () => {
    const simulation = system({
      queue: { visibilitySeconds: 10 },
      worker: WORK(450),
      delivery: { consumers: 10 },
      faults: [fault('worker', 'crash', 2.05, 4)],
    });
    simulation.advance(3 * SECOND);
    expect(inside(simulation).inFlight).toBe(5);
    simulation.advance(30 * SECOND);
    expect(metric(simulation, 'redelivered')).toBe(5);
    expect(metric(simulation, 'duplicates', 'worker')).toBe(0);
    expectConserved(simulation);
  });
});

describe('limits', () => {
  it('a message received too often is dead, where there is a place for it', () => {
    const run = (letters: boolean): Simulation => {
      const simulation = system({
        queue: { visibilitySeconds: 1, maxReceiveCount: 3 },
        worker: { ...WORK(1), poisonEvery: 10 },
        letters,
      });
      simulation.advance(100 * SECOND);
      drain(simulation, 30);
      return simulation;
    };
    const dead = run(true);
    expect(metric(dead, 'overReceived')).toBeGreaterThan(50);
    expect(metric(dead, 'deadLettered')).toBe(metric(dead, 'overReceived'));
    expect(metric(dead, 'poisoned', 'worker')).toBe(3 * metric(dead, 'overReceived'));
    expect(inside(dead)).toEqual({ visible: 0, inFlight: 0 });
    expectConserved(dead);
    const circling = run(false);
    expect(metric(circling, 'overReceived')).toBe(0);
    expect(inside(circling).visible + inside(circling).inFlight).toBe(metric(dead, 'overReceived'));
  });

  it('delay and retention', () => {
    const simulation = system({ queue: { delaySeconds: 3 } });
    const seen = reaching(simulation);
    simulation.advance(4.05 * SECOND);
    expect(seen.map(([, at]) => Math.round(at))).toEqual([3100, 3200, 3300, 3400, 3500, 3600, 3700, 3800, 3900, 4000]);
    expectConserved(simulation, 30);
    const old = system({ queue: { retentionSeconds: 5 }, faults: [fault('worker', 'crash', 0.01, 100)] });
    old.advance(20 * SECOND);
    expect(metric(old, 'expired')).toBeGreaterThan(140);
    expect(inside(old).visible).toBeLessThan(52);
    expectConserved(old);
  });

  it('duplicates by itself', () => {
    const simulation = system({ load: { ratePerSec: 1000 }, queue: { duplicatePercent: 5 } });
    simulation.advance(10 * SECOND);
    drain(simulation);
    const duplicated = metric(simulation, 'duplicated');
    expect(duplicated / metric(simulation, 'sent')).toBeGreaterThan(0.044);
    expect(duplicated / metric(simulation, 'sent')).toBeLessThan(0.056);
    expect(metric(simulation, 'duplicates', 'worker')).toBe(duplicated);
    expectConserved(simulation);
  });

  it('deleted when received: at most once', () => {
    const simulation = system({
      worker: { ...WORK(100), failPercent: 20 },
      delivery: { acknowledge: 'on-delivery', consumers: 4 },
      faults: [fault('worker', 'crash', 5.05, 6)],
    });
    simulation.advance(30 * SECOND);
    drain(simulation);
    expect(metric(simulation, 'duplicates', 'worker')).toBe(0);
    expect(metric(simulation, 'effects', 'worker') + metric(simulation, 'lost')).toBe(metric(simulation, 'sent'));
    expect(metric(simulation, 'lost')).toBeGreaterThan(30);
  });
});

describe('in order', () => {
  const FIFO: Settings = { type: 'fifo', groups: 5, visibilitySeconds: 2 };

  it('is limited by its groups', () => {
    const simulation = system({
      load: { ratePerSec: 100 },
      queue: { ...FIFO, visibilitySeconds: 60 },
      worker: WORK(1000),
      delivery: { consumers: 20 },
    });
    simulation.advance(10.5 * SECOND);
    expect(inside(simulation).inFlight).toBe(5);
  });

  it('throttles what comes too fast', () => {
    const simulation = system({ load: { ratePerSec: 400 }, queue: { ...FIFO, sendsPerSecond: 300 } });
    simulation.advance(10 * SECOND);
    // 400 a second for 10 s, of which a burst of 300 and 300 a second get in.
    expect(Math.abs(deathsAt(simulation, 'queue')['rate-limited']! - 700)).toBeLessThan(5);
  });

  it('recognises a send that is repeated, for five minutes', () => {
    const scenario = (type: string) =>
      smallSystem({
        components: {
          client: ['client', { ...LOAD, readPercent: 0 }],
          queue: ['cloud-queue', { type, storeMs: 30, duplicatePercent: 0 }],
          worker: ['worker', WORK(1)],
        },
        connections: {
          // The answer comes after the sender has lost patience.
          'client>queue': { ...INSTANT, perTryTimeoutMs: 20, retry: 'fixed', backoffMs: 5, retryWrites: true },
          'queue>worker': INSTANT,
        },
      });
    const fifo = assemble(scenario('fifo'));
    fifo.advance(20 * SECOND);
    expect(metric(fifo, 'deduplicated')).toBeGreaterThan(190);
    expect(metric(fifo, 'duplicates', 'worker')).toBe(0);
    const standard = assemble(scenario('standard'));
    standard.advance(20 * SECOND);
    expect(metric(standard, 'duplicates', 'worker')).toBeGreaterThan(190);
  });

  it.each([1, 2, 3, 4, 5, 6])('keeps the order of each group, whatever happens (seed %i)', (seed) => {
    const chance = new RandomStream(seed, '', 'order');
    const faults = Array.from({ length: 6 }, (): ScheduledFault => {
      const at = 1 + 15 * chance.uniform();
      const [target, id] = [
        ['worker', 'crash'],
        ['worker', 'errors'],
        ['queue', 'pause'],
        ['queue', 'crash'],
        ['queue>worker', 'delay'],
        ['queue>worker', 'cut'],
      ][chance.integer(6)] as [string, string];
      return fault(target, id, at, at + 2 * chance.uniform(), id === 'errors' ? { percent: 50 } : {});
    });
    const simulation = system({
      load: { ratePerSec: 50, keys: 'uniform', keyCount: 40 },
      queue: { ...FIFO, groups: 7, visibilitySeconds: 3, maxReceiveCount: 1000 },
      worker: { ...WORK(40), failPercent: 5, idempotency: 'store' },
      delivery: { consumers: 9, timeoutMs: 2500, batch: 3 },
      faults,
      seed,
    });
    // The order in which effects take place, by group.
    const done: [group: string, root: number][] = [];
    const component = simulation.component('worker')!;
    const succeed = component.succeed.bind(component);
    const first = new Set<number>();
    component.succeed = (call, result) => {
      const root = simulation.calls.rootSerial(call);
      if (!first.has(root)) done.push([String(simulation.calls.key(call)), root]);
      first.add(root);
      succeed(call, result);
    };
    simulation.advance(20 * SECOND);
    drain(simulation);
    expect(inside(simulation)).toEqual({ visible: 0, inFlight: 0 });
    expectConserved(simulation);
    expect(metric(simulation, 'effects', 'worker')).toBe(metric(simulation, 'sent'));
    expect(metric(simulation, 'duplicates', 'worker')).toBe(0);
    for (const key of new Set(done.map(([group]) => group))) {
      const roots = done.filter(([group]) => group === key).map(([, root]) => root);
      expect(roots).toEqual([...roots].sort((a, b) => a - b));
    }
  });
});
