/**
 * Hashes for placing things: 32 bits, the same in every engine, spread well enough that nearby keys land far apart. Not
 * against adversaries. The mixer is the finaliser of MurmurHash3 (A. Appleby, public domain).
 */

/** Spreads a 32-bit number over [0, 2^32). One-to-one, so different numbers never collide. */
export function hashNumber(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** A number together with a seed: another seed gives an unrelated hash. */
export function hashPair(value: number, seed: number): number {
  return hashNumber(value ^ hashNumber(seed ^ 0x9e3779b9));
}

/** FNV-1a over the characters, mixed once more. */
export function hashText(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return hashNumber(h);
}
