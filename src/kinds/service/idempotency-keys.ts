/**
 * Which writes a service has done, as it remembers them by their idempotency keys, and how often each was done, seen from
 * outside. A write is known by the request it came from and the connection it came over: whoever repeats it sends the same
 * key. Keys and effects are one transaction in the service's database, so they survive a crash; what is in work does not.
 */
import type { Context, MetricHandle } from '../../engine/behaviour';
import type { CallId } from '../../engine/calls';
import { must } from '../../engine/must';
import { RecentKeys } from '../../engine/resources/recent-keys';
import { VERB } from '../../model/meaning';
import { fromMs, MICROS_PER_SECOND } from '../../model/units';
import type { ServiceConfig } from './fields';

/** Connections are told apart as far as this. */
const CONNECTIONS = 256;

/** Nobody repeats a request after so long: an outsider need not remember it. In microseconds. */
const REPEATED_WITHIN = 600 * MICROS_PER_SECOND;

export class IdempotencyKeys {
  /** Whether it recognises anything. */
  on = false;
  /** Writes that were done more than once, and repetitions that were recognised. */
  again = 0;
  recognised = 0;
  /** Microseconds to look up and store a key. */
  lookUp = 0;
  #window = 0;
  readonly #context: Context;
  readonly #known = new RecentKeys();
  readonly #effects = new RecentKeys();
  /** By key: the call that is worked on. */
  readonly #inWork = new Map<number, CallId>();
  readonly #duplicates: MetricHandle;
  readonly #suppressed: MetricHandle;
  readonly #kept: MetricHandle;

  constructor(context: Context) {
    this.#context = context;
    this.#duplicates = context.counter('duplicates');
    this.#suppressed = context.counter('suppressed');
    this.#kept = context.gauge('keysKept');
  }

  configure({ idempotency, dedupMs, dedupWindowS }: ServiceConfig): void {
    this.on = idempotency === 'keys';
    this.lookUp = fromMs(dedupMs);
    this.#window = dedupWindowS * MICROS_PER_SECOND;
    if (this.on) return;
    this.#known.clear();
    this.#inWork.clear();
  }

  /** Whether calls of this kind carry a key. */
  keyed(call: CallId): boolean {
    const { calls } = this.#context;
    return this.on && calls.write(call) === 1 && calls.verb(call) < VERB.prepare;
  }

  /** Whether this write is done already, as far as it remembers. */
  knows(call: CallId): boolean {
    if (!this.keyed(call)) return false;
    this.#known.forget(this.#context.now - this.#window);
    return this.#known.has(this.#idOf(call));
  }

  /** Whether another call with its key is being worked on. */
  inWork(call: CallId): boolean {
    return this.#inWork.size > 0 && this.keyed(call) && this.#inWork.has(this.#idOf(call));
  }

  begins(call: CallId): void {
    if (this.keyed(call)) this.#inWork.set(this.#idOf(call), call);
  }

  /** A call is not here any more, whatever has become of it. */
  ends(call: CallId): void {
    if (this.#inWork.size === 0) return;
    const id = this.#idOf(call);
    if (this.#inWork.get(id) === call) this.#inWork.delete(id);
  }

  /** The work on a call has ended well: it takes effect, unless it is known to have had it. */
  done(call: CallId): void {
    const { calls, ledger, now, self } = this.#context;
    if (calls.write(call) === 0 || !(this.on || ledger.isRepeated(self))) return;
    const id = this.#idOf(call);
    if (this.knows(call)) {
      this.recognised++;
      this.#context.count(this.#suppressed);
      return;
    }
    if (this.on) {
      this.#known.add(id, now);
      this.#context.level(this.#kept, this.#known.size);
    }
    this.#effects.forget(now - REPEATED_WITHIN);
    if (this.#effects.add(id, now)) return;
    this.again++;
    this.#context.count(this.#duplicates);
  }

  crash(): void {
    this.#inWork.clear();
  }

  /** `works` tells whether a call is worked on here. */
  audit(works: (call: CallId) => boolean): void {
    for (const [id, call] of this.#inWork) {
      must(works(call) && this.#idOf(call) === id, 'a key that is in work belongs to a call that is worked on');
    }
  }

  #idOf(call: CallId): number {
    const { calls } = this.#context;
    return calls.rootSerial(call) * CONNECTIONS + (calls.connection(call) % CONNECTIONS);
  }
}
