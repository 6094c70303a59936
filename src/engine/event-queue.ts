/**
 * Pending events in their total order: (time, priority, sequence). A 4-ary heap on typed arrays, indexed, so that a
 * cancelled event leaves at once and the queue never holds more than what can still happen.
 */
import { problem, ProblemError } from '../model/problems';
import { NEVER } from '../model/units';

/** At equal times, smaller first: a response beats a timeout, a timeout beats a new arrival. */
export const PRIORITY = { completion: 1, timer: 2, arrival: 3, control: 4 } as const;

const SEQUENCES = 1_125_899_906_842_624; // 2^50: three bits of priority stay exact above it
const SLOT_BITS = 22;
const MAX_SLOTS = 1 << SLOT_BITS;
const PAYLOAD = 6;

/** Names a pending event. Stays harmless after the event has fired or was cancelled. */
export type EventHandle = number;

export class EventQueue {
  size = 0;
  /** The event taken last by `pop`. */
  time = 0;
  type = 0;
  target = 0;
  a = 0;
  b = 0;
  epoch = 0;

  #sequence = 0;
  #times = new Float64Array(1024);
  #orders = new Float64Array(1024);
  #slots = new Int32Array(1024);
  /** Per slot: heap position, or −1 − next free slot. */
  #positions = new Int32Array(1024);
  /** Per slot: type, target, a, b, epoch, generation. */
  #payload = new Int32Array(1024 * PAYLOAD);
  #firstFree = -1;
  #slotsUsed = 0;
  /** Slot of the event pushed last. */
  #pushed = 0;
  /** The root is empty: most events lead to another, which takes its place without a search from the bottom. */
  #hole = false;

  /** Adds an event. `time` must not be in the past. Throws problem 402 beyond four million pending events. */
  push(time: number, priority: number, type: number, target: number, a: number, b: number, epoch: number): void {
    const slot = this.#takeSlot();
    this.#pushed = slot;
    const at = slot * PAYLOAD;
    const payload = this.#payload;
    payload[at] = type;
    payload[at + 1] = target;
    payload[at + 2] = a;
    payload[at + 3] = b;
    payload[at + 4] = epoch;
    const position = this.#hole ? 0 : this.size;
    this.#times[position] = time;
    this.#orders[position] = priority * SEQUENCES + this.#sequence++;
    this.#slots[position] = slot;
    this.#positions[slot] = position;
    this.size++;
    if (this.#hole) {
      this.#hole = false;
      this.#sink(0);
    } else this.#rise(position);
  }

  /**
   * Names the event pushed last. Apart from `push`, because few events are ever cancelled, and a number as large as this
   * is a new object each time in V8: returned from every push, it cost 5 % of all running time.
   */
  get lastHandle(): EventHandle {
    return this.#payload[this.#pushed * PAYLOAD + 5]! * MAX_SLOTS + this.#pushed;
  }

  /** Time of the next event; Infinity when there is none. */
  nextTime(): number {
    if (this.#hole) this.#fill();
    return this.size === 0 ? NEVER : this.#times[0]!;
  }

  /** Takes the next event into the public fields. The queue must not be empty. */
  pop(): void {
    if (this.#hole) this.#fill();
    const slot = this.#slots[0]!;
    const at = slot * PAYLOAD;
    const payload = this.#payload;
    this.time = this.#times[0]!;
    this.type = payload[at]!;
    this.target = payload[at + 1]!;
    this.a = payload[at + 2]!;
    this.b = payload[at + 3]!;
    this.epoch = payload[at + 4]!;
    this.#releaseSlot(slot);
    this.size--;
    this.#hole = true;
  }

  /** Removes a pending event. Returns false when it has already fired or was cancelled. */
  cancel(handle: EventHandle): boolean {
    if (handle < 0) return false;
    const generation = Math.floor(handle / MAX_SLOTS);
    const slot = handle - generation * MAX_SLOTS;
    if (slot >= this.#slotsUsed || this.#payload[slot * PAYLOAD + 5] !== generation) return false;
    const position = this.#positions[slot]!;
    if (position < 0) return false;
    if (this.#hole) {
      this.#fill();
      return this.cancel(handle);
    }
    this.#releaseSlot(slot);
    const last = --this.size;
    if (position === last) return true;
    this.#move(last, position);
    this.#rise(position);
    this.#sink(position);
    return true;
  }

  /** Closes the hole that the event taken last has left at the root. */
  #fill(): void {
    this.#hole = false;
    const last = this.size;
    if (last === 0) return;
    this.#move(last, 0);
    this.#sink(0);
  }

  #move(from: number, to: number): void {
    this.#place(to, this.#times[from]!, this.#orders[from]!, this.#slots[from]!);
  }

  #place(position: number, time: number, order: number, slot: number): void {
    this.#times[position] = time;
    this.#orders[position] = order;
    this.#slots[position] = slot;
    this.#positions[slot] = position;
  }

