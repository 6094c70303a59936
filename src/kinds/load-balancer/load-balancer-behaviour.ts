import type { Behaviour, Context } from '../../engine/behaviour';
import { type CallId, FLAG, NO_CALL } from '../../engine/calls';
import { must } from '../../engine/must';
import { CpuStation } from '../../engine/resources/cpu-station';
import { Discovery } from '../../engine/resources/discovery';
import { passBack } from '../../engine/resources/forwarding';
import type { FaceWriter } from '../../model/face';
import { plainVerb, VERB } from '../../model/meaning';
import { CANCELLED, causeCode, OK, REFUSED, RESET, TIMEOUT } from '../../model/outcome';
import { fromMs, MICROS_PER_SECOND } from '../../model/units';
import { type Backend, newBackend, stateOf, trusted } from './backend';
import { BackendChooser, POLICIES } from './backend-choice';
import { BackendQueue, QUEUE_DUE } from './backend-queue';
import { ConnectionPins } from './connection-pins';
import { HealthChecks } from './health-checks';
import type { BalancerConfig } from './fields';
import { EJECTION_OVER, OutlierEjection, SERVER_ERROR } from './outlier-ejection';
import { OwnAnswers } from './own-answers';

const NO_BACKEND = causeCode('no-backend');
const QUEUE_FULL = causeCode('queue-full');
const QUEUE_TIMEOUT = causeCode('queue-timeout');

/** Timer types; those of the health checks, ejections and the queue lie between. */
const WORK_DONE = 0;
const LOOK_UP = 16;

/** In a call's work: how often it was sent on, to which backends (a bit for each), and the call made for it now. */
const TRIES = 0;
const TRIED = 1;
const SENT = 2;

/** Ticket of a request that travels on a network connection counted already. */
const PINNED = 1;

export class LoadBalancer implements Behaviour {
  #config: BalancerConfig;
  /** In the order of the connections. */
  #backends: Backend[] = [];
  readonly #byConnection = new Map<number, Backend>();
  #trusted = 0;
  #panic = false;
  /** Alive, so that timers may be set. */
  #running = false;
  readonly #context: Context;
  readonly #cpu: CpuStation;
  readonly #chooser: BackendChooser;
  readonly #discovery: Discovery;
  readonly #checks: HealthChecks;
  readonly #ejection: OutlierEjection;
  readonly #pins = new ConnectionPins();
  readonly #queue: BackendQueue;
  readonly #answers: OwnAnswers;
  readonly #healthyBackends: number;
  readonly #retried: number;
  readonly #placeWaiting = (call: CallId): boolean => this.#sent(call);

  constructor(config: BalancerConfig, context: Context) {
    this.#config = config;
    this.#context = context;
    this.#cpu = new CpuStation(context, WORK_DONE);
    this.#chooser = new BackendChooser(context.random('route'));
    const changed = (backend: Backend): void => this.#onChange(backend);
    this.#discovery = new Discovery(context, LOOK_UP, () => this.#review());
    this.#checks = new HealthChecks(context, changed);
    this.#ejection = new OutlierEjection(context, changed);
    this.#queue = new BackendQueue(context, (call) => this.#turnAway(call, QUEUE_TIMEOUT));
    this.#answers = new OwnAnswers(context);
    this.#healthyBackends = context.gauge('healthyBackends');
    this.#retried = context.counter('triedElsewhere');
    this.#adopt(config);
  }

  start(): void {
    this.#running = true;
    this.#discovery.start();
    this.#watchAll();
    this.#cpu.report();
  }

