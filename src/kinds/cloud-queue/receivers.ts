/**
 * The consumers of a queue that they have to ask: each asks, works on what it got, and asks again when it is done with
 * all of it. It only keeps the books; the owner sends and receives.
 */
import type { Link } from '../../engine/behaviour';
import type { EventHandle } from '../../engine/event-queue';

/** What a receiver does. */
const ASKING = 0;
const WORKING = 1;
const PAUSING = 2;

interface Receivers {
  link: Link;
  readonly state: number[];
  /** Messages of the present receive that it is not done with. */
  readonly open: number[];
  /** Grows with each receive: timers of an earlier one are void. */
  readonly turn: number[];
  /** The timer that ends its waiting. */
  readonly timer: EventHandle[];
  away: boolean;
}

export class ReceiverList {
  #all: Receivers[] = [];
  #cursor = 0;

  rewire(links: readonly Link[]): void {
    this.#all = links.map((link) => {
      const known = this.#all.find(({ link: { index } }) => index === link.index);
      const one = known ?? { link, state: [], open: [], turn: [], timer: [], away: false };
      one.link = link;
      while (one.state.length < link.config.consumers) {
        one.state.push(PAUSING);
        one.open.push(0);
        one.turn.push(0);
        one.timer.push(-1);
      }
      return one;
    });
  }

  get count(): number {
    return this.#all.reduce((sum, { link }) => sum + link.config.consumers, 0);
  }

  get allAway(): boolean {
    return this.#all.length > 0 && this.#all.every(({ away }) => away);
  }

  /** Finds one that asks, in turn: calls `found(link, receiver)`. Returns whether there was one. */
  next(found: (link: Link, receiver: number) => void): boolean {
    const count = this.#all.length;
    for (let i = 0; i < count; i++) {
      const one = this.#all[(this.#cursor + i) % count]!;
      if (one.away) continue;
      const receiver = one.state.indexOf(ASKING);
      if (receiver < 0 || receiver >= one.link.config.consumers) continue;
      this.#cursor = (this.#cursor + i + 1) % count;
      found(one.link, receiver);
      return true;
    }
    return false;
  }

  /** Calls `each(connection, receiver)` for those that pause and may ask now. */
  eachPausing(each: (connection: number, receiver: number) => void): void {
    for (const { link, state, away } of this.#all) {
      if (away) continue;
      for (let receiver = 0; receiver < link.config.consumers; receiver++) {
        if (state[receiver] === PAUSING) each(link.index, receiver);
      }
    }
  }

  /** Begins to ask. Returns the number of this turn, or −1 when there is no such receiver any more. */
  ask(connection: number, receiver: number): number {
    const one = this.#of(connection);
    if (!one || one.away || receiver >= one.link.config.consumers) return -1;
    one.state[receiver] = ASKING;
    return ++one.turn[receiver]!;
  }

  isAsking(connection: number, receiver: number, turn: number): boolean {
    const one = this.#of(connection);
    return one !== undefined && one.state[receiver] === ASKING && one.turn[receiver] === turn;
  }

  isPausing(connection: number, receiver: number): boolean {
    return this.#of(connection)?.state[receiver] === PAUSING;
  }

  pause(connection: number, receiver: number): void {
    const one = this.#of(connection);
    if (one) one.state[receiver] = PAUSING;
  }

  /** What ends its waiting when nothing comes. */
  setTimer(connection: number, receiver: number, timer: EventHandle): void {
    const one = this.#of(connection);
    if (one) one.timer[receiver] = timer;
  }

  /** It has got so many messages. Returns the timer that is not needed any more. */
  work(connection: number, receiver: number, messages: number): EventHandle {
    const one = this.#of(connection)!;
    one.state[receiver] = WORKING;
    one.open[receiver] = messages;
    const timer = one.timer[receiver]!;
    one.timer[receiver] = -1;
    return timer;
  }

  /** It is done with one message. Returns whether that was the last one. */
  done(connection: number, receiver: number): boolean {
    const one = this.#of(connection);
    if (!one || one.state[receiver] !== WORKING || --one.open[receiver]! > 0) return false;
    one.state[receiver] = PAUSING;
    return true;
  }

  /** Nobody is at the other end. Returns whether that is news. */
  leave(connection: number): boolean {
    const one = this.#of(connection);
    if (!one || one.away) return false;
    one.away = true;
    return true;
  }

  isAway(connection: number): boolean {
    return this.#of(connection)?.away ?? false;
  }

  comeBack(connection: number): void {
    const one = this.#of(connection);
    if (one) one.away = false;
  }

  clear(): void {
    for (const one of this.#all) {
      one.state.fill(PAUSING);
      one.open.fill(0);
      one.away = false;
    }
  }

  #of(connection: number): Receivers | undefined {
    for (const one of this.#all) if (one.link.index === connection) return one;
    return undefined;
  }
}
