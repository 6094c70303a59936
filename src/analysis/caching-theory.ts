/**
 * Hit ratios of caches under independent requests.
 * Sources: H. Che, Y. Tung, Z. Wang, Hierarchical Web caching systems (JSAC 2002); C. Fricker, P. Robert, J. Roberts,
 * A versatile and accurate approximation for LRU cache performance (2012), https://arxiv.org/abs/1202.3974.
 */
import { exp, pow } from '../engine/deterministic-math';

/** Share of the requests for key i of n, i from 1, when popularity falls as i to the −s. */
export function zipfShares(n: number, s: number): Float64Array {
  const shares = new Float64Array(n);
  let total = 0;
  for (let i = 0; i < n; i++) total += shares[i] = pow(i + 1, -s);
  return shares.map((share) => share / total);
}

/** The probability that a key of rate p is in the cache, for a characteristic time t. */
const PRESENT = {
  lru: (pt: number): number => 1 - exp(-pt),
  random: (pt: number): number => pt / (1 + pt),
} as const;

/** Che's approximation for LRU, and the one of Fricker and others for FIFO and random eviction. */
export function cacheHitRatio(policy: keyof typeof PRESENT, shares: Float64Array, capacity: number): number {
  const present = PRESENT[policy];
  const items = (t: number): number => shares.reduce((sum, share) => sum + present(share * t), 0);
  let low = 0;
  let high = shares.length;
  while (items(high) < capacity) high *= 2;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (items(middle) < capacity) low = middle;
    else high = middle;
  }
  return shares.reduce((sum, share) => sum + share * present(share * high), 0);
}

/** Hit ratio of a key asked for at random with this rate, kept for a fixed time after each miss. */
export function ttlHitRatio(rate: number, ttl: number): number {
  return (rate * ttl) / (1 + rate * ttl);
}
