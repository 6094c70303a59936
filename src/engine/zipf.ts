/**
 * Which key a request touches. Zipf popularity (the key of rank i is wanted in proportion to i^−s) by Walker's alias
 * method: one draw and one comparison whatever the number of keys.
 *
 * Source: A. J. Walker, ACM TOMS 3(3), 1977, with the linear-time construction of M. D. Vose, IEEE TSE 17(9), 1991.
 * Guarantee: same keys in every engine; a table costs 12 bytes a key and is exact to about 1e-15 per key.
 */

import { pow } from './deterministic-math';
import type { RandomStream } from './random';

/** Picks the keys 0 … count − 1. */
export interface KeySampler {
  readonly count: number;
  /** A key; where popularity differs, its rank, 0 being the most wanted. */
  sample(stream: RandomStream): number;
}

/** More keys than this would cost more memory (12 MB) than a run should. */
export const MAX_ZIPF_KEYS = 1_000_000;
const MAX_KEYS = 4_294_967_296;

function checkCount(count: number, max: number): void {
  if (!Number.isInteger(count) || count < 1 || count > max) {
    throw new RangeError(`The number of keys must be an integer from 1 to ${max}, not ${count}`);
  }
}

/** The table made last: all clients of a large system ask alike, and share it and its place in the processor's cache. */
let latest: ZipfKeys | null = null;

/** @throws RangeError unless 1 ≤ count ≤ MAX_ZIPF_KEYS and 0 ≤ exponent ≤ 100 */
export function zipfKeys(count: number, exponent: number): ZipfKeys {
  if (latest?.count !== count || latest.exponent !== exponent) latest = new ZipfKeys(count, exponent);
  return latest;
}

/** Zipf popularity: P(rank i) ∝ (i + 1)^−exponent. Exponent 0 is uniform; web caches show 0.6 to 1. */
export class ZipfKeys implements KeySampler {
  readonly count: number;
  readonly exponent: number;
  private readonly total: number;
  /** Column i is key i up to this share of its width, and its alias beyond. */
  private readonly share: Float64Array;
  private readonly alias: Int32Array;

  /** @throws RangeError unless 1 ≤ count ≤ MAX_ZIPF_KEYS and 0 ≤ exponent ≤ 100 */
  constructor(count: number, exponent: number) {
    checkCount(count, MAX_ZIPF_KEYS);
    if (!(exponent >= 0 && exponent <= 100)) {
      throw new RangeError(`The Zipf exponent must be from 0 to 100, not ${exponent}`);
    }
    const weights = new Float64Array(count);
    for (let i = 0; i < count; i++) weights[i] = pow(i + 1, -exponent);
    let total = 0;
    for (let i = count - 1; i >= 0; i--) total += weights[i]; // smallest first loses the fewest digits
    this.count = count;
    this.exponent = exponent;
    this.total = total;
    this.alias = fillColumns(weights, total);
    this.share = weights;
  }

  sample(stream: RandomStream): number {
    const place = stream.uniform() * this.count;
    const column = Math.floor(place);
    return place - column < this.share[column] ? column : this.alias[column];
  }

  /** The probability of a rank; 0 outside 0 … count − 1. */
  probability(rank: number): number {
    return rank >= 0 && rank < this.count ? pow(rank + 1, -this.exponent) / this.total : 0;
  }
}

/**
 * Vose's construction: every key gets a column of width 1; what a column lacks is filled by one key that has too much.
 * Replaces the weights by each column's own share and returns the keys that fill the rest.
 */
function fillColumns(weights: Float64Array, total: number): Int32Array {
  const count = weights.length;
  const alias = new Int32Array(count);
  const pending = new Int32Array(count); // short columns stacked from the left, tall ones from the right
  let short = 0;
  let tall = count;
  for (let i = 0; i < count; i++) {
    alias[i] = i;
    weights[i] *= count / total;
    if (weights[i] < 1) pending[short++] = i;
    else pending[--tall] = i;
  }
  while (short > 0 && tall < count) {
    const lacking = pending[--short];
    const giver = pending[tall];
    alias[lacking] = giver;
    weights[giver] -= 1 - weights[lacking];
    if (weights[giver] < 1) {
      tall++;
      pending[short++] = giver;
    }
  }
  // what is left differs from 1 by rounding only
  while (short > 0) weights[pending[--short]] = 1;
  while (tall < count) weights[pending[tall++]] = 1;
  return alias;
}

/** Every key equally likely. */
export class UniformKeys implements KeySampler {
  readonly count: number;

  /** @throws RangeError unless 1 ≤ count ≤ 2^32 */
  constructor(count: number) {
    checkCount(count, MAX_KEYS);
    this.count = count;
  }

  sample(stream: RandomStream): number {
    return stream.integer(this.count);
  }
}

/** 0, 1, 2, … and round again: a scan, the worst case of an LRU cache. Draws nothing from the stream. */
export class SequentialKeys implements KeySampler {
  readonly count: number;
  private next = 0;

  /** @throws RangeError unless 1 ≤ count ≤ 2^32 */
  constructor(count: number) {
    checkCount(count, MAX_KEYS);
    this.count = count;
  }

  sample(_stream: RandomStream): number {
    const key = this.next;
    this.next = key + 1 === this.count ? 0 : key + 1;
    return key;
  }
}
