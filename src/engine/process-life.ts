/** How processes end, stand still and come back: crashes with or without a reset, freezes, and deaths of their own. */
import { CRASH, PAUSE } from '../model/faults';
import { RESET } from '../model/outcome';
import { fromMs } from '../model/units';
import type { CallTraffic } from './call-traffic';
import { type CallId, FLAG } from './calls';
import type { ComponentRuntime } from './component-runtime';
import type { Deadlines } from './deadlines';
import { PRIORITY } from './event-queue';
import { ANSWER, CANCEL, DEADLINE, DELIVER, DIE, FIRST_TIMER, REVIVE } from './event-types';
import { applyFault, type FaultIntervention } from './fault-script';
import { ALL } from './fault-stack';
import type { Simulation } from './simulation';

/** Number of the first crash that a process brings about itself; planned ones are numbered from 1. */
const OWN_DEATH = 1 << 30;

export class ProcessLife {
  readonly #simulation: Simulation;
  readonly #traffic: CallTraffic;
  readonly #deadlines: Deadlines;
  /** Crashes that processes brought about themselves. */
  #deaths = 0;

  constructor(simulation: Simulation, traffic: CallTraffic, deadlines: Deadlines) {
    this.#simulation = simulation;
    this.#traffic = traffic;
    this.#deadlines = deadlines;
  }

  /** `silent`: its host is gone too, so nobody resets what is open and nobody refuses what comes. */
  crash(component: ComponentRuntime, silent = false): void {
    component.silent = silent;
    if (component.down) return;
    component.down = true;
    component.faults.end(PAUSE.id, ALL);
    component.downSince = this.#simulation.now;
    component.paused = false;
    component.frozen.length = 0;
    component.epoch++;
    const calls = this.#simulation.calls;
    for (let call = 0; call < calls.used; call++) {
      const flags = calls.flags(call);
      if (!(flags & FLAG.live)) continue;
      if (calls.target(call) === component.self && flags & FLAG.arrived && !(flags & FLAG.targetDone)) {
        if (silent) this.#vanish(call, component);
        else {
          if (!calls.isAside(call)) component.stats.died(RESET);
          this.#traffic.answer(call, RESET, component.self);
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
      if (flags & FLAG.logical) this.#simulation.connections[calls.connection(call)]!.policy!.dropped(call);
      if (flags & FLAG.held || (flags & (FLAG.targetDone | FLAG.answering)) === FLAG.targetDone) calls.close(call);
    }
    for (const { index } of component.outgoing) this.#simulation.connections[index]!.policy?.reset();
    component.behaviour.crash?.();
    component.stats.stopped(this.#simulation.now);
  }

  /** A call dies with the host that held it, and nobody tells: its caller waits for the timeout. */
  #vanish(call: CallId, component: ComponentRuntime): void {
    if (!this.#simulation.calls.isAside(call)) {
      component.stats.fail(this.#simulation.now, RESET);
      // Who waits counts a timeout; who does not never knows.
      if (this.#simulation.calls.flags(call) & FLAG.detached) component.stats.died(RESET);
    }
    this.#traffic.letGo(call, FLAG.targetDone);
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
      if (type === DELIVER) this.#traffic.accept(component, a);
      else if (type === ANSWER) this.#thaw(a, component);
      else if (type === DEADLINE) this.#thawDeadline(a, frozen[i + 2]!, component);
      else if (type === CANCEL) this.#traffic.deliverCancel(a, frozen[i + 2]!);
      else if (type < FIRST_TIMER) this.#thawPolicy(type, a, frozen[i + 2]!);
      else component.timer(type - FIRST_TIMER, a, frozen[i + 2]!);
    }
  }

  #thaw(call: CallId, component: ComponentRuntime): void {
    if (this.#simulation.calls.flags(call) & FLAG.sourceDone) this.#simulation.calls.close(call);
    else
      this.#traffic.conclude(call, this.#simulation.connections[this.#simulation.calls.connection(call)]!, component);
  }

  /** What was caught up on before may have ended the call, and its record may belong to another. */
  #thawDeadline(call: CallId, stamp: number, component: ComponentRuntime): void {
    const flags = this.#simulation.calls.flags(call);
    if (!(flags & FLAG.live) || flags & FLAG.sourceDone || this.#simulation.calls.stamp(call) !== stamp) return;
    this.#traffic.timeOut(call, component);
  }

  #thawPolicy(type: number, call: CallId, stamp: number): void {
    if (this.#simulation.calls.isLogical(call, stamp)) {
      this.#simulation.connections[this.#simulation.calls.connection(call)]!.policy!.event(type, call, stamp);
    }
  }

  /** A process dies of itself: see `Context.die`. */
  die(component: ComponentRuntime, restartAfterMs: number): void {
    this.#simulation.queue.push(this.#simulation.now + 1, PRIORITY.control, DIE, component.self, restartAfterMs, 0, 0);
  }

  // The script is for what comes from outside: what a process does to itself is an event like others.
  dieOrRevive(on: boolean, component: ComponentRuntime, restartAfterMs: number, death: number): void {
    if (component.removed || (on ? component.down : !component.faults.has(CRASH.id, death))) return;
    const { id: target } = component;
    const number = on ? OWN_DEATH + this.#deaths++ : death;
    const intervention: FaultIntervention = {
      type: 'fault',
      atMicros: this.#simulation.now,
      target,
      fault: CRASH.id,
      on,
      params: {},
    };
    applyFault(this.#simulation, intervention, number);
    this.#simulation.onIntervention?.(intervention, true);
    if (!on || restartAfterMs === 0) return;
    const at = this.#simulation.now + Math.max(1, fromMs(restartAfterMs));
    this.#simulation.queue.push(at, PRIORITY.control, REVIVE, component.self, 0, number, 0);
  }
}
