import { describe, expect, it } from 'vitest';
import { CONNECTION_FIELDS, type ConnectionConfig } from '../../model/connection-fields';
import { CACHE_METRICS } from '../../model/cache-metrics';
import { OUTBOX_METRICS } from '../../model/outbox-metrics';
import { completeConfig, type Settings } from '../../model/fields';
import { type Meaning, MEANINGS, VERB } from '../../model/meaning';
import { operationCode, type OperationId } from '../../model/operations';
import { CANCELLED, causeCode, CAUSES, OK } from '../../model/outcome';
import { EMPTY_SCENARIO, type Scenario } from '../../model/scenario';
import type { Behaviour, Context } from '../behaviour';
import { type CallId, NO_CALL } from '../calls';
import { PRIORITY } from '../event-queue';
import { Simulation } from '../simulation';
import { PlanRunner } from './plan-runner';

const VERB_NAMES = Object.keys(VERB);
const ERROR = causeCode('error');

/** Sends one request to its first connection at time zero. */
class Asker implements Behaviour {
  readonly context: Context;
  readonly write: number;
  readonly operation: number;
  readonly log: string[];
  constructor(context: Context, write: number, operation: number, log: string[]) {
    this.context = context;
    this.write = write;
    this.operation = operation;
    this.log = log;
  }
  start(): void {
    this.context.traits.operation = this.operation;
    this.context.send(this.context.outgoing[0]!.index, NO_CALL, VERB.request, this.write, 42, 0);
  }
  arrive(): void {}
  configure(): void {}
  face(): void {}
  reply(call: CallId): void {
    const { calls, now } = this.context;
    const origin = calls.cause(call) === OK ? '' : ` of component ${calls.origin(call)}`;
    this.log.push(`${now / 1000} ${CAUSES[calls.cause(call)]!.id}${origin}`);
  }
}

/** Runs the plan of its connections for every call. */
class Runner implements Behaviour {
  readonly plan: PlanRunner;
  readonly context: Context;
  /** Gives up a call after so long. */
  readonly patience: number;
  constructor(context: Context, patience: number) {
    this.context = context;
    this.patience = patience;
    this.plan = new PlanRunner(context, (call, cause, origin) =>
      cause === OK ? context.succeed(call) : context.relay(call, cause, origin),
    );
  }
  rewire(): void {
    this.plan.rewire();
  }
  arrive(call: CallId): void {
    this.plan.start(call);
    if (this.patience > 0) this.context.after(this.patience * 1000, PRIORITY.timer, 0, call);
  }
  reply(call: CallId): void {
    this.plan.reply(call);
  }
  timer(type: number, a: number, b: number): void {
    if (this.plan.timer(type, a, b)) return;
    // The caller is gone: what is held is answered.
    this.context.fail(a, CANCELLED);
  }
  configure(): void {}
  face(): void {}
}

/** Answers after `ms`. With `hit`, a get finds something; verbs in `fails` end in an error. */
class Stub implements Behaviour {
  readonly context: Context;
  readonly name: string;
  readonly settings: Settings;
  readonly log: string[];
  constructor(context: Context, name: string, settings: Settings, log: string[]) {
    this.context = context;
    this.name = name;
    this.settings = settings;
    this.log = log;
  }
  arrive(call: CallId): void {
    const { context, settings } = this;
    const verb = VERB_NAMES[context.calls.verb(call)]!;
    const operation = context.calls.write(call) === 1 ? 'write' : 'read';
    this.log.push(`${context.now / 1000} ${verb} ${this.name} (${operation} ${context.calls.key(call)})`);
    context.after(Number(settings['ms'] ?? 10) * 1000, PRIORITY.completion, 0, call);
  }
  timer(_type: number, call: CallId): void {
    const { context, settings } = this;
    const verb = VERB_NAMES[context.calls.verb(call)]!;
    if (String(settings['fails']).split(' ').includes(verb)) context.fail(call, ERROR);
    else context.succeed(call, settings['hit'] === true ? 1 : 0);
  }
  configure(): void {}
  face(): void {}
}

interface Part {
  readonly meaning: Meaning;
  readonly stub?: Settings;
  readonly connection?: Settings;
}

