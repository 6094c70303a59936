import { describe, expect, it } from 'vitest';
import { type HashMember, HashRing } from './hash-ring';
import { hashNumber, hashPair, hashText } from './hashing';
import { MaglevTable } from './maglev-table';

const KEYS = 50_000;

function members(count: number, weights: Readonly<Record<number, number>> = {}): HashMember[] {
  return Array.from({ length: count }, (_, i) => ({ name: `server-${i}`, weight: weights[i] ?? 1 }));
}

interface Placement {
  start(key: number): number;
  owner(place: number): number;
}

function shares(made: Placement, count: number): number[] {
  const counts = Array.from({ length: count }, () => 0);
  for (let key = 0; key < KEYS; key++) counts[made.owner(made.start(key))]!++;
  return counts.map((each) => each / KEYS);
}

/** Share of the keys that change their place, and of those that do not go to the last member. */
function moved(before: Placement, after: Placement, last: number): { all: number; needlessly: number } {
  let [all, needlessly] = [0, 0];
  for (let key = 0; key < KEYS; key++) {
    const [from, to] = [before.owner(before.start(key)), after.owner(after.start(key))];
    if (from === to) continue;
    all++;
    if (to !== last) needlessly++;
  }
  return { all: all / KEYS, needlessly: needlessly / KEYS };
}

/** Standard deviation of the shares over their mean. */
function spread(list: readonly number[]): number {
  const mean = list.reduce((sum, x) => sum + x, 0) / list.length;
  return Math.sqrt(list.reduce((sum, x) => sum + (x - mean) * (x - mean), 0) / list.length) / mean;
}

describe('hashes', () => {
  it('spread numbers evenly, whatever their order', () => {
    const buckets = new Array<number>(64).fill(0);
    for (let i = 0; i < 64_000; i++) buckets[hashNumber(i) >>> 26]!++;
    // Chi-square with 63 degrees of freedom: mean 63, standard deviation 11.2.
    const chi = buckets.reduce((sum, count) => sum + ((count - 1000) * (count - 1000)) / 1000, 0);
    expect(chi).toBeLessThan(63 + 5 * 11.2);
    expect(new Set(Array.from({ length: 10_000 }, (_, i) => hashNumber(i))).size).toBe(10_000);
  });

  it('stay the same for ever, since saved runs depend on them', () => {
    expect([hashNumber(1), hashPair(1, 2), hashText('a'), hashText('ab')]).toEqual([
      0x514e28b7, 230461417, 444641715, 2563531789,
    ]);
  });
});

describe('a ring', () => {
  it.each([16, 160, 1024])('of %d points a member is even to about one over the root of it', (points) => {
    const found = spread(shares(new HashRing(members(20), points), 20));
    const expected = 1 / Math.sqrt(points);
    expect(found).toBeGreaterThan(expected * 0.5);
    expect(found).toBeLessThan(expected * 1.6);
  });

  it('moves about one key in eleven when a tenth server gets an eleventh beside it, all of them to it (V36)', () => {
    const { all, needlessly } = moved(new HashRing(members(10), 1024), new HashRing(members(11), 1024), 10);
    expect(Math.abs(all * 11 - 1)).toBeLessThan(0.1);
    expect(needlessly).toBe(0);
    // The remainder of a division moves ten in eleven.
    let changed = 0;
    for (let key = 0; key < KEYS; key++) if (hashNumber(key) % 10 !== hashNumber(key) % 11) changed++;
    expect(Math.abs((changed / KEYS / 10) * 11 - 1)).toBeLessThan(0.02);
  });

  it('follows the weights', () => {
    const [first = 0, second = 0] = shares(new HashRing(members(2, { 1: 3 }), 4096), 2);
    expect(second / first).toBeGreaterThan(2.7);
    expect(second / first).toBeLessThan(3.3);
  });

  it('goes on past its end', () => {
    const ring = new HashRing(members(3), 1);
    expect(ring.size).toBe(3);
    expect(new Set([0, 1, 2].map((i) => ring.owner(2 + i)))).toEqual(new Set([0, 1, 2]));
    for (let key = 0; key < 1000; key++) expect(ring.start(key)).toBeLessThan(3);
  });
});

describe('Maglev', () => {
  it('fills every place, and gives each member the same number to one', () => {
    const table = new MaglevTable(members(7), 4099);
    const counts = new Array<number>(7).fill(0);
    for (let place = 0; place < table.size; place++) counts[table.owner(place)]!++;
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
  });

  it('gives turns by weight', () => {
    const table = new MaglevTable(members(3, { 0: 1, 1: 2, 2: 5 }), 65_537);
    const counts = [0, 0, 0];
    for (let place = 0; place < table.size; place++) counts[table.owner(place)]!++;
    [1 / 8, 2 / 8, 5 / 8].forEach((share, i) => expect(counts[i]! / table.size).toBeCloseTo(share, 3));
  });

  it('moves about one key in eleven, and few of the others', () => {
    const { all, needlessly } = moved(new MaglevTable(members(10)), new MaglevTable(members(11)), 10);
    expect(all).toBeGreaterThan(1 / 11 - 0.01);
    expect(needlessly).toBeLessThan(0.03);
  });
});
