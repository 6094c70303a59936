/**
 * Messages that a queue or topic keeps: pooled records in typed arrays, nothing allocated per message. A message keeps
 * what the call that brought it was about, so that whoever gets it sees the same key, operation, size and sender, and so
 * that it still belongs to the request it came from: that is what tells a duplicate from another message.
 */
import type { Context } from '../behaviour';
import { type CallId, NO_CALL } from '../calls';
import { must } from '../must';

/** Index of a message's record. */
export type MessageId = number;
export const NO_MESSAGE: MessageId = -1;

const INTS = 12;
const FLOATS = 3;

const KEY = 0;
const OPERATION = 1;
const PRIORITY = 2;
const BYTES = 3;
const USER = 4;
const STATE = 5;
const RETURNS = 6;
const LINK = 7;
const CONSUMER = 8;
const CALL = 9;
const NEXT_FREE = 10;
/** Survives the message, so that a receipt of an earlier one in the same record fits nobody. */
const RECEIPT = 11;

const RECEIPTS = 1 << 30;

const SERIAL = 0;
const TIME = 1;
const ROOT = 2;

export class MessageStore {
  /** Messages kept. */
  length = 0;
  /** Their bytes. */
  bytesKept = 0;
  /** Records ever in use at once: indexes below this may be messages. */
  used = 0;
  readonly #context: Context;
  #ints = new Int32Array(64 * INTS);
  #floats = new Float64Array(64 * FLOATS);
  #free = NO_MESSAGE;
  #serial = 0;

  constructor(context: Context) {
    this.#context = context;
  }

  /** Keeps what a call is about, in state `state` (above 0). The call itself is not answered. */
  add(call: CallId, state: number): MessageId {
    const { calls, now } = this.#context;
    const message = this.#take();
    const i = message * INTS;
    const ints = this.#ints;
    ints[i + KEY] = calls.key(call);
    ints[i + OPERATION] = calls.operation(call);
    ints[i + PRIORITY] = calls.priority(call);
    ints[i + BYTES] = calls.bytes(call);
    ints[i + USER] = calls.user(call);
    ints[i + STATE] = state;
    ints[i + RETURNS] = 0;
    ints[i + LINK] = -1;
    ints[i + CONSUMER] = 0;
    ints[i + CALL] = call;
    const f = message * FLOATS;
    this.#floats[f + SERIAL] = ++this.#serial;
    this.#floats[f + TIME] = now;
    this.#floats[f + ROOT] = calls.rootSerial(call);
    this.length++;
    this.bytesKept += calls.bytes(call);
    return message;
  }

  /** Another message about the same, with a place of its own in the order. */
  copy(original: MessageId, state: number): MessageId {
    const message = this.#take();
    this.#ints.copyWithin(message * INTS, original * INTS, original * INTS + RECEIPT);
    this.#floats.copyWithin(message * FLOATS, original * FLOATS, original * FLOATS + FLOATS);
    this.#ints[message * INTS + STATE] = state;
    this.#floats[message * FLOATS + SERIAL] = ++this.#serial;
    this.length++;
    this.bytesKept += this.bytes(message);
    return message;
  }

  /** Forgets a message; its record will be used again. */
  drop(message: MessageId): void {
    this.length--;
    this.bytesKept -= this.bytes(message);
    const i = message * INTS;
    this.#ints[i + STATE] = 0;
    this.#ints[i + NEXT_FREE] = this.#free;
    this.#free = message;
  }

  /** Sends a message over a connection. The outcome comes to `reply` with this ticket. */
  send(message: MessageId, link: number, verb: number, ticket: number): CallId {
    const { traits } = this.#context;
    const i = message * INTS;
    const ints = this.#ints;
    traits.operation = ints[i + OPERATION]!;
    traits.priority = ints[i + PRIORITY]!;
    traits.bytes = ints[i + BYTES]!;
    traits.user = ints[i + USER]!;
    traits.root = this.#floats[message * FLOATS + ROOT]!;
    return this.#context.send(link, NO_CALL, verb, 1, ints[i + KEY]!, ticket);
  }