/** Component 0 asks, component 1 runs the plan, the parts follow as 2, 3, … in the order of their connections. */
function simulate(
  parts: Readonly<Record<string, Part>>,
  write: boolean,
  requests = 1,
  operation: OperationId = 'any',
  patience = 0,
): { log: string[]; run: Simulation } {
  const log: string[] = [];
  const place = { x: 0, y: 0 };
  const askers = Array.from({ length: requests }, (_, i) => `asker${i}`);
  const scenario: Scenario = {
    ...EMPTY_SCENARIO,
    components: [
      { id: 'asker0', kind: 'asker', label: 'asker0', ...place, config: {} },
      { id: 'runner', kind: 'runner', label: 'runner', ...place, config: {} },
      ...Object.entries(parts).map(([id, { stub = {} }]) => ({ id, kind: 'stub', label: id, ...place, config: stub })),
      ...askers.slice(1).map((id) => ({ id, kind: 'asker', label: id, ...place, config: {} })),
    ],
    connections: [
      ...askers.map((from) => ({ id: `${from}>runner`, from, to: 'runner', config: {} })),
      ...Object.entries(parts).map(([to, { connection = {} }]) => ({ id: to, from: 'runner', to, config: connection })),
    ],
  };
  const run = new Simulation(scenario, {
    component: ({ id, kind, config }) => ({
      kind,
      config,
      metrics: [...CACHE_METRICS, ...OUTBOX_METRICS],
      face: [],
      faults: [],
      source: false,
      create: (context) =>
        kind === 'asker'
          ? new Asker(context, write ? 1 : 0, operationCode(operation), log)
          : kind === 'runner'
            ? new Runner(context, patience)
            : new Stub(context, id, config, log),
    }),
    connection: ({ to, config }) => ({
      meaning: parts[to]?.meaning ?? MEANINGS[0],
      config: completeConfig(CONNECTION_FIELDS, { rttMs: 0, jitter: 0, ...config }) as ConnectionConfig,
    }),
  });
  return { log, run };
}

function read(parts: Readonly<Record<string, Part>>, operation: OperationId = 'any'): string[] {
  const { log, run } = simulate(parts, false, 1, operation);
  run.advance(5_000_000);
  return log;
}

function write(parts: Readonly<Record<string, Part>>, operation: OperationId = 'any'): string[] {
  const { log, run } = simulate(parts, true, 1, operation);
  run.advance(5_000_000);
  return log;
}

const a: Part = { meaning: 'request' };
const b: Part = { meaning: 'request' };
const topic: Part = { meaning: 'publish' };

describe('stages', () => {
  it('without any step the request is done at once', () => {
    expect(read({})).toEqual(['0 ok']);
  });

  it('run one after the other', () => {
    expect(read({ a, b })).toEqual(['0 request a (read 42)', '10 request b (read 42)', '20 ok']);
  });

  it('run their steps together and end with the last', () => {
    const slow: Part = { meaning: 'request', stub: { ms: 25 }, connection: { parallel: true } };
    expect(read({ a, slow, b })).toEqual([
      '0 request a (read 42)',
      '0 request slow (read 42)',
      '25 request b (read 42)',
      '35 ok',
    ]);
  });

  it('end the request with the first failure, once the others of the stage have ended', () => {
    const bad: Part = { meaning: 'request', stub: { ms: 5, fails: 'request' }, connection: { parallel: true } };
    const worse: Part = { meaning: 'request', stub: { ms: 3, fails: 'request' }, connection: { parallel: true } };
    expect(read({ a, bad, worse, b })).toEqual([
      '0 request a (read 42)',
      '0 request bad (read 42)',
      '0 request worse (read 42)',
      '10 error of component 4',
    ]);
  });

  it('fail by the timeout of a connection', () => {
    expect(read({ a: { meaning: 'request', stub: { ms: 100 }, connection: { timeoutMs: 30 } }, b })).toEqual([
      '0 request a (read 42)',
      '30 timeout of component 1',
    ]);
  });

  it('leave out what is for the other operation', () => {
    const parts = {
      a: { meaning: 'request', connection: { on: 'write' } },
      b: { meaning: 'request', connection: { on: 'read' } },
      topic,
    } as const;
    expect(read(parts)).toEqual(['0 request b (read 42)', '10 ok']);
    expect(write(parts)).toEqual(['0 request a (write 42)', '10 publish topic (write 42)', '20 ok']);
  });

  it('do not wait for a step without waiting, nor mind that it fails', () => {
    const lost: Part = { meaning: 'request', stub: { fails: 'request' }, connection: { mode: 'async' } };
    expect(read({ lost, b })).toEqual(['0 request lost (read 42)', '0 request b (read 42)', '10 ok']);
    expect(read({ lost })).toEqual(['0 ok', '0 request lost (read 42)']);
  });

  it('are taken by the given share of the requests', () => {
    const { log, run } = simulate({ a: { meaning: 'request', connection: { probabilityPercent: 30 } } }, false, 2000);
    run.advance(1_000_000);
    const taken = log.filter((line) => line.includes('request a')).length;
    expect(Math.abs(taken / 2000 - 0.3)).toBeLessThanOrEqual(4 * Math.sqrt((0.3 * 0.7) / 2000));
    expect(log.filter((line) => line.endsWith(' ok'))).toHaveLength(2000);
    expect(read({ a: { meaning: 'request', connection: { probabilityPercent: 0 } } })).toEqual(['0 ok']);
  });
});

