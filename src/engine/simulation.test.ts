import { describe, expect, it } from 'vitest';
import { CONNECTION_FIELDS, type ConnectionConfig } from '../model/connection-fields';
import { CRASH, ERRORS, PAUSE, SLOW } from '../model/faults';
import { completeConfig } from '../model/fields';
import { VERB } from '../model/meaning';
import { CAUSES, causeCode } from '../model/outcome';
import { type Component, type Connection, EMPTY_SCENARIO, type Intervention, type Scenario } from '../model/scenario';
import type { Behaviour, Context } from './behaviour';
import type { Resolver } from './blueprint';
import { type CallId, NO_CALL } from './calls';
import { PRIORITY } from './event-queue';
import { Simulation } from './simulation';

/**
 * Two tiny kinds that write down what they see: "caller" sends at given times, "worker" answers after a fixed time,
 * one call at a time without a queue limit.
 */
class Caller implements Behaviour {
  readonly #context: Context;
  readonly #log: string[];
  readonly #sends: readonly number[];

  constructor(context: Context, log: string[], sends: readonly number[]) {
    this.#context = context;
    this.#log = log;
    this.#sends = sends;
  }

  start(): void {
    this.#sends.forEach((time, number) => this.#context.after(time, PRIORITY.arrival, 0, number));
  }

  timer(_type: number, number: number): void {
    const link = this.#context.outgoing[0];
    if (!link) return;
    this.#context.send(link.index, NO_CALL, VERB.request, 0, number, number);
  }

  arrive(call: CallId): void {
    this.#context.fail(call, causeCode('no-route'));
  }

  reply(call: CallId): void {
    const { calls, now } = this.#context;
    this.#log.push(`${now} ${calls.ticket(call)} ${CAUSES[calls.cause(call)]!.id}`);
  }

  configure(): void {}
  face(): void {}
}

class Worker implements Behaviour {
  readonly #context: Context;
  readonly #log: string[];
  readonly #micros: number;

  constructor(context: Context, log: string[], micros: number) {
    this.#context = context;
    this.#log = log;
    this.#micros = micros;
  }

  arrive(call: CallId): void {
    this.#log.push(`${this.#context.now} arrives ${this.#context.calls.key(call)}`);
    this.#context.after(this.#context.work(this.#micros), PRIORITY.completion, 0, call);
  }

  timer(_type: number, call: CallId): void {
    this.#context.succeed(call);
  }

  crash(): void {
    this.#log.push(`${this.#context.now} crash`);
  }

  configure(): void {}
  face(): void {}
}

interface Setup {
  sends: readonly number[];
  workMicros?: number;
  timeoutMs?: number;
  rttMs?: number;
  faults?: Scenario['faults'];
  replay?: readonly Intervention[];
}

const component = (id: string, kind: string): Component => ({ id, kind, label: id, x: 0, y: 0, config: {} });
const connection: Connection = { id: 'link', from: 'caller', to: 'worker', config: {} };

function run({ sends, workMicros = 1000, timeoutMs = 0, rttMs = 0.2, faults = [], replay = [] }: Setup) {
  const log: string[] = [];
  const resolver: Resolver = {
    component: ({ kind }) => ({
      kind,
      config: {},
      metrics: [],
      face: [],
      faults: [CRASH, PAUSE, SLOW, ERRORS],
      source: false,
      create: (context) => (kind === 'caller' ? new Caller(context, log, sends) : new Worker(context, log, workMicros)),
    }),
    connection: () => ({
      meaning: 'request',
      config: completeConfig(CONNECTION_FIELDS, { rttMs, timeoutMs, jitter: 0 }) as ConnectionConfig,
    }),
  };
  const scenario: Scenario = {
    ...EMPTY_SCENARIO,
    components: [component('caller', 'caller'), component('worker', 'worker')],
    connections: [connection],
    faults,
  };
  return { log, simulation: new Simulation(scenario, resolver, replay) };
}

const fault = (atMs: number, target: string, id: string, durationMs?: number): Scenario['faults'][number] => ({
  atMs,
  target,
  fault: id,
  params: {},
  ...(durationMs === undefined ? {} : { durationMs }),
});

describe('a call', () => {
  it('takes half the round trip each way and the work between', () => {
    const { log, simulation } = run({ sends: [0, 500] });
    simulation.advance(10_000);
    expect(log).toEqual(['100 arrives 0', '600 arrives 1', '1200 0 ok', '1700 1 ok']);
  });

  it('frees its record when both ends are done', () => {
    const { simulation } = run({ sends: [0, 500], timeoutMs: 1 });
    simulation.advance(10_000);
    expect(simulation.calls.live).toBe(0);
  });

  it('times out at its deadline, and the late answer changes nothing', () => {
    const { log, simulation } = run({ sends: [0, 400], timeoutMs: 1 });
    simulation.advance(10_000);
    expect(log).toEqual(['100 arrives 0', '500 arrives 1', '1000 0 timeout', '1400 1 timeout']);
    expect(simulation.component('caller')!.stats.deaths(causeCode('timeout'))).toBe(2);
  });

  it('counts as answered when the answer lands exactly on the deadline', () => {
    const { log, simulation } = run({ sends: [0], timeoutMs: 1.2 });
    simulation.advance(10_000);
    expect(log).toEqual(['100 arrives 0', '1200 0 ok']);
  });
});

