import type { Context } from '../../engine/behaviour';
import type { CallId } from '../../engine/calls';
import { PRIORITY } from '../../engine/event-queue';
import { WaitingLine } from '../../engine/resources/waiting-line';

/** The owner's timer: the oldest may have waited too long. It carries the number of the alarm. */
export const QUEUE_DUE = 4;

/**
 * Requests that wait for a backend with room, first come, first served among those that can go to the same backends
 * (a lane). Who waits for longer than the limit is given up.
 */
export class BackendQueue {
  length = 0;
  readonly #context: Context;
  readonly #giveUp: (call: CallId) => void;
  readonly #gauge: number;
  readonly #lanes: WaitingLine[] = [];
  #patience = 0;
  /** Number of the alarm set last, and whether it is still to come. */
  #alarm = 0;
  #armed = false;
  #dispatching = false;

  constructor(context: Context, giveUp: (call: CallId) => void) {
    this.#context = context;
    this.#giveUp = giveUp;
    this.#gauge = context.gauge('queued');
  }

  configure(patience: number): void {
    if (patience === this.#patience) return;
    this.#patience = patience;
    this.#armed = false;
    this.#arm();
  }

  /** Whether somebody waits there already, whom a newcomer may not overtake. */
  isOccupied(lane: number): boolean {
    return this.length > 0 && (this.#lanes[lane]?.length ?? 0) > 0;
  }

  join(lane: number, call: CallId, since: number): void {
    while (this.#lanes.length <= lane) this.#lanes.push(new WaitingLine());
    this.#lanes[lane]!.push(call, since);
    this.#count(1);
    this.#arm();
  }

  /** Lets one leave early. Returns whether it waited here. */
  remove(call: CallId): boolean {
    if (this.length === 0 || !this.#lanes.some((line) => line.remove(call))) return false;
    this.#count(-1);
    return true;
  }

  /** Sends on whoever can go now, the oldest first. `place` says whether one could be dealt with. */
  dispatch(place: (call: CallId) => boolean): void {
    if (this.length === 0 || this.#dispatching) return;
    this.#dispatching = true;
    let blocked = 0;
    for (;;) {
      const lane = this.#oldest(blocked);
      if (lane < 0) break;
      const line = this.#lanes[lane]!;
      if (place(line.first)) {
        line.shift();
        this.#count(-1);
      } else blocked |= 1 << lane;
    }
    this.#dispatching = false;
  }

  /** Everybody leaves, the oldest first, to be sorted into lanes anew. */
  empty(each: (call: CallId, since: number) => void): void {
    const all: [CallId, number][] = [];
    for (let lane = this.#oldest(0); lane >= 0; lane = this.#oldest(0)) {
      const line = this.#lanes[lane]!;
      all.push([line.first, line.firstSince]);
      line.shift();
    }
    this.#count(-all.length);
    for (const [call, since] of all) each(call, since);
  }

  timer(number: number): void {
    if (number !== this.#alarm) return;
    this.#armed = false;
    for (const line of this.#lanes) {
      while (line.firstSince + this.#patience <= this.#context.now) {
        const call = line.shift();
        this.#count(-1);
        this.#giveUp(call);
      }
    }
    this.#arm();
  }

  clear(): void {
    for (const line of this.#lanes) line.clear();
    this.#count(-this.length);
    this.#armed = false;
    this.#alarm++;
  }

  #count(change: number): void {
    this.length += change;
    this.#context.level(this.#gauge, this.length);
  }

  /** The lane whose first has waited longest, without the blocked ones; −1 when there is none. */
  #oldest(blocked: number): number {
    let found = -1;
    let since = Infinity;
    for (let lane = 0; lane < this.#lanes.length; lane++) {
      const { firstSince } = this.#lanes[lane]!;
      if ((blocked & (1 << lane)) === 0 && firstSince < since) [found, since] = [lane, firstSince];
    }
    return found;
  }

  #arm(): void {
    if (this.#armed || this.length === 0) return;
    const line = this.#lanes[this.#oldest(0)]!;
    const left = Math.max(0, line.firstSince + this.#patience - this.#context.now);
    this.#armed = true;
    this.#context.after(left, PRIORITY.timer, QUEUE_DUE, 0, ++this.#alarm);
  }
}
