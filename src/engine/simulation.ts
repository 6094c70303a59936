/**
 * One run of one scenario: a discrete-event simulation in integer microseconds. Events happen in the total order
 * (time, priority, sequence); all randomness comes from streams of (seed, owner, purpose); everything done from outside
 * is an intervention with a time of its own. So the same scenario, interventions and time give the same fingerprint,
 * however the run was cut into slices.
 */
import { CRASH, PAUSE } from '../model/faults';
import { VERB } from '../model/meaning';
import { CANCELLED, OK, REFUSED, RESET, TIMEOUT, causeCode } from '../model/outcome';
import type { Intervention, Scenario } from '../model/scenario';
import { fromMs, MICROS_PER_SECOND } from '../model/units';
import type { Resolver } from './blueprint';
import { type CallId, Calls, FLAG, NO_CALL } from './calls';
import type { ComponentRuntime } from './component-runtime';
import { ComponentStats } from './component-stats';
import { type ConnectionRuntime, CUT_STATE, SMALL_BYTES } from './connection-runtime';
import { Deadlines } from './deadlines';
import { type EventHandle, EventQueue, PRIORITY } from './event-queue';
import { FaultPlan } from './fault-plan';
import { applyFault, type FaultIntervention } from './fault-script';
import { ALL } from './fault-stack';
import { Fingerprint } from './fingerprint';
import { Ledger } from './ledger';
import type { LastEvent, MotionObserver, WindowObserver } from './observer';
import { PlaceFaults } from './place-faults';
import { POLICY_EVENT } from './resilience/policy';
import { Script, type ScriptEntry } from './script';
import { Topology } from './topology';

/** Event types below FIRST_TIMER are the engine's; a component's timer type is added to it. */
const DELIVER = 0;
const ANSWER = 1;
const DEADLINE = 2;
/** 3 is the script's, 4 to 7 are a policy's. */
const CANCEL = 8;
const DIE = 9;
const REVIVE = 10;
const FIRST_TIMER = 16;

/** Statistics windows, in microseconds: four a second. */
export const WINDOW = 250_000;

/** For probes on connections without a timeout. */
const PROBE_TIMEOUT = 60_000_000;

/** Number of the first crash that a process brings about itself; planned ones are numbered from 1. */
const OWN_DEATH = 1 << 30;

const ERROR = causeCode('error');

export class Simulation {
  readonly seed: number;
  readonly queue = new EventQueue();
  readonly calls = new Calls();
  /** End-to-end statistics: all sources together. */
  readonly system = new ComponentStats([], 0);
  readonly components: readonly ComponentRuntime[];
  readonly connections: readonly ConnectionRuntime[];
  now = 0;
  /** Events that have happened. */
  events = 0;
  motion: MotionObserver | null = null;
  windows: WindowObserver | null = null;
  /** Called after each intervention or planned fault has taken effect. */
  onIntervention: ((intervention: Intervention, planned: boolean) => void) | null = null;
  /** Everything done to the run by hand so far, in order. */
  readonly interventions: Intervention[] = [];
  /** Sees all effects of distributed transactions, and only measures. */
  readonly ledger = new Ledger();
  /** Faults of zones and regions. */
  readonly placeFaults = new PlaceFaults(this);

  readonly #topology: Topology;
  readonly #fingerprint = new Fingerprint();
  readonly #deadlines: Deadlines;
  readonly #probeDeadlines: number;
  /** What is still to come: planned faults and the interventions of a replayed run. */
  readonly #script = new Script();
  readonly #plan: FaultPlan;
  /** Crashes that processes brought about themselves. */
  #deaths = 0;
  /** Faults that were begun by hand, so far. */
  #byHand = 0;
  #nextWindow = WINDOW;
  #secondFingerprint = '';
  #last: LastEvent = { time: 0, type: 'none', component: -1, connection: -1, cause: 0 };
  #keepLast = false;

