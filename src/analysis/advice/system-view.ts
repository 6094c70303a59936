/**
 * A scenario as advice looks at it: every component and connection with all of its settings, who calls whom, and how much
 * each is asked for when nothing fails and every cache is cold.
 */
import { sampler } from '../../engine/distribution';
import { connectionConfig, connectionRule, type ConnectionRule } from '../../kinds/connect';
import type { Kind } from '../../kinds/kind';
import { findKind } from '../../kinds/registry';
import type { ConnectionConfig } from '../../model/connection-fields';
import { type Config, completeConfig } from '../../model/fields';
import { distanceOf } from '../../model/places';
import { OPERATIONS } from '../../model/operations';
import { type Plan, type PlanTarget, requestPlan, STEERING, takesOperation, takesStep } from '../../model/plan';
import type { Component, Scenario } from '../../model/scenario';

export interface Part {
  readonly id: string;
  readonly label: string;
  readonly kind: Kind;
  readonly config: Config;
  readonly component: Component;
  readonly in: Link[];
  readonly out: Link[];
  readonly load: Load;
}

/** Requests a second, on average and at the highest planned load. */
export interface Load {
  reads: number;
  writes: number;
  /** How many times the average the highest load is. */
  peak: number;
}

export interface Link extends PlanTarget {
  readonly id: string;
  readonly from: Part;
  readonly to: Part;
  readonly rule: ConnectionRule;
  readonly config: ConnectionConfig;
  readonly load: Load;
}

export interface SystemView {
  readonly scenario: Scenario;
  readonly parts: readonly Part[];
  readonly links: readonly Link[];
}

/** Systems may have cycles: what has passed so many components is not followed any further. */
const DEEPEST = 12;
/** Gateways and balancers one behind the other. */
const MOST_ROUTERS = 3;

export function systemView(scenario: Scenario): SystemView {
  const parts = new Map<string, Part>();
  for (const component of scenario.components) {
    const kind = findKind(component.kind);
    if (!kind) continue;
    const { id, label } = component;
    const config = completeConfig(kind.fields, component.config);
    const load = { reads: 0, writes: 0, peak: 1 };
    parts.set(id, { id, label, kind, config, component, in: [], out: [], load });
  }
  const links: Link[] = [];
  for (const connection of scenario.connections) {
    const [from, to] = [parts.get(connection.from), parts.get(connection.to)];
    const rule = from && to && connectionRule(from.kind, to.kind);
    if (!rule) continue;
    const config = connectionConfig(rule, connection.config, distanceOf(scenario, connection));
    const { id } = connection;
    const load = { reads: 0, writes: 0, peak: 1 };
    const link = { id, connection: id, label: to.label, meaning: rule.meaning, from, to, rule, config, load };
    from.out.push(link);
    to.in.push(link);
    links.push(link);
  }
  const view = { scenario, parts: [...parts.values()], links };
  for (const part of view.parts) if (part.kind.source) spread(part, view);
  return view;
}

export const number = ({ config }: Part, name: string): number => Number(config[name] ?? NaN);

/** The request plan of a part that runs one. */
export function planOf(part: Part): Plan<Link> {
  return requestPlan(part.out.filter(({ rule }) => rule.use === 'plan'));
}

/** Whether whoever sends over this connection waits for the answer before it answers itself. */
export function isWaitedFor({ rule, config, meaning }: Link): boolean {
  if (STEERING.includes(meaning) || rule.use === 'deliver' || rule.use === 'control') return false;
  return rule.use !== 'plan' || config.mode === 'sync';
}

/** Passes requests on, each to one of its targets, and has no plan of its own. */
export function isRouter(part: Part): boolean {
  return !part.kind.source && part.out.some(({ rule }) => rule.use === 'route');
}

/** How long a caller waits for everything it does about one call, retries included, in ms; Infinity without a limit. */
export function longestWait({ config }: Link): number {
  if (config.timeoutMs > 0) return config.timeoutMs;
  if (config.perTryTimeoutMs === 0) return Infinity;
  return config.perTryTimeoutMs * (config.retry === 'none' ? 1 : config.maxAttempts);
}

/** Calls into a part, each with the time for which whoever began it waits: balancers and gateways only pass it on. */
export function waysIn(part: Part, depth = 0): { readonly link: Link; readonly patienceMs: number }[] {
  return part.in
    .filter(({ meaning }) => !STEERING.includes(meaning))
    .flatMap((link) => {
      const own = longestWait(link);
      if (!isRouter(link.from) || depth === MOST_ROUTERS) return [{ link, patienceMs: own }];
      return waysIn(link.from, depth + 1).map(({ patienceMs }) => ({ link, patienceMs: Math.min(own, patienceMs) }));
    });
}

/** Mean work of one request at a part, in ms; NaN where it has no such setting. */
export function meanWorkMs(part: Part): number {
  const { config, kind } = part;
  if (kind.id === 'sql-database') return lognormalMean(number(part, 'readMedianMs'), number(part, 'readP99Ms'));
  if (config['medianMs'] === undefined) return NaN;
  const shape = ['serviceTime', 'workTime', 'latency', 'queryTime'].map((name) => config[name]).find(Boolean);
  return shape === 'lognormal'
    ? lognormalMean(number(part, 'medianMs'), number(part, 'p99Ms'))
    : number(part, 'meanMs');
}

export function lognormalMean(medianMs: number, p99Ms: number): number {
  return sampler({ type: 'lognormal', medianMs, p99Ms: Math.max(medianMs, p99Ms) }).meanMicros / 1000;
}