  configure(config: BalancerConfig): void {
    if (this.#adopt(config) && this.#running) this.#watchAll();
    else this.#review();
    this.#cpu.report();
  }

  rewire(): void {
    this.#discovery.rewire();
    const links = this.#context.outgoing.filter(({ meaning }) => meaning !== 'discover');
    for (const backend of this.#backends) {
      if (links.some(({ index }) => index === backend.link.index)) continue;
      this.#checks.forget(backend);
      this.#ejection.forget(backend);
      this.#pins.drop(backend);
      this.#byConnection.delete(backend.link.index);
    }
    this.#backends = links.map((link) => {
      const known = this.#byConnection.get(link.index);
      if (known) {
        known.link = link;
        return known;
      }
      const backend = newBackend(link);
      this.#byConnection.set(link.index, backend);
      if (this.#running) this.#checks.watch(backend);
      return backend;
    });
    this.#pins.rewire(this.#context.incoming);
    this.#chooser.rewire(this.#backends);
    this.#review();
  }

  arrive(call: CallId): void {
    this.#context.calls.setWork(call, TRIES, 0);
    this.#context.calls.setWork(call, TRIED, 0);
    this.#context.calls.setWork(call, SENT, NO_CALL);
    this.#cpu.enter(call);
  }

  timer(type: number, a: number, b: number): void {
    if (type === WORK_DONE) {
      this.#cpu.leave();
      if (this.#context.calls.flags(a) & FLAG.cancelled) this.#context.fail(a, CANCELLED);
      else this.#place(a);
      return;
    }
    if (type === LOOK_UP) {
      this.#discovery.timer(a);
      return;
    }
    if (type === QUEUE_DUE) {
      this.#queue.timer(b);
      return;
    }
    const backend = this.#byConnection.get(a);
    if (!backend) return;
    if (type === EJECTION_OVER) this.#ejection.timer(backend, b);
    else this.#checks.timer(type, backend, b);
  }

  reply(call: CallId): void {
    const { calls } = this.#context;
    if (calls.verb(call) === VERB.lookup) {
      this.#discovery.reply(call);
      return;
    }
    // A connection that was removed meanwhile still brings its answers.
    const backend = this.#byConnection.get(calls.connection(call));
    if (calls.isProbe(call)) {
      if (backend) this.#checks.reply(call, backend);
      return;
    }
    if (backend) {
      leave(backend, calls.ticket(call));
      this.#judge(backend, call);
    }
    if (calls.parentAlive(call)) calls.setWork(calls.parent(call), SENT, NO_CALL);
    if (calls.parentAlive(call) && !(backend && this.#triesElsewhere(call))) {
      if (calls.cause(call) !== OK) this.#answers.passed(call, backend?.link.peer.index ?? -1);
      passBack(this.#context, call);
    }
    this.#queue.dispatch(this.#placeWaiting);
  }

  /** Whoever waits for a backend is let go, and of what was sent on, the backend is told. */
  cancelled(call: CallId): void {
    const { calls } = this.#context;
    const sub = calls.work(call, SENT);
    if (sub !== NO_CALL) {
      const backend = this.#byConnection.get(calls.connection(sub));
      if (backend) leave(backend, calls.ticket(sub));
      this.#context.withdraw(sub);
      this.#queue.dispatch(this.#placeWaiting);
    } else if (!this.#queue.remove(call)) return;
    this.#context.fail(call, CANCELLED);
  }

  crash(): void {
    this.#running = false;
    this.#discovery.crash();
    this.#cpu.clear();
    this.#queue.clear();
    this.#pins.clear();
    for (const backend of this.#backends) {
      this.#checks.forget(backend);
      this.#ejection.forget(backend);
      backend.active = backend.load = 0;
    }
    this.#chooser.cool();
    this.#trusted = 0;
    this.#context.level(this.#healthyBackends, 0);
  }

  audit(): void {
    const { calls, self } = this.#context;
    const asked = new Map<number, number>();
    for (let call = 0; call < calls.used; call++) {
      const flags = calls.flags(call) & (FLAG.live | FLAG.sourceDone | FLAG.attempt);
      if (flags !== FLAG.live || calls.source(call) !== self || calls.isProbe(call)) continue;
      asked.set(calls.connection(call), (asked.get(calls.connection(call)) ?? 0) + 1);
    }
    for (const { link, active } of this.#backends) {
      must(
        active === (asked.get(link.index) ?? 0),
        `${active} requests are at “${link.peer.id}”, of ${asked.get(link.index)}`,
      );
    }
  }

  face(writer: FaceWriter): void {
    const { policy, healthChecks, ejection } = this.#config;
    writer.put(POLICIES.indexOf(policy));
    writer.put(this.#backends.length);
    for (const backend of this.#backends) {
      writer.put(backend.link.index);
      writer.put(stateOf(backend));
    }
    const watched = healthChecks || ejection;
    writer.put(this.#panic ? 2 : watched ? 0 : 1);
    if (this.#panic || watched) writer.put(this.#trusted);
    writer.put(this.#backends.length);
  }

  /** Returns whether the backends must be watched anew. */
  #adopt(config: BalancerConfig): boolean {
    if (config.layer !== this.#config.layer) this.#pins.clear();
    this.#config = config;
    this.#chooser.policy = config.policy;
    this.#chooser.configure(config.ringPoints, config.slowStartS * MICROS_PER_SECOND);
    this.#cpu.configure(config.cores, config.cpuMicros);
    this.#queue.configure(fromMs(config.queueTimeoutMs));
    this.#ejection.configure(config, this.#backends);
    return this.#checks.configure(config);
  }

  // — where a request goes —

  #place(call: CallId): void {
    const { calls } = this.#context;
    if (this.#queue.length === 0 && this.#sent(call)) return;
    const lane = this.#chooser.lane(calls.write(call), calls.operation(call));
    if (this.#queue.length > 0 && !this.#queue.isOccupied(lane) && this.#sent(call)) return;
    if (this.#queue.length >= this.#config.queueLimit) this.#turnAway(call, QUEUE_FULL);
    else this.#queue.join(lane, call, this.#context.now);
  }

  /** Sends a request on, or ends it when nobody would ever take it. False: all who would are busy. */
  #sent(call: CallId): boolean {
    const { calls } = this.#context;
    const backend = this.#choose(call);
    if (backend) this.#forward(call, backend);
    else if (this.#chooser.hasEligible(calls.write(call), calls.operation(call))) return false;
    else this.#turnAway(call, NO_BACKEND);
    return true;
  }

  #choose(call: CallId): Backend | null {
    const { calls, now } = this.#context;
    const incoming = calls.connection(call);
    const shared = this.#config.layer === '4' && this.#pins.shares(incoming);
    const pinned = shared ? this.#pins.find(incoming, now) : null;
    if (pinned) return pinned;
    const byKey = this.#config.hashBy === 'key' && this.#config.policy !== 'ip-hash';
    this.#chooser.warm(now);
    const backend = this.#chooser.choose(
      calls.write(call),
      calls.operation(call),
      byKey ? calls.key(call) : calls.user(call),
    );
    if (shared && backend) this.#pins.pin(incoming, backend, now);
    return backend;
  }

  #forward(call: CallId, backend: Backend): void {
    const { calls } = this.#context;
    const { index, meaning } = backend.link;
    const pinned = this.#config.layer === '4' && this.#pins.shares(calls.connection(call));
    const write = calls.write(call);
    backend.active++;
    if (!pinned) backend.load++;
    calls.setWork(call, TRIES, calls.work(call, TRIES) + 1);
    const verb = plainVerb(meaning, write === 1);
    const sub = this.#context.send(index, call, verb, write, calls.key(call), pinned ? PINNED : 0);
    calls.setWork(call, SENT, sub);
  }

  #turnAway(call: CallId, cause: number): void {
    this.#answers.own(cause);
    this.#context.fail(call, cause);
  }

  // — what came of it —

  /** Counts the outcome against or for the backend. */
  #judge(backend: Backend, sub: CallId): void {
    const { calls, self } = this.#context;
    const cause = calls.cause(sub);
    // Stopped by the caller, or never sent: says nothing about the backend.
    if (cause === CANCELLED || (cause !== OK && cause !== TIMEOUT && calls.origin(sub) === self)) return;
    const broken = (cause === REFUSED || cause === RESET) && calls.origin(sub) === backend.link.peer.index;
    if (broken && calls.ticket(sub) === PINNED) this.#pins.drop(backend);
    // At layer 4 only broken connections are seen, not what the answers say.
    const bad = this.#config.layer === '4' ? broken : SERVER_ERROR[cause]!;
    this.#ejection.judge(backend, !bad, this.#backends);
  }

  /**
   * Tries a failed request on a backend where it has not been. A write goes elsewhere only when it was refused, so that it
   * cannot happen twice (nginx proxy_next_upstream without non_idempotent).
   */
  #triesElsewhere(sub: CallId): boolean {
    const { calls, now } = this.#context;
    const call = calls.parent(sub);
    const cause = calls.cause(sub);
    if (cause === OK || calls.work(call, TRIES) >= this.#config.tries || calls.expires(call) <= now) return false;
    const origin = calls.origin(sub);
    const here = origin === (cause === TIMEOUT ? this.#context.self : calls.target(sub));
    const repeatable = cause === REFUSED || (this.#config.layer === '7' && calls.write(call) === 0);
    if (!here || !repeatable || (cause !== REFUSED && cause !== RESET && cause !== TIMEOUT)) return false;
    const tried = calls.work(call, TRIED) | bitOf(calls.connection(sub));
    calls.setWork(call, TRIED, tried);
    for (const backend of this.#backends) backend.tried = (tried & bitOf(backend.link.index)) !== 0;
    const next = this.#choose(call);
    for (const backend of this.#backends) backend.tried = false;
    if (!next) return false;
    this.#context.count(this.#retried);
    this.#forward(call, next);
    return true;
  }

  // — whom to trust —

  #watchAll(): void {
    for (const backend of this.#backends) this.#checks.watch(backend);
    this.#review();
  }

  /** A backend was marked down or up, was ejected or is back. */
  #onChange(backend: Backend): void {
    if (trusted(backend)) this.#chooser.warmUp(backend, this.#context.now);
    this.#review();
  }

  /** Decides anew who may be chosen. Below the panic threshold it is everybody: the few left would only drown. */
  #review(): void {
    const { panicPercent, maxConnections } = this.#config;
    let candidates = 0;
    let good = 0;
    this.#trusted = 0;
    for (const backend of this.#backends) {
      backend.listed = this.#discovery.lists(backend.link.peer.index);
      if (trusted(backend)) this.#trusted++;
      if (backend.link.config.weight === 0 || !backend.listed) continue;
      candidates++;
      if (trusted(backend)) good++;
    }
    this.#panic = good * 100 < panicPercent * candidates;
    for (const backend of this.#backends) {
      // In a panic everybody may be chosen who is known at all.
      backend.eligible = (this.#panic && backend.listed) || trusted(backend);
      backend.room = maxConnections === 0 ? Infinity : maxConnections;
    }
    this.#chooser.changed();
    if (!this.#running) return;
    this.#context.level(this.#healthyBackends, this.#trusted);
    if (this.#queue.length > 0) this.#sortQueue();
  }

  /** Who waits may go elsewhere now, or nowhere. */
  #sortQueue(): void {
    const { calls } = this.#context;
    this.#queue.empty((call, since) => {
      const lane = this.#chooser.lane(calls.write(call), calls.operation(call));
      if (this.#queue.isOccupied(lane) || !this.#sent(call)) this.#queue.join(lane, call, since);
    });
  }
}

/** A request to a backend has ended. */
function leave(backend: Backend, ticket: number): void {
  backend.active--;
  if (ticket !== PINNED) backend.load--;
}

/** More than 31 connections share bits: one too many is passed over then, never one too few. */
function bitOf(connection: number): number {
  return 1 << (connection % 31);
}