describe('operations', () => {
  it('leave out what is for another one', () => {
    const parts = { a: { meaning: 'request', connection: { operation: 'search' } }, b } as const;
    expect(read(parts, 'search')).toEqual(['0 request a (read 42)', '10 request b (read 42)', '20 ok']);
    expect(read(parts, 'checkout')).toEqual(['0 request b (read 42)', '10 ok']);
    expect(read(parts)).toEqual(['0 request b (read 42)', '10 ok']);
  });

  it('go past a cache that is for another one, and leave its copy', () => {
    const cache: Part = { meaning: 'cache', stub: { ms: 1, hit: true }, connection: { operation: 'browse' } };
    const store: Part = { meaning: 'query' };
    expect(read({ cache, store }, 'browse')).toEqual(['0 get cache (read 42)', '1 ok']);
    expect(read({ cache, store }, 'report')).toEqual(['0 query store (read 42)', '10 ok']);
    expect(write({ cache, store }, 'report')).toEqual(['0 query store (write 42)', '10 ok']);
  });

  it('skip a cache and its store when the store is for another one', () => {
    const cache: Part = { meaning: 'cache' };
    const store: Part = { meaning: 'query', connection: { operation: 'browse' } };
    expect(read({ cache, store }, 'report')).toEqual(['0 ok']);
  });
});

describe('a call answered meanwhile', () => {
  it('goes no further than the step it is in', () => {
    const { log, run } = simulate({ a, b }, false, 1, 'any', 5);
    run.advance(1_000_000);
    expect(log).toEqual(['0 request a (read 42)', '5 cancelled of component 1']);
  });

  it('does not stop a flight that others wait for', () => {
    const cache: Part = { meaning: 'cache', stub: { ms: 1 }, connection: { stampede: 'single-flight' } };
    const { log, run } = simulate({ cache, store: { meaning: 'query' } }, false, 2, 'any', 5);
    run.advance(1_000_000);
    expect(log).toEqual([
      '0 get cache (read 42)',
      '0 get cache (read 42)',
      '1 query store (read 42)',
      '5 cancelled of component 1',
      '5 cancelled of component 1',
      '11 set cache (read 42)',
    ]);
  });
});

describe('cache-aside', () => {
  const cache: Part = { meaning: 'cache', stub: { ms: 1 } };
  const full: Part = { meaning: 'cache', stub: { ms: 1, hit: true } };
  const store: Part = { meaning: 'query' };

  it('ends with a hit', () => {
    expect(read({ full, store })).toEqual(['0 get full (read 42)', '1 ok']);
  });

  it('asks the store on a miss and fills the cache', () => {
    expect(read({ cache, store })).toEqual([
      '0 get cache (read 42)',
      '1 query store (read 42)',
      '11 set cache (read 42)',
      '12 ok',
    ]);
  });

  it('writes to the store and drops the cached copy', () => {
    expect(write({ cache, store })).toEqual(['0 query store (write 42)', '10 del cache (write 42)', '11 ok']);
  });

  it('for reads only leaves the cached copy when something is written', () => {
    const readOnly: Part = { ...cache, connection: { on: 'read' } };
    expect(write({ readOnly, store })).toEqual(['0 query store (write 42)', '10 ok']);
  });

  it('for writes only reads past the cache', () => {
    const writeOnly: Part = { ...cache, connection: { on: 'write' } };
    expect(read({ writeOnly, store })).toEqual(['0 query store (read 42)', '10 ok']);
    expect(write({ writeOnly, store })).toEqual(['0 query store (write 42)', '10 del writeOnly (write 42)', '11 ok']);
  });

  it('goes on without a cache that fails, and does not fill it', () => {
    const broken: Part = { meaning: 'cache', stub: { ms: 1, fails: 'get del' } };
    expect(read({ broken, store })).toEqual(['0 get broken (read 42)', '1 query store (read 42)', '11 ok']);
    expect(write({ broken, store })).toEqual(['0 query store (write 42)', '10 del broken (write 42)', '11 ok']);
  });

  it('succeeds although the fill fails', () => {
    expect(read({ cache: { meaning: 'cache', stub: { ms: 1, fails: 'set' } }, store }).at(-1)).toBe('12 ok');
  });

  it('fails with the store, and leaves the cache alone', () => {
    const broken: Part = { meaning: 'query', stub: { fails: 'query' } };
    expect(read({ cache, broken })).toEqual([
      '0 get cache (read 42)',
      '1 query broken (read 42)',
      '11 error of component 3',
    ]);
    expect(write({ cache, broken })).toEqual(['0 query broken (write 42)', '10 error of component 3']);
  });
});