describe('faults', () => {
  it('a crash resets what is inside and refuses what comes, until the restart', () => {
    const { log, simulation } = run({ sends: [0, 1000, 3000], faults: [fault(0.5, 'worker', 'crash', 2)] });
    simulation.advance(20_000);
    expect(log).toEqual(['100 arrives 0', '500 crash', '600 0 reset', '1200 1 refused', '3100 arrives 2', '4200 2 ok']);
    expect(simulation.component('worker')!.stats.inSystem).toBe(0);
    expect(simulation.calls.live).toBe(0);
  });

  it('a caller that crashes never hears of its calls, and their records are freed', () => {
    const { log, simulation } = run({ sends: [0], timeoutMs: 5, faults: [fault(0.5, 'caller', 'crash')] });
    simulation.advance(20_000);
    expect(log).toEqual(['100 arrives 0']);
    expect(simulation.calls.live).toBe(0);
  });

  it('a frozen process accepts and answers late', () => {
    const { log, simulation } = run({ sends: [0, 1000], faults: [fault(0.5, 'worker', 'pause', 4)] });
    simulation.advance(20_000);
    expect(log).toEqual(['100 arrives 0', '4500 arrives 1', '4600 0 ok', '5600 1 ok']);
  });

  it('a frozen caller counts an answer that came before its deadline, and times out what did not', () => {
    const answered = run({ sends: [0], timeoutMs: 2, faults: [fault(0.5, 'caller', 'pause', 4)] });
    answered.simulation.advance(20_000);
    expect(answered.log).toEqual(['100 arrives 0', '4500 0 ok']);
    const late = run({ sends: [0], workMicros: 3000, timeoutMs: 2, faults: [fault(0.5, 'caller', 'pause', 4)] });
    late.simulation.advance(20_000);
    expect(late.log).toEqual(['100 arrives 0', '4500 0 timeout']);
    expect(late.simulation.calls.live).toBe(0);
  });

  it('a process that crashes while frozen drops what it was given', () => {
    const faults = [fault(0.5, 'worker', 'pause'), fault(2, 'worker', 'crash', 1)];
    const { log, simulation } = run({ sends: [0, 1000], faults });
    simulation.advance(20_000);
    expect(log).toEqual(['100 arrives 0', '2000 crash', '2100 0 reset', '2100 1 reset']);
    expect(simulation.calls.live).toBe(0);
  });

  it('slowness stretches work that begins after it', () => {
    const { log, simulation } = run({ sends: [0, 2000], faults: [fault(1, 'worker', 'slow')] });
    simulation.advance(20_000);
    expect(log).toEqual(['100 arrives 0', '1200 0 ok', '2100 arrives 1', '6200 1 ok']);
  });

  it('a cut swallows messages both ways; callers learn it from their timeouts', () => {
    const { log, simulation } = run({ sends: [0, 800, 4000], timeoutMs: 2, faults: [fault(0.5, 'link', 'cut', 2)] });
    simulation.advance(20_000);
    expect(log).toEqual(['100 arrives 0', '2000 0 timeout', '2800 1 timeout', '4100 arrives 2', '5200 2 ok']);
    expect(simulation.connection('link')!.lost).toBe(2);
    expect(simulation.calls.live).toBe(0);
  });

  it('without a timeout a call on a cut connection waits for ever', () => {
    const { log, simulation } = run({ sends: [0], faults: [fault(0, 'link', 'cut')] });
    simulation.advance(1e9);
    expect(log).toEqual([]);
    expect(simulation.calls.live).toBe(1);
  });

  it('delay adds to each way', () => {
    const { log, simulation } = run({ sends: [1000], faults: [fault(0, 'link', 'delay')] });
    simulation.advance(1e6);
    expect(log).toEqual(['101100 arrives 0', '202200 0 ok']);
  });

  it('errors hit the share they should and nothing reaches the worker', () => {
    const faults = [{ atMs: 0, target: 'worker', fault: 'errors', params: { percent: 100 } }];
    const { log, simulation } = run({ sends: [1000], faults });
    simulation.advance(1e6);
    expect(log).toEqual(['1200 0 error']);
    expect(simulation.component('worker')!.stats.deaths(causeCode('error'))).toBe(1);
  });

  it('aimed at nothing, or unknown to the target, does nothing', () => {
    const faults = [fault(0, 'nobody', 'crash'), fault(0, 'worker', 'flush'), fault(0, 'link', 'crash')];
    const { log, simulation } = run({ sends: [0], faults });
    simulation.advance(1e6);
    expect(log).toEqual(['100 arrives 0', '1200 0 ok']);
  });
});

