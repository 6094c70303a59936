/**
 * Several stations together.
 * Sources: M. Reiser, S. Lavenberg, Mean-value analysis of closed multichain queuing networks (JACM 27, 1980); L. Flatto,
 * S. Hahn, Two parallel queues created by arrivals with two demands (1984), with R. Nelson, A. Tantawi (1988);
 * M. Mitzenmacher, The power of two choices in randomized load balancing (1996); N. Gunther, Guerrilla Capacity Planning
 * (2007), chapter 4.
 */
import { pow } from '../engine/deterministic-math';

export interface ClosedNetwork {
  readonly throughput: number;
  readonly meanResponse: number;
  /** Mean number at each station. */
  readonly queues: readonly number[];
}

/** Exact mean-value analysis: `users` who think for `thinkTime` and then visit stations that take `demands`. */
export function meanValueAnalysis(users: number, thinkTime: number, demands: readonly number[]): ClosedNetwork {
  let queues = demands.map(() => 0);
  let throughput = 0;
  let meanResponse = 0;
  for (let n = 1; n <= users; n++) {
    const responses = demands.map((demand, k) => demand * (1 + queues[k]!));
    meanResponse = responses.reduce((sum, response) => sum + response, 0);
    throughput = n / (thinkTime + meanResponse);
    queues = responses.map((response) => throughput * response);
  }
  return { throughput, meanResponse, queues };
}

/** 1 + 1/2 + … + 1/n. */
export function harmonic(n: number): number {
  let sum = 0;
  for (let k = 1; k <= n; k++) sum += 1 / k;
  return sum;
}

/** Mean of the k-th smallest of n independent exponential times of mean 1. */
export function exponentialOrderStatistic(k: number, n: number): number {
  return harmonic(n) - harmonic(n - k);
}

/** Fork into two M/M/1 queues and join: mean response, exact. */
export function forkJoin2(arrivalRate: number, serviceRate: number): number {
  return (12 - arrivalRate / serviceRate) / 8 / (serviceRate - arrivalRate);
}

/** Mean response in units of the mean service, when each arrival joins the shorter of two of infinitely many queues. */
export function twoChoices(load: number): number {
  let sum = 0;
  // The exponents are 2^i − 1 − 1 … of Mitzenmacher's sum for d = 2: Σ ρ^(2^i − 2).
  for (let exponent = 2; exponent < 1e6; exponent *= 2) sum += pow(load, exponent - 2);
  return sum;
}

/** Gunther's universal scalability law: how many times the throughput of one. */
export function usl(n: number, contention: number, coherence: number): number {
  return n / (1 + contention * (n - 1) + coherence * n * (n - 1));
}
