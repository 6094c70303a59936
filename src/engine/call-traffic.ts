/**
 * The life of calls between components: sent, delivered, answered, given up, cancelled. One object a run; every message
 * and every answer passes here, so nothing is allocated for a call.
 */
import { VERB } from '../model/meaning';
import { CANCELLED, causeCode, OK, REFUSED, TIMEOUT } from '../model/outcome';
import { NEVER } from '../model/units';
import { type CallId, type Calls, FLAG, NO_CALL } from './calls';
import type { ComponentRuntime } from './component-runtime';
import { type ConnectionRuntime, CUT_STATE, SMALL_BYTES } from './connection-runtime';
import type { Deadlines } from './deadlines';
import { type EventQueue, PRIORITY } from './event-queue';
import { ANSWER, CANCEL, DEADLINE, DELIVER } from './event-types';
import { POLICY_EVENT } from './resilience/policy';
import type { Simulation } from './simulation';

/** For probes on connections without a timeout. */
const PROBE_TIMEOUT = 60_000_000;

const ERROR = causeCode('error');

export class CallTraffic {
  readonly calls: Calls;
  readonly queue: EventQueue;
  readonly components: readonly ComponentRuntime[];
  readonly connections: readonly ConnectionRuntime[];
  readonly #simulation: Simulation;
  readonly #deadlines: Deadlines;
  readonly #probeDeadlines: number;

  constructor(simulation: Simulation, deadlines: Deadlines) {
    this.#simulation = simulation;
    this.calls = simulation.calls;
    this.queue = simulation.queue;
    this.components = simulation.components;
    this.connections = simulation.connections;
    this.#deadlines = deadlines;
    this.#probeDeadlines = deadlines.list(PROBE_TIMEOUT);
  }

  /** Sends a call over a connection. See `Context.send`. */
  send(
    connectionIndex: number,
    parent: CallId,
    verb: number,
    write: number,
    key: number,
    ticket: number,
    detached: boolean,
  ): CallId {
    const connection = this.connections[connectionIndex]!;
    const now = this.#simulation.now;
    const calls = this.calls;
    const aside = calls.isAsideVerb(verb);
    if (connection.policy !== null && !detached && !aside) {
      return connection.policy.begin(parent, verb, write, key, ticket);
    }
    const call = calls.open(
      connectionIndex,
      connection.source,
      connection.target,
      verb,
      write,
      key,
      ticket,
      parent,
      now,
    );
    if (detached) calls.setFlag(call, FLAG.sourceDone | FLAG.detached);
    else if (connection.timeout > 0) this.#deadlines.add(call, connection.deadlineList, now);
    // A check never waits for ever, or the records of those lost on a cut connection would pile up.
    else if (aside) this.#deadlines.add(call, this.#probeDeadlines, now);
    this.transmit(call, connection);
    return call;
  }

