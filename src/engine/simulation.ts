/**
 * One run of one scenario: a discrete-event simulation in integer microseconds. Events happen in the total order
 * (time, priority, sequence); all randomness comes from streams of (seed, owner, purpose); everything done from outside
 * is an intervention with a time of its own. So the same scenario, interventions and time give the same fingerprint,
 * however the run was cut into slices.
 */
import type { Intervention, Scenario } from '../model/scenario';
import { MICROS_PER_SECOND } from '../model/units';
import type { Resolver } from './blueprint';
import { CallTraffic } from './call-traffic';
import { Calls } from './calls';
import type { ComponentRuntime } from './component-runtime';
import { ComponentStats } from './component-stats';
import type { ConnectionRuntime } from './connection-runtime';
import { Deadlines } from './deadlines';
import { EventQueue, PRIORITY } from './event-queue';
import { ANSWER, CANCEL, DEADLINE, DELIVER, DIE, FIRST_TIMER, REVIVE } from './event-types';
import { FaultPlan } from './fault-plan';
import { applyFault, type FaultIntervention } from './fault-script';
import { ALL } from './fault-stack';
import { Fingerprint } from './fingerprint';
import { Ledger } from './ledger';
import type { LastEvent, MotionObserver, WindowObserver } from './observer';
import { PlaceFaults } from './place-faults';
import { ProcessLife } from './process-life';
import { POLICY_EVENT } from './resilience/policy';
import { Script, type ScriptEntry } from './script';
import { Topology } from './topology';

/** Statistics windows, in microseconds: four a second. */
export const WINDOW = 250_000;

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
  /** Called after each intervention or planned fault has taken effect. */
  onIntervention: ((intervention: Intervention, planned: boolean) => void) | null = null;
  /** Everything done to the run by hand so far, in order. */
  readonly interventions: Intervention[] = [];
  /** Sees all effects of distributed transactions, and only measures. */
  readonly ledger = new Ledger((component) => this.components[component]!.outgoing);
  /** Faults of zones and regions. */
  readonly placeFaults = new PlaceFaults(this);
  /** Messages between components. */
  readonly traffic: CallTraffic;
  /** Crashes, freezes and restarts. */
  readonly life: ProcessLife;
  /** Whether `note` keeps what happens; only while `step` looks. */
  keepLast = false;

  #windows: WindowObserver | null = null;
  readonly #topology: Topology;
  readonly #fingerprint = new Fingerprint();
  /** What is still to come: planned faults and the interventions of a replayed run. */
  readonly #script = new Script();
  readonly #plan: FaultPlan;
  /** Faults that were begun by hand, so far. */
  #byHand = 0;
  #nextWindow = WINDOW;
  #secondFingerprint = '';
  #last: LastEvent = { time: 0, type: 'none', component: -1, connection: -1, cause: 0 };

  /** The scenario must be valid. `replay` is the log of a run of it, to be repeated. */
  constructor(scenario: Scenario, resolver: Resolver, replay: readonly Intervention[] = []) {
    this.seed = scenario.seed;
    const deadlines = new Deadlines(this.calls, (time, list) => {
      this.queue.push(time, PRIORITY.timer, DEADLINE, list, 0, 0, 0);
    });
    this.#plan = new FaultPlan(this.#script, this.seed);
    this.#plan.follow(scenario, 0);
    for (const intervention of replay) this.#script.enter(intervention, false);
    this.#topology = new Topology(this, scenario, resolver, deadlines);
    this.components = this.#topology.components;
    this.connections = this.#topology.connections;
    this.traffic = new CallTraffic(this, deadlines);
    this.life = new ProcessLife(this, this.traffic, deadlines);
    this.#topology.start();
    this.#secondFingerprint = this.#fingerprint.toString();
  }

  /** Whoever wants to see the statistics of each window. */
  get windows(): WindowObserver | null {
    return this.#windows;
  }

  set windows(observer: WindowObserver | null) {
    const on = observer !== null;
    if (on !== (this.#windows !== null)) {
      this.system.watch(on, this.now);
      for (const component of this.components) component.stats.watch(on, this.now);
    }
    this.#windows = observer;
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
    this.keepLast = true;
    this.#last = { ...this.#last, type: 'none' };
    while (this.#last.type === 'none') {
      const next = Math.min(this.queue.nextTime(), this.#script.nextTime());
      if (next >= limit || next === Infinity) break;
      this.advance(next + 1, 1);
    }
    this.keepLast = false;
    return this.#last.type !== 'none';
  }

  /** Starts all totals afresh, as after a warm-up. */
  resetTotals(): void {
    this.system.resetTotals(this.now);
    for (const component of this.components) component.stats.resetTotals(this.now);
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

  setTimer(component: ComponentRuntime, micros: number, priority: number, type: number, a: number, b: number): void {
    this.queue.push(this.now + micros, priority, FIRST_TIMER + type, component.self, a, b, component.epoch);
  }

  // — events —

  #dispatch(type: number, target: number, a: number, b: number, epoch: number): void {
    switch (type) {
      case DELIVER:
        this.#fingerprint.add(this.now, DELIVER, target, this.calls.serial(a));
        this.traffic.deliver(a);
        break;
      case ANSWER:
        this.#fingerprint.add(this.now, ANSWER, target, this.calls.serial(a) * 32 + this.calls.cause(a));
        this.traffic.deliverAnswer(a);
        break;
      case DEADLINE:
        this.#fingerprint.add(this.now, DEADLINE, target, 0);
        this.traffic.expire(target);
        break;
      case POLICY_EVENT.retry:
      case POLICY_EVENT.hedge:
      case POLICY_EVENT.settle:
      case POLICY_EVENT.expire:
        this.#fingerprint.add(this.now, type, target, b);
        this.traffic.policyEvent(type, target, a, b);
        break;
      case CANCEL:
        this.#fingerprint.add(this.now, type, target, b);
        this.traffic.deliverCancel(a, b);
        break;
      case DIE:
      case REVIVE:
        this.#fingerprint.add(this.now, type, target, b);
        this.life.dieOrRevive(type === DIE, this.components[target]!, a, b);
        break;
      default: {
        this.#fingerprint.add(this.now, type, target, a);
        const component = this.components[target]!;
        if (component.epoch !== epoch) break;
        if (this.keepLast) this.note('timer', target, -1, 0);
        if (component.paused) component.frozen.push(type, a, b);
        else component.timer(type - FIRST_TIMER, a, b);
      }
    }
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
      this.#nextWindow += WINDOW;
      if (border % MICROS_PER_SECOND === 0) this.#secondFingerprint = this.#fingerprint.toString();
      if (this.#windows) this.#closeWindows(border, this.#windows);
      return;
    }
    if (this.#script.nextTime() <= border) this.#apply(this.#script.take());
  }

  #closeWindows(now: number, observer: WindowObserver): void {
    this.system.closeWindow(now);
    for (const component of this.components) component.stats.closeWindow(now);
    observer.windowClosed(now);
  }

  // — interventions —

  /** Something of the engine's own making, done later: the end of fault number `number`. */
  plan(end: FaultIntervention, number: number): void {
    this.#script.enter(end, true, number);
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

  /** Remembers what has just happened, for `step`. */
  note(type: LastEvent['type'], component: number, connection: number, cause: number): void {
    this.#last = { time: this.now, type, component, connection, cause };
  }
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