  // What is placed is moved from where it stands: handed over as an argument, its order would be an object at every event.

  #rise(from: number): void {
    const times = this.#times;
    const orders = this.#orders;
    const slots = this.#slots;
    const positions = this.#positions;
    const time = times[from]!;
    const order = orders[from]!;
    const slot = slots[from]!;
    let position = from;
    while (position > 0) {
      const parent = (position - 1) >> 2;
      const parentTime = times[parent]!;
      if (time > parentTime || (time === parentTime && order > orders[parent]!)) break;
      const parentSlot = slots[parent]!;
      times[position] = parentTime;
      orders[position] = orders[parent]!;
      slots[position] = parentSlot;
      positions[parentSlot] = position;
      position = parent;
    }
    if (position !== from) this.#place(position, time, order, slot);
  }

  #sink(from: number): void {
    const times = this.#times;
    const orders = this.#orders;
    const slots = this.#slots;
    const positions = this.#positions;
    const time = times[from]!;
    const order = orders[from]!;
    const slot = slots[from]!;
    const size = this.size;
    let position = from;
    for (;;) {
      const first = position * 4 + 1;
      if (first >= size) break;
      const end = first + 4 < size ? first + 4 : size;
      let best = first;
      let bestTime = times[first]!;
      for (let child = first + 1; child < end; child++) {
        const childTime = times[child]!;
        if (childTime < bestTime || (childTime === bestTime && orders[child]! < orders[best]!)) {
          best = child;
          bestTime = childTime;
        }
      }
      if (time < bestTime || (time === bestTime && order < orders[best]!)) break;
      const bestSlot = slots[best]!;
      times[position] = bestTime;
      orders[position] = orders[best]!;
      slots[position] = bestSlot;
      positions[bestSlot] = position;
      position = best;
    }
    if (position !== from) this.#place(position, time, order, slot);
  }

  #takeSlot(): number {
    const free = this.#firstFree;
    if (free >= 0) {
      this.#firstFree = -2 - this.#positions[free]!;
      return free;
    }
    if (this.#slotsUsed === this.#slots.length) this.#grow();
    return this.#slotsUsed++;
  }

  #releaseSlot(slot: number): void {
    const at = slot * PAYLOAD + 5;
    this.#payload[at] = (this.#payload[at]! + 1) & 0x3fffffff;
    // −1 ends the free list, so free slots are stored as −2 − next.
    this.#positions[slot] = -2 - this.#firstFree;
    this.#firstFree = slot;
  }

  #grow(): void {
    const capacity = this.#slots.length * 2;
    if (capacity > MAX_SLOTS)
      throw new ProblemError(problem(402, 'More than four million events are waiting to happen.'));
    const times = new Float64Array(capacity);
    times.set(this.#times);
    this.#times = times;
    const orders = new Float64Array(capacity);
    orders.set(this.#orders);
    this.#orders = orders;
    const slots = new Int32Array(capacity);
    slots.set(this.#slots);
    this.#slots = slots;
    const positions = new Int32Array(capacity);
    positions.set(this.#positions);
    this.#positions = positions;
    const payload = new Int32Array(capacity * PAYLOAD);
    payload.set(this.#payload);
    this.#payload = payload;
  }
}
