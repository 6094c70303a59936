/**
 * Latencies at a fixed cost: a log-linear histogram (HDR histogram, G. Tene) of whole microseconds.
 *
 * Guarantee: values below 256 µs are exact; above, each power of two is cut in 128 buckets, so a bucket is at most 1/128
 * (0.79 %) of its values wide and a percentile is off by at most half of that. Count, sum, minimum and maximum are
 * exact. Histograms of disjoint intervals or components add up without any loss; percentiles must never be averaged.
 */

const SUB_BUCKET_BITS = 7;
const SUB_BUCKETS = 128;
const TWO_24 = 16777216;
const TWO_31 = 2147483648;

/** 2^40 − 1 µs, about 13 days: longer values are counted in the last bucket, while sum and maximum stay exact. */
const LAST_VALUE = 1099511627775;
const BUCKETS = 34 * SUB_BUCKETS;

/** Value 2^(7 + shift) … 2^(8 + shift) − 1 has its leading 8 bits, 128 … 255, as its place after `shift` × 128. */
function bucketOf(micros: number): number {
  if (micros < TWO_31) {
    const shift = 31 - SUB_BUCKET_BITS - Math.clz32(micros | SUB_BUCKETS);
    return shift * SUB_BUCKETS + (micros >>> shift);
  }
  const high = Math.floor(Math.min(micros, LAST_VALUE) / TWO_24); // 2^7 … 2^16 − 1
  const shift = 31 - SUB_BUCKET_BITS - Math.clz32(high);
  return (shift + 24) * SUB_BUCKETS + (high >>> shift);
}

/** The value halfway between the smallest and the largest integer of a bucket. */
function midpoint(bucket: number): number {
  if (bucket < 2 * SUB_BUCKETS) return bucket;
  const shift = Math.floor(bucket / SUB_BUCKETS) - 1;
  let width = 1;
  for (let i = 0; i < shift; i++) width *= 2;
  return (bucket - shift * SUB_BUCKETS) * width + (width - 1) / 2;
}

/** How many of the values lie at or below the percentile. */
function rankOf(p: number, total: number): number {
  return (p * total) / 100 - total * 1e-12; // in binary, 1.1 % of 3000 is a little above 33
}

export class LatencyHistogram {
  /** Doubles, not 32-bit integers: a bucket that wrapped around after an hour at full speed would do so silently. */
  private readonly counts = new Float64Array(BUCKETS);
  private total = 0;
  private totalMicros = 0;
  private smallest = Infinity;
  private largest = -Infinity;

  /** How many values were recorded. */
  get count(): number {
    return this.total;
  }

  /** The sum of all values in microseconds. */
  get sum(): number {
    return this.totalMicros;
  }

  /** The smallest value in microseconds; NaN when empty. */
  get min(): number {
    return this.total === 0 ? NaN : this.smallest;
  }

  /** The largest value in microseconds; NaN when empty. */
  get max(): number {
    return this.total === 0 ? NaN : this.largest;
  }

  /** The mean in microseconds; NaN when empty. */
  get mean(): number {
    return this.totalMicros / this.total;
  }

  /**
   * Counts one value.
   * @param micros an integer ≥ 0
   * @throws RangeError when it is negative or NaN, which is a bug of the caller that a percentile would hide
   */
  record(micros: number): void {
    this.add(micros, 1);
  }

  /** Counts a value several times; `times` is an integer ≥ 1. Otherwise as `record`. */
  add(micros: number, times: number): void {
    if (!(micros >= 0)) throw new RangeError(`A latency cannot be ${micros} µs`);
    this.counts[bucketOf(micros)] += times;
    this.total += times;
    this.totalMicros += micros * times;
    if (micros < this.smallest) this.smallest = micros;
    if (micros > this.largest) this.largest = micros;
  }

  /**
   * The smallest value that at least p percent of the values do not exceed (nearest rank), in microseconds: the midpoint
   * of its bucket, kept within [min, max]. 0 gives the minimum and 100 the maximum, exactly. NaN when empty.
   * @throws RangeError unless 0 ≤ p ≤ 100
   */
  percentile(p: number): number {
    if (!(p >= 0 && p <= 100)) throw new RangeError(`A percentile must be from 0 to 100, not ${p}`);
    if (this.total === 0) return NaN;
    if (p === 0) return this.smallest;
    if (p === 100) return this.largest;
    const rank = rankOf(p, this.total);
    let seen = 0;
    let bucket = bucketOf(this.smallest);
    for (const last = bucketOf(this.largest); bucket < last; bucket++) {
      seen += this.counts[bucket];
      if (seen >= rank) break;
    }
    return Math.min(Math.max(midpoint(bucket), this.smallest), this.largest);
  }

  /**
   * Percentiles of two histograms as if they were one, written to `into` from `at` on, at the cost of a single walk.
   * `percentiles` must rise.
   */
  static percentilesOfBoth(
    a: LatencyHistogram,
    b: LatencyHistogram,
    percentiles: readonly number[],
    into: Float64Array,
    at: number,
  ): void {
    const total = a.total + b.total;
    const smallest = Math.min(a.smallest, b.smallest);
    const largest = Math.max(a.largest, b.largest);
    let bucket = total === 0 ? 0 : bucketOf(smallest);
    const last = total === 0 ? 0 : bucketOf(largest);
    let seen = a.counts[bucket] + b.counts[bucket];
    for (let i = 0; i < percentiles.length; i++) {
      const rank = rankOf(percentiles[i], total);
      while (bucket < last && seen < rank) {
        bucket++;
        seen += a.counts[bucket] + b.counts[bucket];
      }
      into[at + i] = total === 0 ? NaN : Math.min(Math.max(midpoint(bucket), smallest), largest);
    }
  }

  /** Adds everything another histogram has counted. The other is unchanged. */
  merge(other: LatencyHistogram): void {
    if (other.total === 0) return;
    const last = bucketOf(other.largest);
    for (let i = bucketOf(other.smallest); i <= last; i++) this.counts[i] += other.counts[i];
    this.total += other.total;
    this.totalMicros += other.totalMicros;
    this.smallest = Math.min(this.smallest, other.smallest);
    this.largest = Math.max(this.largest, other.largest);
  }

  /** Forgets everything. Costs only the range between the smallest and the largest value. */
  reset(): void {
    if (this.total === 0) return;
    this.counts.fill(0, bucketOf(this.smallest), bucketOf(this.largest) + 1);
    this.total = 0;
    this.totalMicros = 0;
    this.smallest = Infinity;
    this.largest = -Infinity;
  }
}