  /** The scenario must be valid. `replay` is the log of a run of it, to be repeated. */
  constructor(scenario: Scenario, resolver: Resolver, replay: readonly Intervention[] = []) {
    this.seed = scenario.seed;
    this.#deadlines = new Deadlines(this.calls, (time, list) => {
      this.queue.push(time, PRIORITY.timer, DEADLINE, list, 0, 0, 0);
    });
    this.#probeDeadlines = this.#deadlines.list(PROBE_TIMEOUT);
    this.#plan = new FaultPlan(this.#script, this.seed);
    this.#plan.follow(scenario, 0);
    for (const intervention of replay) this.#script.enter(intervention, false);
    this.#topology = new Topology(this, scenario, resolver, this.#deadlines);
    this.components = this.#topology.components;
    this.connections = this.#topology.connections;
    this.#topology.start();
    this.#secondFingerprint = this.#fingerprint.toString();
  }

  /** Hash of everything that has happened so far. */
  get fingerprint(): string {
    return this.#fingerprint.toString();
  }

  /** Fingerprint of everything before the last whole simulated second. */
  get secondFingerprint(): string {
    return this.#secondFingerprint;
  }

  /** The event that happened last; kept only by `step`. */
  get lastEvent(): LastEvent {
    return this.#last;
  }

  /** The scenario as it is now, after the edits applied so far. */
  get scenario(): Scenario {
    return this.#topology.scenario;
  }

  component(id: string): ComponentRuntime | undefined {
    return this.#topology.component(id);
  }

  connection(id: string): ConnectionRuntime | undefined {
    return this.#topology.connection(id);
  }

  /**
   * Lets everything before `until` happen, or at most `maxEvents` of it (at least 1). Returns how many events happened;
   * when it returns fewer than `maxEvents`, the clock stands at `until`, else at the last event.
   */
  advance(until: number, maxEvents = Infinity): number {
    const queue = this.queue;
    const start = this.events;
    const stop = start + maxEvents;
    // Interventions come from outside and from themselves, so only crossing a border moves the next one.
    let border = this.#border(until);
    for (;;) {
      const next = queue.nextTime();
      // One comparison a pass covers interventions, windows and the end.
      if (next >= border) {
        // A window that ends at `until` closes now; an intervention at `until` waits for the next call.
        if (border >= until && this.#nextWindow > until) {
          this.now = Math.max(this.now, until);
          return this.events - start;
        }
        this.#cross(border);
        border = this.#border(until);
        continue;
      }
      queue.pop();
      this.now = queue.time;
      this.events++;
      this.#dispatch(queue.type, queue.target, queue.a, queue.b, queue.epoch);
      if (this.events >= stop) return maxEvents;
    }
  }

  /**
   * Lets the next event before `limit` happen and remembers it. The engine's own bookkeeping (a deadline whose call was
   * answered meanwhile, a timer of a process that died) passes unseen. Returns whether anything happened.
   */
  step(limit = Infinity): boolean {
    this.#keepLast = true;
    this.#last = { ...this.#last, type: 'none' };
    while (this.#last.type === 'none') {
      const next = Math.min(this.queue.nextTime(), this.#script.nextTime());
      if (next >= limit || next === Infinity) break;
      this.advance(next + 1, 1);
    }
    this.#keepLast = false;
    return this.#last.type !== 'none';
  }

  /** Starts all totals afresh, as after a warm-up. */
  resetTotals(): void {
    this.#closeWindows(this.now);
    this.system.resetTotals(this.now);
    for (const component of this.components) component.stats.resetTotals(this.now);
  }

  /** Brings the totals up to the present moment. */
  settle(): void {
    this.#closeWindows(this.now);
  }

  /**
   * Does something to the run by hand. It takes effect one microsecond from now, before anything else at that time, so
   * that a replay has the same order. Returns the intervention as logged.
   */
  intervene(what: DistributiveOmit<Intervention, 'atMicros'>): Intervention {
    const intervention = { ...what, atMicros: this.now + 1 } as Intervention;
    this.#script.enter(intervention, false);
    return intervention;
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
    const now = this.now;
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
    const now = this.now;
    const verb = calls.verb(call);
    if (verb !== VERB.probe) connection.sent++;
    const arrival = now + connection.delay(now, calls.write(call) ? calls.bytes(call) : SMALL_BYTES, false);
    if (this.motion) {
      const lands = connection.cutThere ? Infinity : arrival;
      const { index } = connection;
      const attempt = calls.attempt(call);
      this.motion.moved(index, 0, verb, calls.write(call), 0, 0, now, lands, calls.rootSerial(call), attempt);
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
    const arrival = this.now + connection.delay(this.now, SMALL_BYTES, false);
    this.queue.push(arrival, PRIORITY.arrival, CANCEL, connection.target, call, calls.stamp(call), 0);
  }

  /** Answers a call: see `Context.succeed`, `fail` and `relay`. Answering twice is a programming error and throws. */
  answer(call: CallId, cause: number, origin: number): void {
    const calls = this.calls;
    if ((calls.flags(call) & (FLAG.live | FLAG.targetDone)) !== FLAG.live) throw new Error('a call was answered twice');
    const target = this.components[calls.target(call)]!;
    calls.setOutcome(call, cause, origin);
    if (!calls.isAside(call)) {
      if (cause === OK) target.stats.complete(this.now, this.now - calls.arrivedAt(call));
      else target.stats.fail(this.now, cause);
    }
    this.#sendBack(call, cause);
  }

  setTimer(
    component: ComponentRuntime,
    micros: number,
    priority: number,
    type: number,
    a: number,
    b: number,
  ): EventHandle {
    return this.queue.push(this.now + micros, priority, FIRST_TIMER + type, component.self, a, b, component.epoch);
  }

  // — events —

  #dispatch(type: number, target: number, a: number, b: number, epoch: number): void {
    switch (type) {
      case DELIVER:
        this.#fingerprint.add(this.now, DELIVER, target, this.calls.serial(a));
        this.#deliver(a);
        break;
      case ANSWER:
        this.#fingerprint.add(this.now, ANSWER, target, this.calls.serial(a) * 32 + this.calls.cause(a));
        this.#deliverAnswer(a);
        break;
      case DEADLINE:
        this.#fingerprint.add(this.now, DEADLINE, target, 0);
        this.#expire(target);
        break;
      case POLICY_EVENT.retry:
      case POLICY_EVENT.hedge:
      case POLICY_EVENT.settle:
      case POLICY_EVENT.expire:
        this.#fingerprint.add(this.now, type, target, b);
        this.#policyEvent(type, target, a, b);
        break;
      case CANCEL:
        this.#fingerprint.add(this.now, type, target, b);
        this.#deliverCancel(a, b);
        break;
      case DIE:
      case REVIVE:
        this.#fingerprint.add(this.now, type, target, b);
        this.#dieOrRevive(type === DIE, this.components[target]!, a, b);
        break;
      default: {
        this.#fingerprint.add(this.now, type, target, a);
        const component = this.components[target]!;
        if (component.epoch !== epoch) break;
        if (this.#keepLast) this.#note('timer', target, -1, 0);
        if (component.paused) component.frozen.push(type, a, b);
        else component.behaviour.timer?.(type - FIRST_TIMER, a, b);
      }
    }
  }

  #deliver(call: CallId): void {
    const calls = this.calls;
    const connection = this.connections[calls.connection(call)]!;
    const target = this.components[connection.target]!;
    if (this.#keepLast) this.#note('arrival', target.self, connection.index, 0);
    if (connection.cutThere === CUT_STATE.rejects) {
      this.#reject(call, connection);
      return;
    }
    if (connection.cutThere || target.silent) {
      connection.lost++;
      this.#letGo(call, FLAG.targetDone);
      return;
    }
    if (target.down || connection.removed) {
      if (!calls.isAside(call)) target.stats.died(REFUSED);
      calls.setOutcome(call, REFUSED, target.self);
      this.#sendBack(call, REFUSED);
      return;
    }
    calls.setArrived(call, this.now);
    if (!calls.isAside(call)) target.stats.arrive(this.now);
    if (target.paused) target.frozen.push(DELIVER, call, 0);
    else this.#accept(target, call);
  }

  #accept(target: ComponentRuntime, call: CallId): void {
    // The word that nobody waits has overtaken the request.
    if (this.calls.flags(call) & FLAG.cancelled) target.fail(call, CANCELLED);
    else if (this.calls.isAside(call)) this.#answerAside(target, call);
    else if (target.errs()) target.fail(call, ERROR);
    else target.behaviour.arrive(call);
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

  #deliverAnswer(call: CallId): void {
    const calls = this.calls;
    const connection = this.connections[calls.connection(call)]!;
    const flags = calls.flags(call);
    if (this.#keepLast) {
      this.#note(
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
      this.#letGo(call, FLAG.targetDone);
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
    } else this.#conclude(call, connection, source);
  }

  /** The source learns the outcome, in time. */
  #conclude(call: CallId, connection: ConnectionRuntime, source: ComponentRuntime): void {
    const calls = this.calls;
    this.#deadlines.remove(call);
    calls.setFlag(call, FLAG.sourceDone);
    if (!calls.isProbe(call)) {
      if (calls.cause(call) === OK) connection.answered++;
      else connection.failed++;
    }
    if (calls.flags(call) & FLAG.attempt) connection.policy!.ended(call);
    else source.behaviour.reply?.(call);
    calls.close(call);
  }

  #policyEvent(type: number, connectionIndex: number, call: CallId, stamp: number): void {
    const connection = this.connections[connectionIndex]!;
    const source = this.components[connection.source]!;
    if (source.paused) source.frozen.push(type, call, stamp);
    else connection.policy!.event(type, call, stamp);
  }

  #deliverCancel(call: CallId, stamp: number): void {
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

  #expire(list: number): void {
    const call = this.#deadlines.due(list, this.now);
    if (call === NO_CALL) return;
    const source = this.components[this.calls.source(call)]!;
    if (!source.paused) this.#timeOut(call, source);
    else if (this.calls.flags(call) & FLAG.logical) {
      source.frozen.push(POLICY_EVENT.expire, call, this.calls.stamp(call));
    }
    // An answer that reached the frozen process before the deadline counts.
    else if (!(this.calls.flags(call) & FLAG.held)) source.frozen.push(DEADLINE, call, this.calls.stamp(call));
  }

  #timeOut(call: CallId, source: ComponentRuntime): void {
    const calls = this.calls;
    const connection = this.connections[calls.connection(call)]!;
    if (this.#keepLast) this.#note('timeout', source.self, connection.index, TIMEOUT);
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
    } else source.behaviour.reply?.(call);
    // A target that has answered already has an answer on its way, or lost it on a cut connection.
    if ((calls.flags(call) & (FLAG.targetDone | FLAG.answering)) === FLAG.targetDone) calls.close(call);
  }

  // — the way back —

  #sendBack(call: CallId, cause: number): void {
    const calls = this.calls;
    const connection = this.connections[calls.connection(call)]!;
    calls.setFlag(call, FLAG.targetDone);
    // Nobody listens: it was sent without waiting, or the caller has said that it no longer does.
    if (calls.flags(call) & (FLAG.detached | FLAG.cancelled)) {
      calls.close(call);
      return;
    }
    const bytes = calls.write(call) ? SMALL_BYTES : calls.bytes(call);
    const arrival = this.now + connection.delay(this.now, bytes, true);
    if (this.motion) {
      const late = calls.flags(call) & FLAG.sourceDone ? 1 : 0;
      const lands = connection.cutBack ? Infinity : arrival;
      this.motion.moved(
        connection.index,
        1,
        calls.verb(call),
        calls.write(call),
        cause,
        late,
        this.now,
        lands,
        calls.rootSerial(call),
        calls.attempt(call),
      );
    }
    calls.setFlag(call, FLAG.answering);
    this.queue.push(arrival, PRIORITY.completion, ANSWER, connection.source, call, 0, 0);
  }

  /** One end lets go of a call; when both have, its record is free. */
  #letGo(call: CallId, flag: number): void {
    this.calls.setFlag(call, flag);
    const both = FLAG.sourceDone | FLAG.targetDone;
    if ((this.calls.flags(call) & both) === both) this.calls.close(call);
  }

  // — borders: interventions, windows, the end —

  #border(until: number): number {
    let border = until;
    if (this.#nextWindow < border) border = this.#nextWindow;
    return Math.min(border, this.#script.nextTime());
  }

  #cross(border: number): void {
    this.now = Math.max(this.now, border);
    if (this.#nextWindow === border) {
      this.#closeWindows(border);
      this.#nextWindow += WINDOW;
      if (border % MICROS_PER_SECOND === 0) this.#secondFingerprint = this.#fingerprint.toString();
      this.windows?.windowClosed(border);
      return;
    }
    if (this.#script.nextTime() <= border) this.#apply(this.#script.take());
  }

  #closeWindows(now: number): void {
    const watched = this.windows !== null;
    this.system.closeWindow(now, watched);
    for (const component of this.components) component.stats.closeWindow(now, watched);
  }

  // — interventions —

  /** Something of the engine's own making, done later: the end of fault number `number`. */
  plan(end: FaultIntervention, number: number): void {
    this.#script.enter(end, true, number);
  }

  /** A process dies of itself: see `Context.die`. */
  die(component: ComponentRuntime, restartAfterMs: number): void {
    this.queue.push(this.now + 1, PRIORITY.control, DIE, component.self, restartAfterMs, 0, 0);
  }

  // The script is for what comes from outside: what a process does to itself is an event like others.
  #dieOrRevive(on: boolean, component: ComponentRuntime, restartAfterMs: number, death: number): void {
    if (component.removed || (on ? component.down : !component.faults.has(CRASH.id, death))) return;
    const { id: target } = component;
    const number = on ? OWN_DEATH + this.#deaths++ : death;
    const intervention: FaultIntervention = {
      type: 'fault',
      atMicros: this.now,
      target,
      fault: CRASH.id,
      on,
      params: {},
    };
    applyFault(this, intervention, number);
    this.onIntervention?.(intervention, true);
    if (!on || restartAfterMs === 0) return;
    const at = this.now + Math.max(1, fromMs(restartAfterMs));
    this.queue.push(at, PRIORITY.control, REVIVE, component.self, 0, number, 0);
  }

  #apply(entry: ScriptEntry): void {
    const { intervention, planned, number, line } = entry;
    this.#fingerprint.add(this.now, 3, this.#script.taken, planned ? 1 : 0);
    if (intervention.type === 'fault') {
      const byHand = intervention.on ? -++this.#byHand : ALL;
      applyFault(this, intervention, planned ? number : byHand);
    } else {
      this.#topology.edit(intervention.edit);
      if (intervention.edit.type === 'set-faults') this.#plan.follow(this.scenario, this.now);
      this.#plan.changed(this.scenario, this.now);
      this.placeFaults.changed();
    }
    line?.taken(entry);
    if (!planned) this.interventions.push(intervention);
    this.onIntervention?.(intervention, planned);
  }

  // — faults the engine carries out (called by the fault script) —

  /** `silent`: its host is gone too, so nobody resets what is open and nobody refuses what comes. */
  crash(component: ComponentRuntime, silent = false): void {
    component.silent = silent;
    if (component.down) return;
    component.down = true;
    component.faults.end(PAUSE.id, ALL);
    component.downSince = this.now;
    component.paused = false;
    component.frozen.length = 0;
    component.epoch++;
    const calls = this.calls;
    for (let call = 0; call < calls.used; call++) {
      const flags = calls.flags(call);
      if (!(flags & FLAG.live)) continue;
      if (calls.target(call) === component.self && flags & FLAG.arrived && !(flags & FLAG.targetDone)) {
        if (silent) this.#vanish(call, component);
        else {
          if (!calls.isAside(call)) component.stats.died(RESET);
          this.answer(call, RESET, component.self);
        }
      }
    }
    for (let call = 0; call < calls.used; call++) {
      const flags = calls.flags(call);
      if (!(flags & FLAG.live) || flags & FLAG.sourceDone || calls.source(call) !== component.self) continue;
      this.#deadlines.remove(call);
      calls.setFlag(call, FLAG.sourceDone);
      // What a source had asked for is never answered: its requests end here.
      if (component.source && !(flags & FLAG.attempt)) component.gaveUp(RESET);
      if (flags & FLAG.logical) this.connections[calls.connection(call)]!.policy!.dropped(call);
      if (flags & FLAG.held || (flags & (FLAG.targetDone | FLAG.answering)) === FLAG.targetDone) calls.close(call);
    }
    for (const { index } of component.outgoing) this.connections[index]!.policy?.reset();
    component.behaviour.crash?.();
    component.stats.stopped(this.now);
  }

  /** A call dies with the host that held it, and nobody tells: its caller waits for the timeout. */
  #vanish(call: CallId, component: ComponentRuntime): void {
    if (!this.calls.isAside(call)) {
      component.stats.fail(this.now, RESET);
      // Who waits counts a timeout; who does not never knows.
      if (this.calls.flags(call) & FLAG.detached) component.stats.died(RESET);
    }
    this.#letGo(call, FLAG.targetDone);
  }

  restart(component: ComponentRuntime): void {
    component.silent = false;
    if (!component.down || component.removed) return;
    component.down = false;
    component.behaviour.start?.();
  }

  pause(component: ComponentRuntime): void {
    if (!component.down) component.paused = true;
  }

  resume(component: ComponentRuntime): void {
    if (!component.paused) return;
    component.paused = false;
    const frozen = component.frozen.splice(0);
    for (let i = 0; i < frozen.length; i += 3) {
      const type = frozen[i]!;
      const a = frozen[i + 1]!;
      if (type === DELIVER) this.#accept(component, a);
      else if (type === ANSWER) this.#thaw(a, component);
      else if (type === DEADLINE) this.#thawDeadline(a, frozen[i + 2]!, component);
      else if (type === CANCEL) this.#deliverCancel(a, frozen[i + 2]!);
      else if (type < FIRST_TIMER) this.#thawPolicy(type, a, frozen[i + 2]!);
      else component.behaviour.timer?.(type - FIRST_TIMER, a, frozen[i + 2]!);
    }
  }

  #thaw(call: CallId, component: ComponentRuntime): void {
    if (this.calls.flags(call) & FLAG.sourceDone) this.calls.close(call);
    else this.#conclude(call, this.connections[this.calls.connection(call)]!, component);
  }

  /** What was caught up on before may have ended the call, and its record may belong to another. */
  #thawDeadline(call: CallId, stamp: number, component: ComponentRuntime): void {
    const flags = this.calls.flags(call);
    if (!(flags & FLAG.live) || flags & FLAG.sourceDone || this.calls.stamp(call) !== stamp) return;
    this.#timeOut(call, component);
  }

  #thawPolicy(type: number, call: CallId, stamp: number): void {
    if (this.calls.isLogical(call, stamp)) {
      this.connections[this.calls.connection(call)]!.policy!.event(type, call, stamp);
    }
  }

  #note(type: LastEvent['type'], component: number, connection: number, cause: number): void {
    this.#last = { time: this.now, type, component, connection, cause };
  }
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
