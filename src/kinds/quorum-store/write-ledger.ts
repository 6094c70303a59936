/**
 * What an observer knows of the last writes, by their serial: whether the client was told that it is safe, which older
 * write its replicas had, and whether it was lost. For measurements only.
 */
const ROOM = 1 << 16;

const ACKNOWLEDGED = 1;
const LOST = 2;

export class WriteLedger {
  readonly #serials = new Int32Array(ROOM);
  readonly #seen = new Int32Array(ROOM);
  readonly #flags = new Uint8Array(ROOM);

  begin(serial: number): void {
    const at = serial % ROOM;
    this.#serials[at] = serial;
    this.#seen[at] = 0;
    this.#flags[at] = 0;
  }

  /** A replica took the write and had this one before. */
  replaced(serial: number, before: number): void {
    const at = serial % ROOM;
    if (this.#serials[at] === serial && before > this.#seen[at]!) this.#seen[at] = before;
  }

  acknowledged(serial: number): void {
    if (this.#serials[serial % ROOM] === serial) this.#flags[serial % ROOM]! |= ACKNOWLEDGED;
  }

  /**
   * Replicas that had two versions keep one: the other is lost, if clients had been told that both are safe and the one
   * that stays was written without knowing of it. True the first time that this is found out.
   */
  loses(loser: number, winner: number): boolean {
    const [at, by] = [loser % ROOM, winner % ROOM];
    if (this.#serials[at] !== loser || this.#serials[by] !== winner) return false;
    if (this.#seen[by]! >= loser || this.#flags[by] === 0) return false;
    return this.lose(loser);
  }

  /** An acknowledged write is lost for certain. True the first time. */
  lose(serial: number): boolean {
    const at = serial % ROOM;
    if (this.#serials[at] !== serial || this.#flags[at] !== ACKNOWLEDGED) return false;
    this.#flags[at] = ACKNOWLEDGED | LOST;
    return true;
  }
}
