/** A component while it runs: its behaviour, its statistics, its faults, and the context its behaviour acts through. */
import { measuredInstance, measuredWhat, UNKNOWN } from '../model/measures';
import type { Behaviour, Context, Link, MetricHandle } from './behaviour';
import type { ComponentBlueprint } from './blueprint';
import type { CallId, Calls, Traits } from './calls';
import { ComponentStats } from './component-stats';
import type { EventHandle } from './event-queue';
import { FaultStack } from './fault-stack';
import type { Ledger } from './ledger';
import { RandomStream } from './random';
import type { Simulation } from './simulation';

export class ComponentRuntime implements Context {
  readonly self: number;
  readonly id: string;
  readonly label: string;
  readonly kind: string;
  readonly source: boolean;
  readonly blueprint: ComponentBlueprint;
  readonly stats: ComponentStats;
  readonly calls: Calls;
  #behaviour!: Behaviour;
  // The busiest handlers, looked up once: where behaviours of many kinds meet, finding a method costs more than calling it
  // (5 % of a run with five kinds).
  #arrive!: Behaviour['arrive'];
  #reply: Behaviour['reply'];
  #timer: Behaviour['timer'];
  outgoing: Link[] = [];
  incoming: Link[] = [];

  readonly faults = new FaultStack();
  down = false;
  /** Down with its host: nobody is left to refuse what comes. */
  silent = false;
  downSince = 0;
  paused = false;
  removed = false;
  /** Grows when the process dies: events set by an earlier life are stale. */
  epoch = 0;
  slowdown = 1;
  errorShare = 0;
  /** What reached a frozen process, in order: type and two numbers an event. */
  readonly frozen: number[] = [];

  readonly #simulation: Simulation;
  readonly #system: ComponentStats;
  #errorStream: RandomStream | null = null;
  readonly #streams = new Map<string, RandomStream>();

  constructor(simulation: Simulation, self: number, id: string, label: string, blueprint: ComponentBlueprint) {
    this.#simulation = simulation;
    this.#system = simulation.system;
    this.calls = simulation.calls;
    this.self = self;
    this.id = id;
    this.label = label;
    this.kind = blueprint.kind;
    this.source = blueprint.source;
    this.blueprint = blueprint;
    this.stats = new ComponentStats(blueprint.metrics, simulation.now);
    if (simulation.windows) this.stats.watch(true, simulation.now);
  }

  get behaviour(): Behaviour {
    return this.#behaviour;
  }

  set behaviour(behaviour: Behaviour) {
    this.#behaviour = behaviour;
    this.#arrive = behaviour.arrive;
    this.#reply = behaviour.reply;
    this.#timer = behaviour.timer;
  }

  /** A call has arrived at this component. */
  arrive(call: CallId): void {
    this.#arrive.call(this.#behaviour, call);
  }

  /** A call made by this component has its outcome. */
  reply(call: CallId): void {
    this.#reply?.call(this.#behaviour, call);
  }

  /** A timer of this component has fired. */
  timer(type: number, a: number, b: number): void {
    this.#timer?.call(this.#behaviour, type, a, b);
  }

  get traits(): Traits {
    return this.calls.traits;
  }

  get now(): number {
    return this.#simulation.now;
  }

  random(purpose: string): RandomStream {
    let stream = this.#streams.get(purpose);
    if (!stream) {
      stream = new RandomStream(this.#simulation.seed, this.id, purpose);
      this.#streams.set(purpose, stream);
    }
    return stream;
  }

  /** Whether the errors fault hits the request that arrives now. */
  errs(): boolean {
    if (this.errorShare === 0) return false;
    this.#errorStream ??= this.random('fault');
    return this.#errorStream.chance(this.errorShare);
  }

  /** The answer to a `measure` call with this key. */
  measured(key: number): number {
    const own = this.behaviour.measure?.(key) ?? UNKNOWN;
    return own === UNKNOWN && measuredInstance(key) < 0 ? this.stats.measured(measuredWhat(key)) : own;
  }

  work(micros: number): number {
    return this.slowdown === 1 ? micros : Math.floor(micros * this.slowdown + 0.5);
  }

  send(link: number, parent: CallId, verb: number, write: number, key: number, ticket: number): CallId {
    return this.#simulation.traffic.send(link, parent, verb, write, key, ticket, false);
  }

  sendDetached(link: number, parent: CallId, verb: number, write: number, key: number): void {
    this.#simulation.traffic.send(link, parent, verb, write, key, 0, true);
  }

  withdraw(call: CallId): void {
    this.#simulation.traffic.withdraw(call);
  }

  watch(link: number, succeeded: ((call: CallId) => void) | null): void {
    this.#simulation.connections[link]!.watcher = succeeded;
  }

  began(call: CallId): void {
    const now = this.#simulation.now;
    this.calls.setBegan(call, now);
    this.stats.waited(now - this.calls.arrivedAt(call));
  }

  succeed(call: CallId, result = 0): void {
    this.calls.setResult(call, result);
    this.#simulation.traffic.answer(call, 0, this.self);
  }

  fail(call: CallId, cause: number, retryAfterMs = 0): void {
    this.stats.died(cause);
    this.calls.setResult(call, retryAfterMs);
    this.#simulation.traffic.answer(call, cause, this.self);
  }

  relay(call: CallId, cause: number, origin: number, retryAfterMs?: number): void {
    if (retryAfterMs !== undefined) this.calls.setResult(call, retryAfterMs);
    this.#simulation.traffic.answer(call, cause, origin);
  }

  offered(): void {
    this.stats.arrive(this.now);
    this.#system.arrive(this.now);
  }

  answered(micros: number): void {
    this.stats.complete(this.now, micros);
    this.#system.complete(this.now, micros);
  }

  gaveUp(cause: number): void {
    this.stats.fail(this.now, cause);
    this.#system.fail(this.now, cause);
    this.#system.died(cause);
  }

  die(restartAfterMs: number): void {
    this.#simulation.life.die(this, restartAfterMs);
  }

  get ledger(): Ledger {
    return this.#simulation.ledger;
  }

  after(micros: number, priority: number, type: number, a = 0, b = 0): void {
    this.#simulation.setTimer(this, micros, priority, type, a, b);
  }

  alarm(micros: number, priority: number, type: number, a = 0, b = 0): EventHandle {
    this.#simulation.setTimer(this, micros, priority, type, a, b);
    return this.#simulation.queue.lastHandle;
  }

  cancel(handle: EventHandle): void {
    this.#simulation.queue.cancel(handle);
  }

  busy(inUse: number, capacity: number, part = 0): void {
    // A dead process offers no capacity, whatever is changed about it.
    if (this.down) return;
    this.stats.busy(inUse, capacity, this.#simulation.now, part);
  }

  waiting(count: number): void {
    this.stats.waiting(count, this.#simulation.now);
  }

  counter(id: string): MetricHandle {
    return this.stats.handle(id, 'counter');
  }

  gauge(id: string): MetricHandle {
    return this.stats.handle(id, 'gauge');
  }

  count(counter: MetricHandle, amount = 1): void {
    this.stats.count(counter, amount);
  }

  level(gauge: MetricHandle, value: number): void {
    this.stats.level(gauge, value, this.#simulation.now);
  }
}
