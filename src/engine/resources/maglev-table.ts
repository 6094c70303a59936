import type { HashMember } from './hash-ring';
import { hashNumber, hashPair, hashText } from './hashing';

/** A prime, so that every member's permutation visits the whole table: Envoy's default. */
export const MAGLEV_SIZE = 65_537;

/**
 * Google's Maglev (NSDI 2016): every member has its own permutation of a table of prime size, and they take turns to
 * fill the next free place of theirs; a heavier member has more turns. Shares are nearly exact, a lookup is one read, and
 * a member that leaves moves few keys of the others.
 */
export class MaglevTable {
  readonly #owners: Int32Array;

  /** `size` must be a prime larger than the number of members; there must be at least one member. */
  constructor(members: readonly HashMember[], size = MAGLEV_SIZE) {
    const owners = new Int32Array(size).fill(-1);
    this.#owners = owners;
    const heaviest = members.reduce((most, { weight }) => Math.max(most, weight), 0);
    const seeds = members.map(({ name }) => hashText(name));
    const places = seeds.map((seed) => hashPair(1, seed) % size);
    const steps = seeds.map((seed) => (hashPair(2, seed) % (size - 1)) + 1);
    const turns = members.map(() => 0);
    let filled = 0;
    for (let round = 1; filled < size; round++) {
      for (let i = 0; i < members.length && filled < size; i++) {
        // Lighter members pass until their weight has earned them a turn.
        if (round * members[i]!.weight < (turns[i]! + 1) * heaviest) continue;
        turns[i]!++;
        let place = places[i]!;
        while (owners[place]! >= 0) place = (place + steps[i]!) % size;
        owners[place] = i;
        places[i] = (place + steps[i]!) % size;
        filled++;
      }
    }
  }

  get size(): number {
    return this.#owners.length;
  }

  start(key: number): number {
    return hashNumber(key) % this.#owners.length;
  }

  owner(place: number): number {
    return this.#owners[place % this.#owners.length]!;
  }
}
