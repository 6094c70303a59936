/**
 * Reproducible randomness: one independent stream per (seed, owner, purpose).
 *
 * Guarantee: the outputs depend on these three only, and are the same in every engine (32-bit integer operations). A
 * component that draws more, or a new one, does not shift anyone else's luck, so two variants of a system meet the same
 * arrivals (common random numbers).
 *
 * Generator: sfc32 (C. Doty-Humphrey, PractRand 2010): 128 bits of state, period at least 2^32 and about 2^127 on
 * average; passes PractRand and BigCrush. Seeding feeds the three keys through the generator's own, invertible, step (a
 * sponge), so keys are spread over 96 bits; the fourth word, a counter, starts at 1 in every stream. As the counter takes
 * part in the state, two different streams cannot run into one another within 2^32 outputs.
 *
 * The state lives in an Int32Array: as class fields it costs five times more.
 */

const TWO_32 = 4294967296;
const TWO_26 = 67108864;
const TWO_MINUS_32 = 2.3283064365386963e-10;
const TWO_MINUS_52 = 2.220446049250313e-16;
const TWO_MINUS_53 = 1.1102230246251565e-16;

/** Steps after each absorbed word: enough that a word which differs in one bit cannot be cancelled by those after it. */
const STEPS_PER_WORD = 4;
/** Outputs thrown away at the end of seeding: PractRand's own seeding uses 12 to 15. */
const DISCARDED = 16;

/** One stream of random numbers. All methods advance it; none of them allocates. */
export class RandomStream {
  private readonly state = new Int32Array(4);

  /**
   * @param seed the run's seed, a safe integer (negative ones too)
   * @param owner whose luck this is: a component or connection id, or '' for the run itself
   * @param purpose what it decides: 'arrival', 'service', 'route', 'jitter', …
   * @throws RangeError when the seed is not a safe integer
   */
  constructor(seed: number, owner: string, purpose: string) {
    if (!Number.isSafeInteger(seed)) throw new RangeError(`The seed must be a safe integer, not ${seed}`);
    this.absorb(seed | 0);
    this.absorb(Math.floor(seed / TWO_32) | 0);
    this.absorbText(owner);
    this.absorbText(purpose);
    this.state[3] = 1;
    for (let i = 0; i < DISCARDED; i++) this.uint32();
  }

  /** An integer in [0, 2^32). One output of the generator. */
  uint32(): number {
    const state = this.state;
    const b = state[1];
    const c = state[2];
    const d = state[3];
    const output = (state[0] + b + d) | 0;
    state[0] = b ^ (b >>> 9);
    state[1] = (c + (c << 3)) | 0;
    state[2] = (((c << 21) | (c >>> 11)) + output) | 0;
    state[3] = (d + 1) | 0;
    return output >>> 0;
  }

  /** A multiple of 2^-53 in [0, 1): never 1. Two outputs, so that rare events and large ranges keep their resolution. */
  uniform(): number {
    const high = this.uint32() >>> 5;
    return (high * TWO_26 + (this.uint32() >>> 6)) * TWO_MINUS_53;
  }

  /** A number in (0, 1), symmetric about ½: safe to take the logarithm of. Two outputs. */
  open(): number {
    const high = this.uint32() >>> 6;
    return (high * TWO_26 + (this.uint32() >>> 6) + 0.5) * TWO_MINUS_52;
  }

  /**
   * An integer in [0, n) for 1 ≤ n ≤ 2^32. Two outputs, always, so a changed n does not shift the stream. Not exactly
   * uniform: the probability of each value is off by at most a factor 1 ± n × 2^-53, far below what a run could show.
   */
  integer(n: number): number {
    return Math.floor(this.uniform() * n);
  }

  /**
   * True with probability p, to 2^-32; p ≤ 0 is never and p ≥ 1 always. Exactly one output whatever p is, so turning the
   * knob does not shift the stream; and what happens at p also happens at every larger p.
   */
  chance(p: number): boolean {
    return this.uint32() * TWO_MINUS_32 < p;
  }

  private absorb(word: number): void {
    this.state[0] ^= word;
    for (let i = 0; i < STEPS_PER_WORD; i++) this.uint32();
  }

  /** The length goes first, so that ('ab', 'c') and ('a', 'bc') differ. */
  private absorbText(text: string): void {
    this.absorb(text.length);
    for (let i = 0; i < text.length; i++) this.absorb(text.charCodeAt(i));
  }
}
