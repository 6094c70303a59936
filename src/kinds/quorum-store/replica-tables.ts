/**
 * What every node keeps: for each key the stamp of its newest version and the value. The newest stamp wins. Beside it,
 * for the measurements only, how many replicas of a key have its newest version.
 */
export class ReplicaTables {
  /** Keys whose replicas differ. */
  diverged = 0;
  readonly #slots = new Map<number, number>();
  readonly #keys: number[] = [];
  readonly #nodes: Table[] = [];
  #newest = new Float64Array(64);
  /** Replicas that have the newest version, and how many should. */
  #have = new Uint8Array(64);
  #should = new Uint8Array(64);
  /** Told when all replicas of a key have come to agree. */
  readonly #agreed: (slot: number) => void;

  constructor(agreed: (slot: number) => void) {
    this.#agreed = agreed;
  }

  get keys(): number {
    return this.#keys.length;
  }
  key(slot: number): number {
    return this.#keys[slot]!;
  }

  configure(nodes: number): void {
    while (this.#nodes.length < nodes)
      this.#nodes.push({ stamps: newFloats(this.#newest.length), values: newInts(this.#newest.length) });
    this.#nodes.length = nodes;
  }

  /** The place of a key; −1 when nobody has ever written it. */
  find(key: number): number {
    return this.#slots.get(key) ?? -1;
  }

  /** The place of a key that is written now. `replicas` is how many nodes should keep it. */
  slot(key: number, replicas: number): number {
    const known = this.#slots.get(key);
    if (known !== undefined) return known;
    const slot = this.#keys.length;
    if (slot === this.#newest.length) this.#grow();
    this.#keys.push(key);
    this.#slots.set(key, slot);
    this.#should[slot] = replicas;
    this.#have[slot] = replicas;
    return slot;
  }

  /** 0 while the node has no version. */
  stamp(node: number, slot: number): number {
    return slot < 0 ? 0 : this.#nodes[node]!.stamps[slot]!;
  }
  value(node: number, slot: number): number {
    return slot < 0 ? 0 : this.#nodes[node]!.values[slot]!;
  }
  newest(slot: number): number {
    return this.#newest[slot]!;
  }
  agrees(slot: number): boolean {
    return this.#have[slot]! >= this.#should[slot]!;
  }

  /** A replica takes a version, unless it has a newer one. */
  put(node: number, slot: number, stamp: number, value: number): boolean {
    const table = this.#nodes[node]!;
    if (stamp <= table.stamps[slot]!) return false;
    table.stamps[slot] = stamp;
    table.values[slot] = value;
    const newest = this.#newest[slot]!;
    if (stamp < newest) return true;
    const agreed = this.agrees(slot);
    if (stamp > newest) {
      this.#newest[slot] = stamp;
      this.#have[slot] = 1;
    } else this.#have[slot]!++;
    const agrees = this.agrees(slot);
    if (agreed && !agrees) this.diverged++;
    else if (!agreed && agrees) this.diverged--;
    if (agrees) this.#agreed(slot);
    return true;
  }

  /** Another ring: `mask` gives the nodes of a key. Nodes that keep a key from now on get its newest version. */
  spread(replicas: number, mask: (key: number) => number): void {
    this.diverged = 0;
    for (let slot = 0; slot < this.#keys.length; slot++) {
      const nodes = mask(this.#keys[slot]!);
      let newest: Table | null = null;
      for (const table of this.#nodes) if (!newest || table.stamps[slot]! > newest.stamps[slot]!) newest = table;
      const stamp = newest?.stamps[slot] ?? 0;
      let have = 0;
      this.#nodes.forEach((table, node) => {
        if ((nodes & (1 << node)) === 0) return;
        if (table.stamps[slot] === 0) {
          table.stamps[slot] = stamp;
          table.values[slot] = newest!.values[slot]!;
        }
        if (table.stamps[slot] === stamp) have++;
      });
      this.#newest[slot] = stamp;
      this.#should[slot] = replicas;
      this.#have[slot] = have;
      if (have < replicas) this.diverged++;
    }
  }

  #grow(): void {
    const length = this.#newest.length * 2;
    const newest = newFloats(length);
    newest.set(this.#newest);
    this.#newest = newest;
    const have = new Uint8Array(length);
    have.set(this.#have);
    this.#have = have;
    const should = new Uint8Array(length);
    should.set(this.#should);
    this.#should = should;
    for (const table of this.#nodes) {
      const stamps = newFloats(length);
      stamps.set(table.stamps);
      table.stamps = stamps;
      const values = newInts(length);
      values.set(table.values);
      table.values = values;
    }
  }
}

interface Table {
  stamps: Float64Array<ArrayBuffer>;
  values: Int32Array<ArrayBuffer>;
}

function newFloats(length: number): Float64Array<ArrayBuffer> {
  return new Float64Array(length);
}
function newInts(length: number): Int32Array<ArrayBuffer> {
  return new Int32Array(length);
}
