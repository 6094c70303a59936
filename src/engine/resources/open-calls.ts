/**
 * Calls that a cluster has not answered yet. Each gets a ticket that travels in messages and is never used twice, so a
 * late message about an answered call is recognised. Those that take too long are told to the owner, in the order of
 * their arrival. Records are reused; nothing is allocated for a call.
 */
import type { Context } from '../behaviour';
import type { CallId } from '../calls';
import { PRIORITY } from '../event-queue';
import { NumberQueue } from './number-queue';

export type Ticket = number;

const SLOTS = 1 << 20;

export class OpenCalls {
  size = 0;
  readonly #context: Context;
  readonly #timerType: number;
  readonly #overdue: (ticket: Ticket) => void;
  readonly #fields: number;
  #timeout = 1;
  #calls = new Int32Array(64);
  /** The ticket that a slot is used for now, or −1. */
  #tickets = new Float64Array(64).fill(-1);
  #data: Float64Array;
  readonly #free: number[] = [];
  #used = 0;
  #generation = 0;
  /** Ticket and the time when it is overdue, in order. */
  readonly #due = new NumberQueue();
  #watching = false;

  /** `fields` numbers of the owner's own for each call. The owner hands timers of the type to `timer`. */
  constructor(context: Context, timerType: number, fields: number, overdue: (ticket: Ticket) => void) {
    this.#context = context;
    this.#timerType = timerType;
    this.#fields = fields;
    this.#overdue = overdue;
    this.#data = new Float64Array(64 * fields);
  }

  /** How long a call may take. Counts for those that come from now on. */
  configure(timeoutMicros: number): void {
    this.#timeout = Math.max(1, timeoutMicros);
  }

  open(call: CallId): Ticket {
    const slot = this.#free.pop() ?? this.#used++;
    if (slot === this.#calls.length) this.#grow();
    const ticket = ++this.#generation * SLOTS + slot;
    this.#calls[slot] = call;
    this.#tickets[slot] = ticket;
    this.#data.fill(0, slot * this.#fields, (slot + 1) * this.#fields);
    this.size++;
    this.#watch(ticket);
    return ticket;
  }

  /** Whether the call of this ticket still waits for its answer. */
  has(ticket: Ticket): boolean {
    return ticket >= 0 && this.#tickets[ticket % SLOTS] === ticket;
  }

  call(ticket: Ticket): CallId {
    return this.#calls[ticket % SLOTS]!;
  }
  get(ticket: Ticket, field: number): number {
    return this.#data[(ticket % SLOTS) * this.#fields + field]!;
  }
  set(ticket: Ticket, field: number, value: number): void {
    this.#data[(ticket % SLOTS) * this.#fields + field] = value;
  }

  /** The call is being answered. */
  close(ticket: Ticket): void {
    const slot = ticket % SLOTS;
    this.#tickets[slot] = -1;
    this.#free.push(slot);
    this.size--;
  }

  /** Each open call, oldest slot first. The call at hand may be closed meanwhile. */
  each(visit: (ticket: Ticket) => void): void {
    for (let slot = 0; slot < this.#used; slot++) if (this.#tickets[slot]! >= 0) visit(this.#tickets[slot]!);
  }

  /** It is too early to give this one up: asks again after another timeout. */
  extend(ticket: Ticket): void {
    this.#watch(ticket);
  }

  timer(): void {
    const { now } = this.#context;
    this.#watching = false;
    while (this.#due.length > 0) {
      const ticket = this.#due.at(0);
      const open = this.has(ticket);
      if (open && this.#due.at(1) > now) break;
      this.#due.shift();
      this.#due.shift();
      if (open) this.#overdue(ticket);
    }
    this.#arm();
  }

  /** All calls are gone: the process died. */
  clear(): void {
    this.#tickets.fill(-1);
    this.#free.length = 0;
    this.#used = 0;
    this.size = 0;
    this.#due.clear();
    this.#watching = false;
  }

  #watch(ticket: Ticket): void {
    this.#due.push(ticket);
    this.#due.push(this.#context.now + this.#timeout);
    this.#arm();
  }

  #arm(): void {
    if (this.#watching || this.#due.length === 0) return;
    this.#watching = true;
    const wait = Math.max(1, this.#due.at(1) - this.#context.now);
    this.#context.after(wait, PRIORITY.timer, this.#timerType);
  }

  #grow(): void {
    const length = this.#calls.length * 2;
    const calls = new Int32Array(length);
    calls.set(this.#calls);
    this.#calls = calls;
    const tickets = new Float64Array(length).fill(-1);
    tickets.set(this.#tickets);
    this.#tickets = tickets;
    const data = new Float64Array(length * this.#fields);
    data.set(this.#data);
    this.#data = data;
  }
}