  /** An open call leaves its source. */
  transmit(call: CallId, connection: ConnectionRuntime): void {
    const calls = this.calls;
    const now = this.#simulation.now;
    const verb = calls.verb(call);
    if (verb !== VERB.probe) connection.sent++;
    const arrival = now + connection.delay(now, calls.write(call) ? calls.bytes(call) : SMALL_BYTES, false);
    if (this.#simulation.motion) {
      const lands = connection.cutThere ? NEVER : arrival;
      const { index } = connection;
      const attempt = calls.attempt(call);
      this.#simulation.motion.moved(
        index,
        0,
        verb,
        calls.write(call),
        0,
        0,
        now,
        lands,
        calls.rootSerial(call),
        attempt,
      );
    }
    this.queue.push(arrival, PRIORITY.arrival, DELIVER, connection.target, call, 0, 0);
  }

  /** The source no longer waits for an attempt, and says so where its connection is set to. */
  abandon(call: CallId): void {
    const calls = this.calls;
    this.#deadlines.remove(call);
    calls.setFlag(call, FLAG.sourceDone);
    this.#cancel(call);
    // A target that has answered already has an answer on its way, or lost it on a cut connection.
    if ((calls.flags(call) & (FLAG.targetDone | FLAG.answering)) === FLAG.targetDone) calls.close(call);
  }

  /** The source no longer wants the outcome of a call it has made: no `reply` will come. See `Context.withdraw`. */
  withdraw(call: CallId): void {
    const flags = this.calls.flags(call);
    if (flags & FLAG.sourceDone) return;
    if (flags & FLAG.logical) this.connections[this.calls.connection(call)]!.policy!.withdrawn(call);
    else this.abandon(call);
  }

  #cancel(call: CallId): void {
    const calls = this.calls;
    const connection = this.connections[calls.connection(call)]!;
    if (!connection.config.cancel || calls.flags(call) & FLAG.targetDone) return;
    const arrival = this.#simulation.now + connection.delay(this.#simulation.now, SMALL_BYTES, false);
    this.queue.push(arrival, PRIORITY.arrival, CANCEL, connection.target, call, calls.stamp(call), 0);
  }

  /** Answers a call: see `Context.succeed`, `fail` and `relay`. Answering twice is a programming error and throws. */
  answer(call: CallId, cause: number, origin: number): void {
    const calls = this.calls;
    if ((calls.flags(call) & (FLAG.live | FLAG.targetDone)) !== FLAG.live) throw new Error('a call was answered twice');
    const target = this.components[calls.target(call)]!;
    calls.setOutcome(call, cause, origin);
    if (!calls.isAside(call)) {
      if (cause === OK) target.stats.complete(this.#simulation.now, this.#simulation.now - calls.arrivedAt(call));
      else target.stats.fail(this.#simulation.now, cause);
    }
    this.#sendBack(call, cause);
  }

  // — events —

  /** A request reaches its target, or what is left of it. */
  deliver(call: CallId): void {
    const calls = this.calls;
    const connection = this.connections[calls.connection(call)]!;
    const target = this.components[connection.target]!;
    if (this.#simulation.keepLast) this.#simulation.note('arrival', target.self, connection.index, 0);
    if (connection.cutThere === CUT_STATE.rejects) {
      this.#reject(call, connection);
      return;
    }
    if (connection.cutThere || target.silent) {
      connection.lost++;
      this.letGo(call, FLAG.targetDone);
      return;
    }
    if (target.down || connection.removed) {
      if (!calls.isAside(call)) target.stats.died(REFUSED);
      calls.setOutcome(call, REFUSED, target.self);
      this.#sendBack(call, REFUSED);
      return;
    }
    calls.setArrived(call, this.#simulation.now);
    if (!calls.isAside(call)) target.stats.arrive(this.#simulation.now);
    if (target.paused) target.frozen.push(DELIVER, call, 0);
    else this.accept(target, call);
  }

  /** A request that has arrived is handed to its target. */
  accept(target: ComponentRuntime, call: CallId): void {
    // The word that nobody waits has overtaken the request.
    if (this.calls.flags(call) & FLAG.cancelled) target.fail(call, CANCELLED);
    else if (this.calls.isAside(call)) this.#answerAside(target, call);
    else if (target.errs()) target.fail(call, ERROR);
    else target.arrive(call);
  }

  /** Checks, measurements and orders to scale are answered by whoever runs the program, at once and at no cost. */
  #answerAside(target: ComponentRuntime, call: CallId): void {
    const calls = this.calls;
    const key = calls.key(call);
    const verb = calls.verb(call);
    if (verb === VERB.scale) target.behaviour.scale?.(key);
    if (verb !== VERB.probe) calls.setResult(call, verb === VERB.measure ? target.measured(key) : key);
    this.answer(call, OK, target.self);
  }

  /** An answer reaches its source, or comes too late. */
  deliverAnswer(call: CallId): void {
    const calls = this.calls;
    const connection = this.connections[calls.connection(call)]!;
    const flags = calls.flags(call);
    if (this.#simulation.keepLast) {
      this.#simulation.note(
        flags & FLAG.sourceDone ? 'late answer' : 'answer',
        connection.source,
        connection.index,
        calls.cause(call),
      );
    }
    if (flags & FLAG.sourceDone) {
      connection.late++;
      calls.close(call);
      return;
    }
    if (connection.cutBack) {
      connection.lost++;
      calls.clearFlag(call, FLAG.answering);
      return;
    }
    this.#reachSource(call, connection);
  }

  /** The network refuses a request on its way: the source learns it now, half a round trip after it was sent. */
  #reject(call: CallId, connection: ConnectionRuntime): void {
    const calls = this.calls;
    const source = this.components[connection.source]!;
    connection.lost++;
    if (!calls.isAside(call)) source.stats.died(REFUSED);
    if (calls.flags(call) & FLAG.sourceDone) {
      this.letGo(call, FLAG.targetDone);
      return;
    }
    calls.setOutcome(call, REFUSED, source.self);
    calls.setFlag(call, FLAG.targetDone | FLAG.answering);
    this.#reachSource(call, connection);
  }

  /** An outcome that somebody waits for is here. */
  #reachSource(call: CallId, connection: ConnectionRuntime): void {
    const calls = this.calls;
    const source = this.components[connection.source]!;
    if (source.paused) {
      calls.setFlag(call, FLAG.held);
      source.frozen.push(ANSWER, call, 0);
    } else this.conclude(call, connection, source);
  }

  /** The source learns the outcome, in time. */
  conclude(call: CallId, connection: ConnectionRuntime, source: ComponentRuntime): void {
    const calls = this.calls;
    this.#deadlines.remove(call);
    calls.setFlag(call, FLAG.sourceDone);
    if (!calls.isProbe(call)) {
      if (calls.cause(call) === OK) connection.answered++;
      else connection.failed++;
    }
    if (calls.flags(call) & FLAG.attempt) connection.policy!.ended(call);
    else source.reply(call);
    calls.close(call);
  }

  /** One of POLICY_EVENT has come up. */
  policyEvent(type: number, connectionIndex: number, call: CallId, stamp: number): void {
    const connection = this.connections[connectionIndex]!;
    const source = this.components[connection.source]!;
    if (source.paused) source.frozen.push(type, call, stamp);
    else connection.policy!.event(type, call, stamp);
  }

  /** The word that nobody waits any more reaches the target, if it still works on that call. */
  deliverCancel(call: CallId, stamp: number): void {
    const calls = this.calls;
    const flags = calls.flags(call);
    if (!(flags & FLAG.live) || calls.stamp(call) !== stamp || flags & FLAG.targetDone) return;
    const connection = this.connections[calls.connection(call)]!;
    const target = this.components[connection.target]!;
    if (connection.cutThere || target.down) return;
    calls.setFlag(call, FLAG.cancelled);
    if (!(flags & FLAG.arrived)) return;
    if (target.paused) target.frozen.push(CANCEL, call, stamp);
    else target.behaviour.cancelled?.(call);
  }

  /** The deadline at the head of a list has come. */
  expire(list: number): void {
    const call = this.#deadlines.due(list, this.#simulation.now);
    if (call === NO_CALL) return;
    const source = this.components[this.calls.source(call)]!;
    if (!source.paused) this.timeOut(call, source);
    else if (this.calls.flags(call) & FLAG.logical) {
      source.frozen.push(POLICY_EVENT.expire, call, this.calls.stamp(call));
    }
    // An answer that reached the frozen process before the deadline counts.
    else if (!(this.calls.flags(call) & FLAG.held)) source.frozen.push(DEADLINE, call, this.calls.stamp(call));
  }

  /** The source gives up waiting. */
  timeOut(call: CallId, source: ComponentRuntime): void {
    const calls = this.calls;
    const connection = this.connections[calls.connection(call)]!;
    if (this.#simulation.keepLast) this.#simulation.note('timeout', source.self, connection.index, TIMEOUT);
    if (calls.flags(call) & FLAG.logical) {
      connection.policy!.timedOut(call);
      return;
    }
    if (!calls.isProbe(call)) {
      connection.failed++;
      if (!calls.isAside(call)) source.stats.died(TIMEOUT);
    }
    // The outcome as the source sees it; the target overwrites it when it answers, too late.
    calls.setOutcome(call, TIMEOUT, source.self);
    calls.setResult(call, 0);
    calls.setFlag(call, FLAG.sourceDone);
    if (calls.flags(call) & FLAG.attempt) {
      connection.policy!.ended(call);
      this.#cancel(call);
    } else source.reply(call);
    // A target that has answered already has an answer on its way, or lost it on a cut connection.
    if ((calls.flags(call) & (FLAG.targetDone | FLAG.answering)) === FLAG.targetDone) calls.close(call);
  }

  // — the way back —

  #sendBack(call: CallId, cause: number): void {
    const calls = this.calls;
    const connection = this.connections[calls.connection(call)]!;
    calls.setFlag(call, FLAG.targetDone);
    if (cause === OK && connection.watcher !== null) connection.watcher(call);
    // Nobody listens: it was sent without waiting, or the caller has said that it no longer does.
    if (calls.flags(call) & (FLAG.detached | FLAG.cancelled)) {
      calls.close(call);
      return;
    }
    const bytes = calls.write(call) ? SMALL_BYTES : calls.bytes(call);
    const arrival = this.#simulation.now + connection.delay(this.#simulation.now, bytes, true);
    if (this.#simulation.motion) {
      const late = calls.flags(call) & FLAG.sourceDone ? 1 : 0;
      const lands = connection.cutBack ? NEVER : arrival;
      this.#simulation.motion.moved(
        connection.index,
        1,
        calls.verb(call),
        calls.write(call),
        cause,
        late,
        this.#simulation.now,
        lands,
        calls.rootSerial(call),
        calls.attempt(call),
      );
    }
    calls.setFlag(call, FLAG.answering);
    this.queue.push(arrival, PRIORITY.completion, ANSWER, connection.source, call, 0, 0);
  }

  /** One end lets go of a call; when both have, its record is free. */
  letGo(call: CallId, flag: number): void {
    this.calls.setFlag(call, flag);
    const both = FLAG.sourceDone | FLAG.targetDone;
    if ((this.calls.flags(call) & both) === both) this.calls.close(call);
  }
}
