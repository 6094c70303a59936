/**
 * Service times, delays and sizes of gaps: a distribution as people state it (milliseconds, median and p99) becomes a
 * sampler of whole microseconds.
 *
 * Guarantee: same bits in every engine; one rounding, half up, of a value drawn in double precision. Rounding leaves a
 * mean practically unbiased: for an exponential of mean m µs it becomes 1 / (2 sinh(1/2m)), which is 4 % low at m = 1,
 * 0.5 % at m = 3 and 0.05 % at m = 9; smoother or longer distributions lose less. A constant is the exception: all of it
 * is rounded the same way, so its `meanMicros` is the rounded value.
 *
 * Moments of the bounded Pareto from its density α L^α x^(−α−1) / (1 − (L/H)^α).
 */

import { MICROS_PER_MS } from '../model/units';
import { exp, log, pow } from './deterministic-math';
import type { RandomStream } from './random';
import { exponential, normal } from './ziggurat';

/** Times in milliseconds, as in documents. */
export type DistributionSpec =
  | { readonly type: 'constant'; readonly meanMs: number }
  | { readonly type: 'exponential'; readonly meanMs: number }
  /** The usual choice for service times and network delays: people know the median and the p99. 0 < medianMs ≤ p99Ms. */
  | { readonly type: 'lognormal'; readonly medianMs: number; readonly p99Ms: number }
  /** The sum of k exponentials (k from 1 to 1000): steadier than one of them. */
  | { readonly type: 'erlang'; readonly k: number; readonly meanMs: number }
  /** Mean 1 with probability p, else mean 2: fast and slow requests, as with a cache. */
  | { readonly type: 'hyperexponential'; readonly p: number; readonly mean1Ms: number; readonly mean2Ms: number }
  | { readonly type: 'uniform'; readonly minMs: number; readonly maxMs: number }
  /** A heavy tail of exponent alpha > 0 that ends at maxMs. 0 < minMs ≤ maxMs. */
  | { readonly type: 'pareto'; readonly alpha: number; readonly minMs: number; readonly maxMs: number };

export interface Sampler {
  /** One draw: whole microseconds ≥ 0, rounded half up once. */
  sample(stream: RandomStream): number;
  /** The mean in microseconds, before rounding (a constant: after it). */
  readonly meanMicros: number;
  /** Squared coefficient of variation, variance / mean², before rounding: 0 steady, 1 exponential, above 1 bursty. */
  readonly scv: number;
}

/** Times above 1e9 ms (11 days) are taken for mistakes. */
const MAX_MS = 1e9;
/** No draw is longer (31 years), however long the tail, so that clocks stay exact integers. */
const MAX_MICROS = 1e15;
/** The 99 % quantile of the standard normal distribution. */
const NORMAL_P99 = 2.3263478740408408;

/** @throws RangeError naming the field that is out of range: samplers expect validated documents. */
export function sampler(spec: DistributionSpec): Sampler {
  switch (spec.type) {
    case 'constant':
      return new ConstantSampler(micros('meanMs', spec.meanMs));
    case 'exponential':
      return new ExponentialSampler(micros('meanMs', spec.meanMs));
    case 'lognormal': {
      const median = positiveMicros('medianMs', spec.medianMs);
      return new LognormalSampler(median, atLeast('p99Ms', micros('p99Ms', spec.p99Ms), median));
    }
    case 'erlang': {
      if (!Number.isInteger(spec.k) || spec.k < 1 || spec.k > 1000) throw outOfRange('k', spec.k);
      return new ErlangSampler(spec.k, micros('meanMs', spec.meanMs));
    }
    case 'hyperexponential': {
      if (!(spec.p >= 0 && spec.p <= 1)) throw outOfRange('p', spec.p);
      return new HyperexponentialSampler(spec.p, micros('mean1Ms', spec.mean1Ms), micros('mean2Ms', spec.mean2Ms));
    }
    case 'uniform': {
      const min = micros('minMs', spec.minMs);
      return new UniformSampler(min, atLeast('maxMs', micros('maxMs', spec.maxMs), min));
    }
    case 'pareto': {
      if (!(spec.alpha > 0 && spec.alpha <= 1000)) throw outOfRange('alpha', spec.alpha);
      const min = positiveMicros('minMs', spec.minMs);
      return new ParetoSampler(spec.alpha, min, atLeast('maxMs', micros('maxMs', spec.maxMs), min));
    }
  }
}

function outOfRange(field: string, value: number): RangeError {
  return new RangeError(`Distribution: ${field} is out of range: ${value}`);
}

function micros(field: string, ms: number): number {
  if (!(ms >= 0 && ms <= MAX_MS)) throw outOfRange(field, ms);
  return ms * MICROS_PER_MS;
}

function positiveMicros(field: string, ms: number): number {
  if (ms === 0) throw outOfRange(field, ms);
  return micros(field, ms);
}

