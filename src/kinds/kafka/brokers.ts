import type { Config } from '../../model/fields';
import { BROKER_CRASH, BROKER_CUT, BROKER_FREEZE, DISK_SLOW, STOP_REPLICATION } from './faults';

/** What is known of one broker. */
export interface Broker {
  /** Its process is dead. */
  down: boolean;
  frozen: boolean;
  /** Cut off from the other brokers and the controllers; clients still reach it. */
  cut: boolean;
  /** Its fetcher hangs: it copies nothing from leaders, and everything else works. */
  stopped: boolean;
  /** Times as long as usual that writing takes. */
  diskFactor: number;
  /** The controllers have given it up: it leads nothing and is in sync with nothing. */
  fenced: boolean;
  /** It has a new process, which is let in only when the session of the old one has ended. */
  waiting: boolean;
}

/** What happened to a broker, for those who have to act on it. */
export interface BrokerEvents {
  /** It is about to go down in order: give its partitions away first. */
  retiring(broker: number): void;
  crashed(broker: number): void;
  /** Its process is there again, froze or thawed, lost or found its network, or fetches otherwise than before. */
  changed(broker: number): void;
}

/** The brokers and what is wrong with them: it follows from the faults that are on. */
export class Brokers {
  readonly list: Broker[] = [];
  readonly #active = new Map<string, readonly Config[]>();
  readonly #events: BrokerEvents;

  constructor(events: BrokerEvents) {
    this.#events = events;
  }

  get size(): number {
    return this.list.length;
  }

  /** New ones are well; what faults do to them waits for `settle`, when the rest of Kafka knows of them. */
  resize(count: number): void {
    while (this.list.length < count) this.list.push(fresh());
    this.list.length = count;
  }

  settle(): void {
    for (const id of this.#active.keys()) this.#settle(id, true);
  }

  /** All of them start anew, as when the whole component does. */
  restart(): void {
    for (let broker = 0; broker < this.list.length; broker++) this.list[broker] = fresh();
    for (const id of this.#active.keys()) this.#settle(id, false);
  }

  /** Answers requests: alive, and let in by the controllers. */
  serves(broker: number): boolean {
    const state = this.list[broker];
    return state !== undefined && !state.down && !state.frozen && !state.waiting;
  }

  /** Whether somebody is there to take a request, even if nobody answers it. */
  accepts(broker: number): boolean {
    const state = this.list[broker];
    return state !== undefined && !state.down && !state.waiting;
  }

  /** Whether its heartbeats reach the controllers. */
  heard(broker: number): boolean {
    const state = this.list[broker];
    return state !== undefined && !state.down && !state.frozen && !state.cut && !state.waiting;
  }

  /** Whether a follower gets what it fetches from a leader. */
  fetches(follower: number, leader: number): boolean {
    const [one, other] = [this.list[follower], this.list[leader]];
    if (!one || !other || one.cut !== other.cut || one.stopped) return false;
    // Two that are cut off are each alone.
    return !one.cut && this.serves(follower) && this.serves(leader);
  }

  get alive(): number {
    return this.list.reduce((sum, _, broker) => sum + (this.serves(broker) ? 1 : 0), 0);
  }

  /** All faults of one type that are on. */
  apply(id: string, active: readonly Config[], running: boolean): void {
    this.#active.set(id, [...active]);
    this.#settle(id, running);
  }

  #settle(id: string, running: boolean): void {
    const active = this.#active.get(id) ?? [];
    const hit = (broker: number): Config[] =>
      active.filter(({ broker: first, count }) => {
        const from = Number(first) - 1;
        return broker >= from && broker < from + Number(count ?? 1);
      });
    // In order first: those who still can give their partitions to each other.
    for (let broker = 0; broker < this.list.length; broker++) {
      const params = hit(broker);
      const on = params.length > 0;
      const state = this.list[broker]!;
      switch (id) {
        case BROKER_CRASH.id:
          this.#kill(broker, state, on, on && params.every(({ how }) => how === 'clean'), running);
          continue;
        case BROKER_FREEZE.id:
          if (state.frozen === on) continue;
          state.frozen = on;
          break;
        case BROKER_CUT.id:
          if (state.cut === on) continue;
          state.cut = on;
          break;
        case STOP_REPLICATION.id:
          if (state.stopped === on) continue;
          state.stopped = on;
          break;
        case DISK_SLOW.id: {
          const factor = params.reduce((product, { factor: times }) => product * Number(times), 1);
          if (state.diskFactor === factor) continue;
          state.diskFactor = factor;
        }
      }
      if (running) this.#events.changed(broker);
    }
  }

  #kill(broker: number, state: Broker, on: boolean, clean: boolean, running: boolean): void {
    if (state.down === on) return;
    if (on && clean && running) this.#events.retiring(broker);
    state.down = on;
    if (!running) return;
    if (on) this.#events.crashed(broker);
    else {
      // Whether the new process is let in at once, the controllers decide.
      state.waiting = !state.fenced;
      this.#events.changed(broker);
    }
  }
}

function fresh(): Broker {
  return { down: false, frozen: false, cut: false, stopped: false, diskFactor: 1, fenced: false, waiting: false };
}
