import { hashNumber, hashPair, hashText } from './hashing';

/** One who takes part in a consistent hash: its name decides where it sits, its weight how often. */
export interface HashMember {
  readonly name: string;
  readonly weight: number;
}

/**
 * Consistent hashing on a ring (Karger 1997, ketama): every member sits at many points, and a key belongs to the first
 * point clockwise. A member that joins n others takes about 1/(n + 1) of the keys and moves no other; with v points each
 * the shares differ by about 1/√v.
 */
export class HashRing {
  readonly #points: Uint32Array;
  readonly #owners: Int32Array;

  /** `points` is how many a member of mean weight gets; every member gets at least one. */
  constructor(members: readonly HashMember[], points: number) {
    let total = 0;
    for (const { weight } of members) total += weight;
    const placed: { at: number; owner: number }[] = [];
    members.forEach(({ name, weight }, owner) => {
      const seed = hashText(name);
      const count = Math.max(1, Math.floor((points * weight * members.length) / total + 0.5));
      for (let i = 0; i < count; i++) placed.push({ at: hashPair(i, seed), owner });
    });
    placed.sort((a, b) => a.at - b.at || a.owner - b.owner);
    this.#points = Uint32Array.from(placed, ({ at }) => at);
    this.#owners = Int32Array.from(placed, ({ owner }) => owner);
  }

  get size(): number {
    return this.#points.length;
  }

  /** The place on the ring where the key's search begins. */
  start(key: number): number {
    const hash = hashNumber(key);
    const points = this.#points;
    let low = 0;
    let high = points.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (points[middle]! < hash) low = middle + 1;
      else high = middle;
    }
    return low === points.length ? 0 : low;
  }

  /** The member at a place; places go on round the ring. */
  owner(place: number): number {
    return this.#owners[place % this.#owners.length]!;
  }
}