/** Of the work at a part, what one request in a hundred exceeds, in ms. */
export function p99WorkMs(part: Part): number {
  const shape = ['serviceTime', 'workTime'].map((name) => part.config[name]).find(Boolean);
  if (shape === 'lognormal') return number(part, 'p99Ms');
  return number(part, 'meanMs') * (shape === 'exponential' ? Math.LN10 * 2 : 1);
}

/** Requests a second that the workers of a part can do, by their own work alone; NaN where it has no workers. */
export function workerCapacity(part: Part, instances = number(part, 'instances')): number {
  return ((Number.isNaN(instances) ? 1 : instances) * number(part, 'workers') * 1000) / meanWorkMs(part);
}

// — how much is asked for —

/** Requests of one sort. */
interface Stream {
  readonly operation: number;
  readonly write: boolean;
  readonly perSec: number;
}

/** Follows what a source asks, step by step: what reaches a component on several ways of one length goes on together. */
function spread(source: Part, { scenario }: SystemView): void {
  const steps = scenario.faults.filter(({ target, fault }) => target === source.id && fault.startsWith('load-'));
  const factors = steps.map(({ fault, params }) => {
    const spec = source.kind.faults.find(({ id }) => id === fault);
    return spec ? Number(completeConfig(spec.params, params)['factor']) : 1;
  });
  const peak = Math.max(peakOf(source), ...factors);
  let front = new Map([[source, streamsOf(source)]]);
  for (let depth = 0; depth <= DEEPEST && front.size > 0; depth++) {
    const next = new Map<Part, Stream[]>();
    for (const [part, streams] of front) {
      add(part.load, streams, peak);
      for (const [link, taken] of goesOn(part, streams)) {
        add(link.load, taken, peak);
        next.set(link.to, together(next.get(link.to) ?? [], taken));
      }
    }
    front = next;
  }
}

/** What goes on from a part, over each of its connections. */
function goesOn(part: Part, streams: readonly Stream[]): [Link, Stream[]][] {
  const routes = part.out.filter(({ rule }) => rule.use === 'route');
  return part.out.flatMap((link): [Link, Stream[]][] => {
    const taken = streams.map((stream) => ({ ...stream, perSec: stream.perSec * shareOf(link, stream, routes) }));
    const some = taken.filter(({ perSec }) => perSec > 0);
    return some.length > 0 ? [[link, some]] : [];
  });
}

function together(some: readonly Stream[], more: readonly Stream[]): Stream[] {
  const all = [...some];
  for (const stream of more) {
    const i = all.findIndex(({ operation, write }) => operation === stream.operation && write === stream.write);
    if (i < 0) all.push(stream);
    else all[i] = { ...stream, perSec: stream.perSec + all[i]!.perSec };
  }
  return all;
}

function streamsOf(source: Part): Stream[] {
  const perSec = offered(source);
  if (source.config['mix'] !== 'operations') {
    const reads = number(source, 'readPercent') / 100;
    return [
      { operation: 0, write: false, perSec: perSec * reads },
      { operation: 0, write: true, perSec: perSec * (1 - reads) },
    ];
  }
  const named = OPERATIONS.map(({ id }) => number(source, `${id}Share`) || 0);
  const all = named.reduce((sum, share) => sum + share, 0);
  return named.map((share, operation) => ({
    operation,
    write: OPERATIONS[operation]!.id === 'checkout',
    perSec: all > 0 ? (perSec * share) / all : 0,
  }));
}

function offered(source: Part): number {
  const { config } = source;
  // People who never think ask as fast as they are answered, which nobody knows beforehand.
  if (config['workload'] === 'closed')
    return (number(source, 'users') * 1000) / Math.max(100, number(source, 'thinkMs'));
  if (config['workload'] === 'partly-open') {
    return number(source, 'sessionsPerSec') / (1 - number(source, 'stayPercent') / 100);
  }
  return number(source, 'ratePerSec');
}

function peakOf(source: Part): number {
  const rate = number(source, 'ratePerSec');
  if (source.config['workload'] !== 'open' || rate === 0) return 1;
  switch (source.config['arrivals']) {
    case 'bursty':
      return Math.max(1, number(source, 'burstRatePerSec') / rate);
    case 'diurnal':
      return 1 + number(source, 'swingPercent') / 100;
    case 'steps':
      return 1 + (number(source, 'stepPerSec') * number(source, 'steps')) / rate;
    case 'spike':
      return number(source, 'spikeFactor');
    default:
      return 1;
  }
}

function add(load: Load, streams: readonly Stream[], peak: number): void {
  for (const { write, perSec } of streams) load[write ? 'writes' : 'reads'] += perSec;
  load.peak = Math.max(load.peak, peak);
}

/** How much of what a part is asked goes on over a connection, 0 … 1. */
function shareOf(link: Link, { write, operation }: Stream, routes: readonly Link[]): number {
  const { rule, config, meaning } = link;
  if (STEERING.includes(meaning)) return 0;
  switch (rule.use) {
    case 'plan':
      return takesStep(link, write, operation) ? config.probabilityPercent / 100 : 0;
    case 'route': {
      const takes = (other: Link): boolean => routed(other, write) && takesOperation(other.config, operation);
      const all = routes.reduce((sum, other) => sum + (takes(other) ? other.config.weight : 0), 0);
      return takes(link) && all > 0 ? config.weight / all : 0;
    }
    case 'deliver':
      return meaning === 'deliver' ? 1 : 0;
    default:
      return 1;
  }
}

function routed({ config }: Link, write: boolean): boolean {
  return config.on === 'all' || (config.on === 'write') === write;
}
