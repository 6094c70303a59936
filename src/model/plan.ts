import type { ConnectionConfig } from './connection-fields';
import type { Meaning } from './meaning';
import { operationCode, OPERATIONS } from './operations';

/**
 * What one request does at a component that runs a plan (a service): derived from its outgoing connections, so that
 * drawing a connection already means the obvious thing. Service → Redis + database is cache-aside.
 */
export interface PlanTarget {
  /** Connection id. */
  readonly connection: string;
  /** Name of the component at the other end. */
  readonly label: string;
  readonly meaning: Meaning;
  readonly config: ConnectionConfig;
}

export type PlanStep<T extends PlanTarget = PlanTarget> =
  /** Reads ask the cache first, then the store, and fill the cache; what writes do is the pattern of the connection. */
  | { readonly type: 'cache-aside'; readonly cache: T; readonly store: T }
  /** A cache without a store behind it: a read that misses is computed here and put in. */
  | { readonly type: 'cache-only'; readonly cache: T }
  /** One of several is called, in turn; the first of them speaks for all. */
  | { readonly type: 'call'; readonly target: T; readonly pool: readonly T[] };

/** Stages run one after another; the steps of a stage run together. */
export interface Plan<T extends PlanTarget = PlanTarget> {
  readonly stages: readonly (readonly PlanStep<T>[])[];
}

/** The connection whose settings (order, share, operation) speak for a step. */
export function stepTarget<T extends PlanTarget>(step: PlanStep<T>): T {
  return step.type === 'call' ? step.target : step.cache;
}

/** Connections that are no part of any request. */
export const STEERING: readonly Meaning[] = ['register', 'discover', 'measure', 'scale'];

/**
 * The plan of a component with these connections, given in the order drawn.
 * The first cache covers the first database; locks come first, because they protect the rest; publishing comes last,
 * because it tells what has happened. An explicit
 * order overrides both the drawing and this rule.
 */
export function requestPlan<T extends PlanTarget>(connected: readonly T[]): Plan<T> {
  const targets = connected.filter(({ meaning }) => !STEERING.includes(meaning));
  const caches = targets.filter((target) => target.meaning === 'cache');
  const stores = targets.filter((target) => target.meaning === 'query');
  const covered = new Map<T, T>();
  caches.forEach((cache, i) => {
    const store = stores[i];
    if (store) covered.set(cache, store);
  });
  const storesBehindCache = new Set(covered.values());
  const steps: { step: PlanStep<T>; rank: number; drawn: number }[] = [];
  const rankOf = ({ meaning, config }: T): number =>
    config.order > 0 ? config.order : meaning === 'publish' ? 0.5 : meaning === 'lock' ? -0.5 : 0;
  const pools = new Map<number, T[]>();
  targets.forEach((target, drawn) => {
    if (storesBehindCache.has(target)) return;
    const store = covered.get(target);
    const { pool } = target.config;
    if (target.meaning === 'request' && pool > 0) {
      const members = pools.get(pool) ?? [];
      members.push(target);
      pools.set(pool, members);
      if (members.length > 1) return;
      steps.push({ step: { type: 'call', target, pool: members }, rank: rankOf(target), drawn });
      return;
    }
    const step: PlanStep<T> =
      target.meaning !== 'cache'
        ? { type: 'call', target, pool: [target] }
        : store
          ? { type: 'cache-aside', cache: target, store }
          : { type: 'cache-only', cache: target };
    steps.push({ step, rank: rankOf(target), drawn });
  });
  steps.sort((a, b) => a.rank - b.rank || a.drawn - b.drawn);
  const stages: PlanStep<T>[][] = [];
  for (const { step } of steps) {
    const last = stages.at(-1);
    if (last && stepTarget(step).config.parallel) last.push(step);
    else stages.push([step]);
  }
  return { stages };
}

/** Why a plan is run: for the work itself, because the work was refused, or to undo it. */
export type Occasion = ConnectionConfig['tells'];
export const OCCASIONS: readonly Occasion[] = ['done', 'refused', 'undone'];

/** The part of a plan that is run on an occasion. A refusal changes nothing: it is only told. */
export function planOn<T extends PlanTarget>({ stages }: Plan<T>, occasion: Occasion): Plan<T> {
  const runs = (step: PlanStep<T>): boolean => {
    const { meaning, config } = stepTarget(step);
    return meaning === 'publish' ? config.tells === occasion : occasion !== 'refused';
  };
  return { stages: stages.map((stage) => stage.filter(runs)).filter(({ length }) => length > 0) };
}

/**
 * The database whose writes a step that publishes tells of: the last one written to in an earlier stage, or else (with
 * `before` false) the first of all. Only where the write is part of every request that may make it.
 */
export function storeOfMessages<T extends PlanTarget>(plan: Plan<T>, publish: T, before: boolean): T | null {
  let found: T | null = null;
  for (const stage of plan.stages) {
    if (before && stage.some((step) => step.type === 'call' && step.target.connection === publish.connection)) break;
    for (const step of stage) {
      const store =
        step.type === 'call' && step.target.meaning === 'query'
          ? step.target
          : step.type === 'cache-aside' && step.cache.config.pattern !== 'write-behind'
            ? step.store
            : null;
      if (!store || store.config.on === 'read' || stepTarget(step).config.probabilityPercent < 100) continue;
      if (!before) return store;
      found = store;
    }
  }
  return found;
}

/** Publishing follows writes unless told otherwise; everything else follows every request. */
export function stepOperations(target: PlanTarget): 'all' | 'read' | 'write' {
  return target.meaning === 'publish' && target.config.on === 'all' ? 'write' : target.config.on;
}

