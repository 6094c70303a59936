/**
 * Adaptive throttling at the caller (Google SRE, handling overload): over two minutes, a call is dropped before it
 * leaves with probability max(0, (requests − K·accepts) / (requests + 1)), K = 2.
 */
import { MICROS_PER_SECOND } from '../../model/units';
import type { RandomStream } from '../random';

const K = 2;
const BUCKET = 10 * MICROS_PER_SECOND;
const BUCKETS = 12;

export class ClientThrottle {
  readonly #stream: RandomStream;
  readonly #requests = new Float64Array(BUCKETS);
  readonly #accepts = new Float64Array(BUCKETS);
  #bucket = 0;
  #allRequests = 0;
  #allAccepts = 0;

  constructor(stream: RandomStream) {
    this.#stream = stream;
  }

  /** Counts a call that is asked for, and says whether it may leave. */
  admit(now: number): boolean {
    this.#turn(now);
    const share = this.dropShare;
    this.#requests[this.#bucket % BUCKETS]!++;
    this.#allRequests++;
    return share === 0 || !this.#stream.chance(share);
  }

  /** The other side has taken a call on. */
  accepted(now: number): void {
    this.#turn(now);
    this.#accepts[this.#bucket % BUCKETS]!++;
    this.#allAccepts++;
  }

  /** Share of the calls dropped now. */
  get dropShare(): number {
    return Math.max(0, (this.#allRequests - K * this.#allAccepts) / (this.#allRequests + 1));
  }

  #turn(now: number): void {
    const bucket = Math.floor(now / BUCKET);
    for (let steps = Math.min(bucket - this.#bucket, BUCKETS); steps > 0; steps--) {
      const at = (bucket - steps + 1) % BUCKETS;
      this.#allRequests -= this.#requests[at]!;
      this.#allAccepts -= this.#accepts[at]!;
      this.#requests[at] = 0;
      this.#accepts[at] = 0;
    }
    this.#bucket = bucket;
  }
}
