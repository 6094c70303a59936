/** Hash slots of Redis Cluster: CRC-16/XMODEM of the key's text, modulo 16 384 (cluster specification, appendix A). */
export const SLOTS = 16_384;

const TABLE = new Uint16Array(256);
for (let byte = 0; byte < 256; byte++) {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : (crc << 1) & 0xffff;
  TABLE[byte] = crc;
}

const ZERO = 48;

/** CRC16 over a text of ASCII characters. */
export function crc16(text: string): number {
  let crc = 0;
  for (let i = 0; i < text.length; i++) crc = step(crc, text.charCodeAt(i));
  return crc;
}

function step(crc: number, byte: number): number {
  return ((crc << 8) & 0xffff) ^ TABLE[((crc >> 8) ^ byte) & 0xff]!;
}

/** The slot of a key whose name is this number, without making a text of it. */
export function slotOf(key: number): number {
  let power = 1;
  while (power * 10 <= key) power *= 10;
  let crc = 0;
  for (let rest = key; power >= 1; power /= 10) {
    const digit = Math.floor(rest / power);
    crc = step(crc, ZERO + digit);
    rest -= digit * power;
  }
  return crc % SLOTS;
}

/** Which of so many shards has a slot: each a range of its own. */
export function shardOf(slot: number, shards: number): number {
  return Math.floor((slot * shards) / SLOTS);
}