/** Whether a request takes a step with this target: reads and writes, and the operation by its index. */
export function takesStep(target: PlanTarget, write: boolean, operation: number): boolean {
  const operations = stepOperations(target);
  return (operations === 'all' || (operations === 'write') === write) && takesOperation(target.config, operation);
}

/** Whether requests of this operation use a connection. */
export function takesOperation({ operation: wanted }: PlanTarget['config'], operation: number): boolean {
  return wanted === 'any' || operationCode(wanted) === operation;
}

/** A piece of a sentence; names of components are strong. */
export interface Words {
  readonly text: string;
  readonly strong?: boolean;
}

/** What a connection for one operation calls its requests, or null when all use it. */
function operationName({ config: { operation } }: PlanTarget): string | null {
  return operation === 'any' ? null : OPERATIONS[operationCode(operation)]!.label;
}

/** Reads and writes by way of a cache in front of a store. */
function cachedWords(cache: PlanTarget, store: PlanTarget): Words[] {
  const [c, s]: Words[] = [
    { text: cache.label, strong: true },
    { text: store.label, strong: true },
  ];
  const { pattern, stampede, staleSeconds } = cache.config;
  const operations = stepOperations(cache);
  const words: Words[] = [];
  if (operations === 'write') words.push({ text: 'reads ' }, s);
  else {
    words.push({ text: 'reads ' }, c, { text: '; on a miss ' });
    if (stampede === 'single-flight' || stampede === 'stale') words.push({ text: 'one request for each key ' });
    if (stampede === 'lock') words.push({ text: 'whoever gets the lock ' });
    words.push({ text: pattern === 'read-through' ? 'loads from ' : 'asks ' }, s, { text: ' and fills ' }, c);
    if (stampede === 'single-flight' || stampede === 'stale') words.push({ text: ' for all' });
    if (stampede === 'lock') words.push({ text: ', the others look again until it is there' });
    if (stampede === 'early') words.push({ text: '; renews values before they expire' });
    if (stampede === 'stale')
      words.push({ text: `; serves expired values for ${staleSeconds} s while one is renewed` });
    if (pattern === 'read-through') words.push({ text: '; fails without ' }, c);
  }
  if (operations !== 'read' && pattern === 'write-behind') {
    const { flushMs, flushBatch } = cache.config;
    words.push({ text: '; a write goes to ' }, c, { text: ' and is answered; ' }, s);
    words.push({ text: ` gets up to ${flushBatch} of them every ${flushMs} ms` });
  } else {
    words.push({ text: '; a write goes to ' }, s);
    if (operations === 'read') words.push({ text: ' and leaves the cached copy' });
    else if (pattern === 'write-through') words.push({ text: ', then to ' }, c);
    else words.push({ text: ' and drops the cached copy' });
  }
  const cached = operationName(cache);
  if (cached) words.push({ text: `; all but ${cached} requests leave ` }, c, { text: ' alone' });
  const taken = operationName(store);
  if (taken) words.push({ text: ` (${taken} requests only)` });
  return words;
}

const PUBLISHED: Readonly<Record<Occasion, string>> = {
  done: ' on a write',
  refused: ' when the work is refused',
  undone: ' when the work is undone',
};

function boxedIn(target: PlanTarget, plan: Plan): PlanTarget | null {
  return target.meaning === 'publish' && target.config.tells === 'done' ? storeOfMessages(plan, target, true) : null;
}

function sentence(step: PlanStep, plan: Plan): Words[] {
  const target = stepTarget(step);
  const words: Words[] = [];
  const operations = stepOperations(target);
  switch (step.type) {
    case 'cache-aside':
      words.push(...cachedWords(step.cache, step.store));
      break;
    case 'cache-only':
      words.push(
        { text: 'reads ' },
        { text: step.cache.label, strong: true },
        { text: '; on a miss computes the value and stores it' },
      );
      break;
    case 'call': {
      const store = target.config.through === 'outbox' && operations === 'write' ? boxedIn(target, plan) : null;
      if (store) {
        words.push({ text: 'writes the message for ' }, { text: target.label, strong: true });
        words.push({ text: ' to the outbox of ' }, { text: store.label, strong: true });
        words.push({ text: '; a relay publishes it' });
        break;
      }
      const verb = {
        request: 'calls ',
        query: 'queries ',
        publish: 'publishes to ',
        cache: 'asks ',
        deliver: 'hands to ',
        lock: 'takes a lock at ',
        register: 'registers with ',
        discover: 'looks up ',
        measure: 'watches ',
        scale: 'scales ',
      };
      words.push({ text: verb[target.meaning] }, { text: target.label, strong: true });
      step.pool.slice(1).forEach(({ label }, i, { length }) => {
        words.push({ text: i === length - 1 ? ' or ' : ', ' }, { text: label, strong: true });
      });
      if (step.pool.length > 1) words.push({ text: ' in turn' });
      if (operations === 'write')
        words.push({ text: target.meaning === 'publish' ? PUBLISHED[target.config.tells] : ' for writes only' });
      if (operations === 'read') words.push({ text: ' for reads only' });
      if (target.meaning === 'lock')
        words.push({ text: target.config.lockScope === 'one' ? ' for everybody' : ' for its key' });
      else if (target.config.mode === 'async') words.push({ text: ', without waiting' });
    }
  }
  const name = step.type === 'cache-aside' ? null : operationName(target);
  if (name) words.push({ text: ` (${name} requests only)` });
  if (target.config.probabilityPercent < 100)
    words.push({ text: ` (${target.config.probabilityPercent} % of the requests)` });
  return words;
}

/** The plan in words: one line a stage. */
export function planInWords(plan: Plan): Words[][] {
  return plan.stages.map((stage) =>
    stage.flatMap((step, i) =>
      i === 0 ? sentence(step, plan) : [{ text: '; at the same time ' }, ...sentence(step, plan)],
    ),
  );
}