describe('a cache without a store', () => {
  it('is filled on a miss', () => {
    const cache: Part = { meaning: 'cache', stub: { ms: 1 } };
    expect(read({ cache })).toEqual(['0 get cache (read 42)', '1 set cache (read 42)', '2 ok']);
    expect(write({ cache })).toEqual(['0 set cache (write 42)', '1 ok']);
  });

  it('is done with after a hit, or when it fails', () => {
    expect(read({ full: { meaning: 'cache', stub: { ms: 1, hit: true } } })).toEqual(['0 get full (read 42)', '1 ok']);
    expect(read({ broken: { meaning: 'cache', stub: { ms: 1, fails: 'get' } } })).toEqual([
      '0 get broken (read 42)',
      '1 ok',
    ]);
  });

  it('fails no write when it fails', () => {
    expect(write({ broken: { meaning: 'cache', stub: { ms: 1, fails: 'set' } } }).at(-1)).toBe('1 ok');
  });
});

describe('patterns and protections', () => {
  const store: Part = { meaning: 'query' };
  const cache = (connection: Settings, stub: Settings = {}): Part => ({
    meaning: 'cache',
    stub: { ms: 1, ...stub },
    connection,
  });

  it('write-through puts what was stored into the cache', () => {
    expect(write({ cache: cache({ pattern: 'write-through' }), store })).toEqual([
      '0 query store (write 42)',
      '10 set cache (write 42)',
      '11 ok',
    ]);
  });

  it('write-behind answers first', () => {
    expect(write({ cache: cache({ pattern: 'write-behind', flushMs: 100 }), store })).toEqual([
      '0 set cache (write 42)',
      '1 ok',
      '101 query store (write 42)',
    ]);
  });

  it('read-through fails with the cache', () => {
    expect(read({ cache: cache({ pattern: 'read-through' }, { fails: 'get' }), store })).toEqual([
      '0 get cache (read 42)',
      '1 error of component 2',
    ]);
  });

  it('single-flight loads once for all who wait', () => {
    const { log, run } = simulate({ cache: cache({ stampede: 'single-flight' }), store }, false, 3);
    run.advance(1_000_000);
    expect(log).toEqual([
      ...Array<string>(3).fill('0 get cache (read 42)'),
      '1 query store (read 42)',
      '11 set cache (read 42)',
      ...Array<string>(3).fill('12 ok'),
    ]);
  });

  it('a lock that somebody else holds is asked for again and again, until it is there or the caller gives up', () => {
    const { log, run } = simulate({ cache: cache({ stampede: 'lock', pollMs: 20 }), store }, false, 2, 'any', 50);
    run.advance(60_000);
    expect(log).toEqual([
      ...Array<string>(2).fill('0 get cache (read 42)'),
      '21 get cache (read 42)',
      '42 get cache (read 42)',
      ...Array<string>(2).fill('50 cancelled of component 1'),
    ]);
  });
});

describe('changes under way', () => {
  it('let a request finish the stage it is in, and take up the new plan after it', () => {
    const { log, run } = simulate({ a, b }, false);
    run.advance(5_000);
    run.intervene({ type: 'edit', edit: { type: 'remove-connection', id: 'b' } });
    run.advance(1_000_000);
    expect(log).toEqual(['0 request a (read 42)', '10 ok']);
  });

  it('let a request go on as planned although its steps have other numbers now', () => {
    const { log, run } = simulate({ a, cache: { meaning: 'cache' }, store: { meaning: 'query' } }, false);
    run.advance(15_000);
    run.intervene({ type: 'edit', edit: { type: 'remove-connection', id: 'a' } });
    run.advance(1_000_000);
    expect(log.slice(1)).toEqual([
      '10 get cache (read 42)',
      '20 query store (read 42)',
      '30 set cache (read 42)',
      '40 ok',
    ]);
  });

  it('let an answer of a connection that is gone count', () => {
    const { log, run } = simulate({ a }, false);
    run.advance(5_000);
    run.intervene({ type: 'edit', edit: { type: 'remove-connection', id: 'a' } });
    run.advance(1_000_000);
    expect(log).toEqual(['0 request a (read 42)', '10 ok']);
  });
});