function atLeast(field: string, value: number, least: number): number {
  if (value < least) throw outOfRange(field, value / MICROS_PER_MS);
  return value;
}

/** Half up. Only for x ≥ 0. */
function round(x: number): number {
  return Math.floor(x + 0.5);
}

class ConstantSampler implements Sampler {
  readonly meanMicros: number;
  readonly scv = 0;

  constructor(value: number) {
    this.meanMicros = round(value);
  }

  sample(_stream: RandomStream): number {
    return this.meanMicros;
  }
}

class ExponentialSampler implements Sampler {
  readonly meanMicros: number;
  readonly scv = 1;

  constructor(mean: number) {
    this.meanMicros = mean;
  }

  sample(stream: RandomStream): number {
    return round(this.meanMicros * exponential(stream));
  }
}

class LognormalSampler implements Sampler {
  readonly meanMicros: number;
  readonly scv: number;
  private readonly median: number;
  private readonly sigma: number;

  constructor(median: number, p99: number) {
    this.median = median;
    this.sigma = log(p99 / median) / NORMAL_P99;
    const variance = this.sigma * this.sigma;
    this.meanMicros = median * exp(variance / 2);
    this.scv = exp(variance) - 1;
  }

  sample(stream: RandomStream): number {
    return round(Math.min(this.median * exp(this.sigma * normal(stream)), MAX_MICROS));
  }
}

class ErlangSampler implements Sampler {
  readonly meanMicros: number;
  readonly scv: number;
  private readonly k: number;
  private readonly stageMean: number;

  constructor(k: number, mean: number) {
    this.k = k;
    this.stageMean = mean / k;
    this.meanMicros = mean;
    this.scv = 1 / k;
  }

  sample(stream: RandomStream): number {
    let sum = 0;
    for (let i = 0; i < this.k; i++) sum += exponential(stream);
    return round(this.stageMean * sum);
  }
}

class HyperexponentialSampler implements Sampler {
  readonly meanMicros: number;
  readonly scv: number;
  private readonly p: number;
  private readonly mean1: number;
  private readonly mean2: number;

  constructor(p: number, mean1: number, mean2: number) {
    this.p = p;
    this.mean1 = mean1;
    this.mean2 = mean2;
    const mean = p * mean1 + (1 - p) * mean2;
    const secondMoment = 2 * (p * mean1 * mean1 + (1 - p) * mean2 * mean2);
    this.meanMicros = mean;
    this.scv = mean === 0 ? 1 : secondMoment / (mean * mean) - 1;
  }

  sample(stream: RandomStream): number {
    const mean = stream.chance(this.p) ? this.mean1 : this.mean2;
    return round(mean * exponential(stream));
  }
}

class UniformSampler implements Sampler {
  readonly meanMicros: number;
  readonly scv: number;
  private readonly min: number;
  private readonly span: number;

  constructor(min: number, max: number) {
    this.min = min;
    this.span = max - min;
    const mean = (min + max) / 2;
    this.meanMicros = mean;
    this.scv = mean === 0 ? 0 : (this.span * this.span) / 12 / (mean * mean);
  }

  sample(stream: RandomStream): number {
    return round(this.min + this.span * stream.uniform());
  }
}

class ParetoSampler implements Sampler {
  readonly meanMicros: number;
  readonly scv: number;
  private readonly min: number;
  private readonly max: number;
  /** The share of an unbounded Pareto that lies below the maximum. */
  private readonly mass: number;
  private readonly exponent: number;

  constructor(alpha: number, min: number, max: number) {
    this.min = min;
    this.max = max;
    this.mass = 1 - pow(min / max, alpha);
    this.exponent = -1 / alpha;
    const logRatio = log(max / min);
    const mean = min * paretoMoment(alpha, 1, logRatio);
    this.meanMicros = mean;
    this.scv = Math.max(0, (min * min * paretoMoment(alpha, 2, logRatio)) / (mean * mean) - 1);
  }

  /** By inversion: x = L (1 − u·mass)^(−1/α). */
  sample(stream: RandomStream): number {
    const x = this.min * exp(this.exponent * log(1 - this.mass * stream.uniform()));
    return round(Math.min(x, this.max));
  }
}

/**
 * The n-th moment of a bounded Pareto with L = 1 and H = e^logRatio: the ratio of ∫ e^((n−α)t) dt to ∫ e^(−αt) dt over
 * 0 ≤ t ≤ logRatio, which needs no special case at α = n.
 */
function paretoMoment(alpha: number, n: number, logRatio: number): number {
  return meanDecay((alpha - n) * logRatio) / meanDecay(alpha * logRatio);
}

/** The mean of e^(−zt) over 0 ≤ t ≤ 1: (1 − e^(−z)) / z, by its series where the difference would lose its digits. */
function meanDecay(z: number): number {
  return Math.abs(z) < 1e-4 ? 1 - z / 2 + (z * z) / 6 - (z * z * z) / 24 : (1 - exp(-z)) / z;
}
