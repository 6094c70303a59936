/**
 * A checksum of 64 bits against damage, not against forgery: two 32-bit lanes that take in each byte in different ways
 * (FNV-1a and a rotate-multiply), each finished by MurmurHash3's mixer so that a single flipped bit changes half of it.
 */
export const CHECKSUM_BYTES = 8;

function finish(hash: number): number {
  let h = hash;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

export function checksum(bytes: Uint8Array): Uint8Array {
  let a = 0x811c9dc5 | 0;
  let b = bytes.length ^ 0x2f6b4a31;
  for (let i = 0; i < bytes.length; i++) {
    a = Math.imul(a ^ bytes[i]!, 0x01000193);
    b = Math.imul(((b << 5) | (b >>> 27)) ^ bytes[i]!, 0x5bd1e995);
  }
  const lanes = [finish(a), finish(b)];
  return Uint8Array.from({ length: CHECKSUM_BYTES }, (_, i) => (lanes[i >> 2]! >>> (24 - 8 * (i & 3))) & 0xff);
}
