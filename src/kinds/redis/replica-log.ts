import { RecordLog } from '../../engine/resources/record-log';

/** A change: its key, when it was made, when the item expires or −1 if it was deleted, whether a client was promised it. */
export class ReplicaLog {
  readonly #log = new RecordLog();
  #expiries = new Float64Array(64);
  #promised = new Uint8Array(64);
  /** Position in bytes after each change. */
  #ends = new Float64Array(64);
  /** Bytes of all changes ever: master_repl_offset. */
  bytes = 0;
  #dropped = 0;

  get start(): number {
    return this.#log.start;
  }
  get end(): number {
    return this.#log.end;
  }

  append(key: number, time: number, expiry: number, bytes: number): number {
    const offset = this.#log.append(key, time);
    if (this.#log.length > this.#expiries.length) this.#grow();
    const at = offset & (this.#expiries.length - 1);
    this.#expiries[at] = expiry;
    this.#promised[at] = 0;
    this.#ends[at] = this.bytes += bytes;
    return offset;
  }

  key(offset: number): number {
    return this.#log.key(offset);
  }
  time(offset: number): number {
    return this.#log.time(offset);
  }
  expiry(offset: number): number {
    return this.#expiries[offset & (this.#expiries.length - 1)]!;
  }

  /** Position in bytes of one who has everything before this offset. */
  bytesBefore(offset: number): number {
    if (offset >= this.end) return this.bytes;
    return offset > this.start ? this.#ends[(offset - 1) & (this.#ends.length - 1)]! : this.#dropped;
  }

  promise(offset: number): void {
    if (offset >= this.start) this.#promised[offset & (this.#promised.length - 1)] = 1;
  }

  promisedFrom(offset: number): number {
    let count = 0;
    for (let i = Math.max(offset, this.start); i < this.end; i++) {
      count += this.#promised[i & (this.#promised.length - 1)]!;
    }
    return count;
  }

  dropTo(offset: number): void {
    this.#dropped = this.bytesBefore(offset);
    this.#log.dropTo(offset);
  }

  #grow(): void {
    const length = this.#expiries.length * 2;
    const expiries = new Float64Array(length);
    const promised = new Uint8Array(length);
    const ends = new Float64Array(length);
    for (let offset = this.start; offset < this.end; offset++) {
      expiries[offset & (length - 1)] = this.expiry(offset);
      ends[offset & (length - 1)] = this.#ends[offset & (this.#ends.length - 1)]!;
      promised[offset & (length - 1)] = this.#promised[offset & (this.#promised.length - 1)]!;
    }
    this.#expiries = expiries;
    this.#promised = promised;
    this.#ends = ends;
  }
}