describe('probes', () => {
  it('are not traffic, and end by themselves on a cut connection without a timeout', () => {
    const { log, simulation } = run({ sends: [], faults: [fault(0, 'link', 'cut')] });
    simulation.advance(10);
    simulation.traffic.send(0, NO_CALL, VERB.probe, 0, 0, 7, false);
    simulation.advance(59_000_000);
    expect(simulation.calls.live).toBe(1);
    simulation.advance(61_000_000);
    expect(simulation.calls.live).toBe(0);
    expect(log).toEqual(['60000010 7 timeout']);
    expect(simulation.connection('link')).toMatchObject({ sent: 0, failed: 0, lost: 1 });
    expect(simulation.component('caller')!.stats.deaths(causeCode('timeout'))).toBe(0);
  });
});

describe('the clock', () => {
  it('lets happen what is before the end, and stands at it', () => {
    const { log, simulation } = run({ sends: [0] });
    expect(simulation.advance(1200)).toBe(3);
    expect(log).toEqual(['100 arrives 0']);
    expect(simulation.now).toBe(1200);
    expect(simulation.advance(1201)).toBe(1);
    expect(log).toEqual(['100 arrives 0', '1200 0 ok']);
  });

  it('steps one event at a time and says what happened', () => {
    const { simulation } = run({ sends: [0], timeoutMs: 5 });
    const seen: string[] = [];
    while (simulation.step()) {
      const { time, type } = simulation.lastEvent;
      seen.push(`${time} ${type}`);
    }
    expect(seen).toEqual(['0 timer', '100 arrival', '1100 timer', '1200 answer']);
    expect(simulation.step()).toBe(false);
  });

  it('is the same however it is cut', () => {
    const whole = run({ sends: [0, 300, 800], timeoutMs: 1 }).simulation;
    whole.advance(2_500_000);
    const pieces = run({ sends: [0, 300, 800], timeoutMs: 1 }).simulation;
    for (let time = 0; time <= 2_500_000; time += 777) pieces.advance(time, 1);
    pieces.advance(2_500_000);
    expect(pieces.fingerprint).toBe(whole.fingerprint);
    expect(pieces.secondFingerprint).toBe(whole.secondFingerprint);
  });

  it('keeps the fingerprint of the last whole second', () => {
    const { simulation } = run({ sends: [0, 1_500_000] });
    simulation.advance(1_000_000);
    const first = simulation.fingerprint;
    expect(simulation.secondFingerprint).toBe(first);
    simulation.advance(1_900_000);
    expect(simulation.secondFingerprint).toBe(first);
    expect(simulation.fingerprint).not.toBe(first);
  });
});

describe('interventions', () => {
  const deeds = (simulation: Simulation): void => {
    simulation.advance(500);
    simulation.intervene({ type: 'fault', target: 'worker', fault: 'crash', on: true, params: {} });
    simulation.advance(1500);
    simulation.intervene({ type: 'fault', target: 'worker', fault: 'crash', on: false, params: {} });
    simulation.step();
    simulation.intervene({ type: 'edit', edit: { type: 'remove-connection', id: 'link' } });
    simulation.advance(4000);
    simulation.intervene({ type: 'edit', edit: { type: 'add-connection', connection } });
    simulation.advance(20_000);
  };
  const sends = [0, 1000, 2000, 3000, 5000];

  it('take effect a microsecond later, are logged, and replay exactly', () => {
    const improvised = run({ sends });
    deeds(improvised.simulation);
    expect(improvised.log).toEqual([
      '100 arrives 0',
      '501 crash',
      '601 0 reset',
      '1200 1 refused',
      '2200 2 refused',
      '5100 arrives 4',
      '6200 4 ok',
    ]);
    const interventions = improvised.simulation.interventions;
    expect(interventions.map(({ atMicros }) => atMicros)).toEqual([501, 1501, 2001, 4001]);
    const replayed = run({ sends, replay: interventions });
    replayed.simulation.advance(20_000);
    expect(replayed.log).toEqual(improvised.log);
    expect(replayed.simulation.fingerprint).toBe(improvised.simulation.fingerprint);
    expect(replayed.simulation.interventions).toEqual(interventions);
  });

  it('removing a component resets and refuses, and adding it again starts afresh', () => {
    const { log, simulation } = run({ sends: [0, 1000, 3000] });
    simulation.advance(500);
    simulation.intervene({ type: 'edit', edit: { type: 'remove-component', id: 'worker' } });
    simulation.advance(2000);
    simulation.intervene({ type: 'edit', edit: { type: 'add-component', component: component('worker', 'worker') } });
    simulation.intervene({ type: 'edit', edit: { type: 'add-connection', connection } });
    simulation.advance(20_000);
    expect(log).toEqual(['100 arrives 0', '501 crash', '601 0 reset', '3100 arrives 2', '4200 2 ok']);
    expect(simulation.calls.live).toBe(0);
  });

  it('an edit that no longer fits changes nothing but is remembered', () => {
    const { simulation } = run({ sends: [] });
    simulation.intervene({ type: 'edit', edit: { type: 'remove-component', id: 'nobody' } });
    simulation.advance(1000);
    expect(simulation.scenario.components).toHaveLength(2);
    expect(simulation.interventions).toHaveLength(1);
  });
});