  /** How many messages are in each state. */
  census(): ReadonlyMap<number, number> {
    const counts = new Map<number, number>();
    for (let message = 0; message < this.used; message++) {
      const state = this.state(message);
      if (state > 0) counts.set(state, (counts.get(state) ?? 0) + 1);
    }
    return counts;
  }

  /**
   * Whether all that is kept is somewhere, and there are as many in each of these states as their keepers say.
   * @throws Error when not
   */
  audit(expected: Readonly<Record<string, { readonly state: number; readonly count: number }>>): void {
    const census = this.census();
    const kept = [...census.values()].reduce((sum, count) => sum + count, 0);
    must(kept === this.length, `${this.length} messages are kept, of ${kept} in some state`);
    for (const [name, { state, count }] of Object.entries(expected)) {
      must((census.get(state) ?? 0) === count, `${count} messages are ${name}, of ${census.get(state) ?? 0}`);
    }
  }

  key(message: MessageId): number {
    return this.#ints[message * INTS + KEY]!;
  }
  operation(message: MessageId): number {
    return this.#ints[message * INTS + OPERATION]!;
  }
  bytes(message: MessageId): number {
    return this.#ints[message * INTS + BYTES]!;
  }
  user(message: MessageId): number {
    return this.#ints[message * INTS + USER]!;
  }
  /** A number of the owner's; 0 when there is no such message. */
  state(message: MessageId): number {
    return this.#ints[message * INTS + STATE]!;
  }
  setState(message: MessageId, state: number): void {
    this.#ints[message * INTS + STATE] = state;
  }
  /** How often it came back from a consumer. */
  returns(message: MessageId): number {
    return this.#ints[message * INTS + RETURNS]!;
  }
  setReturns(message: MessageId, returns: number): void {
    this.#ints[message * INTS + RETURNS] = returns;
  }
  /** The connection it was last handed to, or −1, and which consumer there. */
  link(message: MessageId): number {
    return this.#ints[message * INTS + LINK]!;
  }
  consumer(message: MessageId): number {
    return this.#ints[message * INTS + CONSUMER]!;
  }
  setHandedTo(message: MessageId, link: number, consumer: number): void {
    this.#ints[message * INTS + LINK] = link;
    this.#ints[message * INTS + CONSUMER] = consumer;
  }
  /** A new number, told from all earlier ones of this record: who holds an older one has been overtaken. */
  newReceipt(message: MessageId): number {
    const i = message * INTS + RECEIPT;
    return (this.#ints[i] = (this.#ints[i]! + 1) % RECEIPTS);
  }
  receipt(message: MessageId): number {
    return this.#ints[message * INTS + RECEIPT]!;
  }
  /** The call that waits for the word that it is safe, or NO_CALL. */
  call(message: MessageId): CallId {
    return this.#ints[message * INTS + CALL]!;
  }
  setCall(message: MessageId, call: CallId): void {
    this.#ints[message * INTS + CALL] = call;
  }
  /** Place in the order of arrival; never used twice. */
  serial(message: MessageId): number {
    return this.#floats[message * FLOATS + SERIAL]!;
  }
  /** When it came. */
  time(message: MessageId): number {
    return this.#floats[message * FLOATS + TIME]!;
  }
  /** The request it came from. */
  root(message: MessageId): number {
    return this.#floats[message * FLOATS + ROOT]!;
  }

  #take(): MessageId {
    if (this.#free >= 0) {
      const message = this.#free;
      this.#free = this.#ints[message * INTS + NEXT_FREE]!;
      return message;
    }
    if ((this.used + 1) * INTS > this.#ints.length) {
      const ints = new Int32Array(this.#ints.length * 2);
      ints.set(this.#ints);
      this.#ints = ints;
      const floats = new Float64Array(this.#floats.length * 2);
      floats.set(this.#floats);
      this.#floats = floats;
    }
    return this.used++;
  }
}
