/**
 * Asynchronous replication: every committed write is shipped to each replica after a network delay and applied there by
 * a single applier, in commit order (model reference §7). When writes come faster than an applier works, its lag grows
 * without bound.
 */
import type { Context } from '../../engine/behaviour';
import { PRIORITY } from '../../engine/event-queue';
import { RecordLog } from '../../engine/resources/record-log';

/** Writes kept for the slowest replica; beyond that the disk of the primary is full. */
const MOST_KEPT = 5_000_000;

interface Replica {
  /** Recognises its timers: a replica taken away and put back is a new one. */
  readonly id: number;
  /** Offset of the next write to apply. */
  next: number;
  applying: boolean;
}

export class Replication {
  /** Nothing is shipped, to all replicas or to the one of this index: the fault. */
  stopped = false;
  #stoppedOnly = -1;
  #up = false;
  #delay = 0;
  #applyMicros = 0;
  #ids = 0;
  readonly #replicas: Replica[] = [];
  readonly #log = new RecordLog();
  /** For each key with a write that some replica lacks: the offset of the latest. */
  readonly #latest = new Map<number, number>();
  readonly #context: Context;
  readonly #timerType: number;

  /** The owner hands timers (timerType, replica, id) to `timer`. */
  constructor(context: Context, timerType: number) {
    this.#context = context;
    this.#timerType = timerType;
  }

  /** New replicas start as copies of the primary: caught up. */
  configure(replicas: number, delay: number, applyMicros: number): void {
    this.#delay = delay;
    this.#applyMicros = applyMicros;
    while (this.#replicas.length > replicas) this.#replicas.pop();
    while (this.#replicas.length < replicas) {
      this.#replicas.push({ id: this.#ids++, next: this.#log.end, applying: false });
    }
    this.#prune();
    this.#ship();
  }

  /** After a crash the replicas go on where they were: committed writes are on disk. */
  start(): void {
    this.#up = true;
    this.#ship();
  }

  crash(): void {
    this.#up = false;
    this.stopped = false;
    for (const replica of this.#replicas) replica.applying = false;
  }

  /** `only` is the index of a replica, or below 0 for all. */
  stop(stopped: boolean, only: number): void {
    this.stopped = stopped;
    this.#stoppedOnly = only;
    this.#ship();
  }

  get full(): boolean {
    return this.#log.length >= MOST_KEPT;
  }

  /** Whether some replica lacks a write. */
  get behind(): boolean {
    return this.#log.length > 0;
  }

  /** How long ago the oldest write was committed that some replica has not applied; 0 when there is none. */
  lag(): number {
    return this.#log.length > 0 ? this.#context.now - this.#log.time(this.#log.start) : 0;
  }

  /** The same for one replica. */
  lagOf(index: number): number {
    const next = this.#replicas[index]?.next ?? this.#log.end;
    return next < this.#log.end ? this.#context.now - this.#log.time(next) : 0;
  }

  committed(key: number): void {
    if (this.#replicas.length === 0) return;
    this.#latest.set(key, this.#log.append(key, this.#context.now));
    this.#ship();
  }

  /** Whether a replica lacks the latest committed write of a key. Nobody inside the system could know. */
  stale(replica: number, key: number): boolean {
    const latest = this.#latest.get(key);
    return latest !== undefined && latest >= (this.#replicas[replica]?.next ?? Infinity);
  }

  timer(index: number, id: number): void {
    const replica = this.#replicas[index];
    if (!replica || replica.id !== id) return;
    replica.applying = false;
    replica.next++;
    this.#prune();
    this.#apply(index, replica);
  }

  #ship(): void {
    for (let i = 0; i < this.#replicas.length; i++) this.#apply(i, this.#replicas[i]!);
  }

  #apply(index: number, replica: Replica): void {
    if (!this.#up || replica.applying || replica.next === this.#log.end) return;
    if (this.stopped && (this.#stoppedOnly < 0 || this.#stoppedOnly === index)) return;
    replica.applying = true;
    const context = this.#context;
    const onItsWay = Math.max(0, this.#log.time(replica.next) + this.#delay - context.now);
    context.after(onItsWay + context.work(this.#applyMicros), PRIORITY.completion, this.#timerType, index, replica.id);
  }

  #prune(): void {
    let applied = this.#log.end;
    for (const replica of this.#replicas) applied = Math.min(applied, replica.next);
    for (let offset = this.#log.start; offset < applied; offset++) {
      const key = this.#log.key(offset);
      if (this.#latest.get(key) === offset) this.#latest.delete(key);
    }
    this.#log.dropTo(applied);
  }
}
