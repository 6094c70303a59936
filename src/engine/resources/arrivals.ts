/**
 * When requests arrive, for open load: Poisson, evenly spaced, bursty, by the time of day, in steps, or with a spike.
 *
 * Everything but `constant` is memoryless given the rate, so the next arrival may be drawn anew at any moment, as when the
 * rate changes, without bending the process. Rates that jump (steps) are drawn level by level; rates that slope (diurnal,
 * spike) by thinning: candidates at the highest rate, kept with probability rate/highest (Lewis and Shedler 1979). Bursty
 * load is a Markov-modulated Poisson process with two states; its mean rate is (λ0 q10 + λ1 q01) / (q01 + q10).
 */
import { NEVER } from '../../model/units';
import { sin } from '../deterministic-math';
import type { RandomStream } from '../random';
import { exponential } from '../ziggurat';

const SECOND = 1_000_000;
const TWO_PI = 6.283185307179586;

/** Rates per second, times in seconds of the run. Each pattern reads only what is its own. */
export interface ArrivalSpec {
  readonly arrivals: 'poisson' | 'constant' | 'bursty' | 'diurnal' | 'steps' | 'spike';
  readonly ratePerSec: number;
  readonly burstRatePerSec: number;
  readonly quietS: number;
  readonly burstS: number;
  readonly swingPercent: number;
  readonly periodS: number;
  readonly stepPerSec: number;
  readonly stepS: number;
  readonly steps: number;
  readonly spikeAtS: number;
  readonly spikeRampS: number;
  readonly spikeForS: number;
  readonly spikeFactor: number;
}

/** Where thinning and stay lengths draw from: asked for only by the patterns that need it. */
export type StreamSource = (purpose: string) => RandomStream;

export class Arrivals {
  /** Multiplies every rate: what faults do to the load. */
  factor = 1;
  /** Whether what `next` returned last is a change of state, to be told with `turn`, and no arrival. */
  turning = false;
  /** Bursty load: whether it is in a burst. */
  inBurst = false;
  #spec!: ArrivalSpec;
  #turnAt = Infinity;
  readonly #gaps: RandomStream;
  readonly #streams: StreamSource;

  constructor(gaps: RandomStream, streams: StreamSource) {
    this.#gaps = gaps;
    this.#streams = streams;
  }

  /** Begins a process. Bursty load begins quiet. */
  begin(spec: ArrivalSpec, now: number): void {
    this.#spec = spec;
    this.inBurst = false;
    this.#turnAt = Infinity;
    if (spec.arrivals === 'bursty') this.#stay(now);
  }

  /** The state changes now, as `next` said. */
  turn(now: number): void {
    this.inBurst = !this.inBurst;
    this.#stay(now);
  }

  /** Time of the next arrival (or turn) after `from`, in microseconds with fraction. Infinity when there is none. */
  next(from: number): number {
    this.turning = false;
    const { arrivals, ratePerSec } = this.#spec;
    switch (arrivals) {
      case 'poisson':
        return from + this.#gap(ratePerSec);
      case 'constant': {
        const rate = ratePerSec * this.factor;
        return rate > 0 ? from + SECOND / rate : NEVER;
      }
      case 'bursty':
        return this.#nextBursty(from);
      case 'diurnal':
        return this.#thinned(from, Infinity, ratePerSec * (1 + this.#spec.swingPercent / 100));
      case 'steps':
        return this.#nextStep(from);
      case 'spike':
        return this.#nextSpike(from);
    }
  }

  /** The rate at a moment, per second. */
  rate(time: number): number {
    return this.#rate(time) * this.factor;
  }

  #rate(time: number): number {
    const spec = this.#spec;
    switch (spec.arrivals) {
      case 'poisson':
      case 'constant':
        return spec.ratePerSec;
      case 'bursty':
        return this.inBurst ? spec.burstRatePerSec : spec.ratePerSec;
      case 'diurnal': {
        const period = spec.periodS * SECOND;
        return spec.ratePerSec * (1 + (spec.swingPercent / 100) * sin((TWO_PI * (time % period)) / period));
      }
      case 'steps':
        return spec.ratePerSec + spec.stepPerSec * this.#level(time);
      case 'spike': {
        const { spikeAtS, spikeRampS, spikeForS, spikeFactor, ratePerSec } = spec;
        const since = time / SECOND - spikeAtS;
        const left = 2 * spikeRampS + spikeForS - since;
        if (since < 0 || left <= 0) return ratePerSec;
        const height = spikeRampS === 0 ? 1 : Math.min(1, since / spikeRampS, left / spikeRampS);
        return ratePerSec * (1 + (spikeFactor - 1) * height);
      }
    }
  }

  #gap(ratePerSec: number): number {
    const rate = ratePerSec * this.factor;
    return rate > 0 ? (SECOND / rate) * exponential(this.#gaps) : NEVER;
  }

  #stay(now: number): void {
    const { burstS, quietS } = this.#spec;
    this.#turnAt = now + (this.inBurst ? burstS : quietS) * SECOND * exponential(this.#streams('burst'));
  }

  #nextBursty(from: number): number {
    const arrival = from + this.#gap(this.#rate(from));
    if (arrival < this.#turnAt) return arrival;
    this.turning = true;
    return this.#turnAt;
  }

  #level(time: number): number {
    return Math.min(this.#spec.steps, Math.floor(time / this.#stepMicros));
  }

  /** Whole microseconds, so that the end of a level belongs to the next one exactly. */
  get #stepMicros(): number {
    return Math.floor(this.#spec.stepS * SECOND + 0.5);
  }

  #nextStep(from: number): number {
    const { steps } = this.#spec;
    for (let time = from; ;) {
      const level = this.#level(time);
      const end = level < steps ? (level + 1) * this.#stepMicros : Infinity;
      const arrival = time + this.#gap(this.#rate(time));
      if (arrival < end || end === Infinity) return arrival;
      time = end;
    }
  }

  #nextSpike(from: number): number {
    const { ratePerSec, spikeAtS, spikeRampS, spikeForS, spikeFactor } = this.#spec;
    const begins = spikeAtS * SECOND;
    const ends = begins + (2 * spikeRampS + spikeForS) * SECOND;
    let time = from;
    if (time < begins) {
      const arrival = time + this.#gap(ratePerSec);
      if (arrival < begins) return arrival;
      time = begins;
    }
    if (time < ends) {
      const arrival = this.#thinned(time, ends, ratePerSec * spikeFactor);
      if (arrival < ends) return arrival;
      time = ends;
    }
    return time + this.#gap(ratePerSec);
  }

  /** The first kept candidate; at or beyond `until`, there is none before it. */
  #thinned(from: number, until: number, highest: number): number {
    const keep = this.#streams('thinning');
    for (let time = from; ;) {
      time += this.#gap(highest);
      if (time >= until || time === Infinity) return time;
      if (keep.uniform() * highest < this.#rate(time)) return time;
    }
  }
}
