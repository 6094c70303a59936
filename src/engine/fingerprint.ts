/**
 * Hash of everything that happened in a run, in order. Two runs with the same fingerprint did the same things at the
 * same simulated times. Two 32-bit lanes of multiply-and-xor in the manner of MurmurHash3's mixing step.
 */
export class Fingerprint {
  readonly #lanes = new Int32Array([0x2f6b4a31, 0x51ed270b]);

  /** Mixes one event in. `time` may exceed 32 bits. */
  add(time: number, type: number, target: number, detail: number): void {
    const lanes = this.#lanes;
    const low = time | 0;
    const high = (time / 4294967296) | 0;
    let x = Math.imul(lanes[0]! ^ low, 0x85ebca6b);
    x = Math.imul(x ^ (x >>> 15) ^ (type << 16) ^ target, 0xc2b2ae35);
    lanes[0] = x ^ (x >>> 13);
    let y = Math.imul(lanes[1]! ^ detail ^ high, 0xcc9e2d51);
    y = Math.imul(y ^ (y >>> 16) ^ x, 0x1b873593);
    lanes[1] = y ^ (y >>> 14);
  }

  /** Sixteen hexadecimal digits. */
  toString(): string {
    const hex = (lane: number): string => (lane >>> 0).toString(16).padStart(8, '0');
    return hex(this.#lanes[0]!) + hex(this.#lanes[1]!);
  }
}
