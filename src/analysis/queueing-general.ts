/**
 * Queues whose arrivals or services are not exponential, and queues with impatience or priorities.
 * Source: D. Gross, J. F. Shortle, J. M. Thompson, C. M. Harris, Fundamentals of Queueing Theory, 4th ed. (2008), sections
 * 5.1 (M/G/1), 5.3 (G/M/1), 3.4 (priorities) and 2.10 (impatience). Rates and times in any one unit of time.
 */
import { exp, pow } from '../engine/deterministic-math';

/** M/G/1, first come, first served (Pollaczek and Khinchine): mean wait. `scv` is variance over squared mean. */
export function mg1Wait(arrivalRate: number, meanService: number, scv: number): number {
  const load = arrivalRate * meanService;
  return (load * meanService * (1 + scv)) / (2 * (1 - load));
}

/** M/G/1 with processor sharing: mean response, whatever the distribution of the service. */
export function psResponse(arrivalRate: number, meanService: number): number {
  return meanService / (1 - arrivalRate * meanService);
}

/** The root below 1 of σ = A*(μ(1 − σ)), by iteration from 0, which rises to it. */
function root(transform: (s: number) => number, serviceRate: number): number {
  let sigma = 0;
  for (let i = 0; i < 10_000; i++) {
    const next = transform(serviceRate * (1 - sigma));
    if (Math.abs(next - sigma) < 1e-14) return next;
    sigma = next;
  }
  return sigma;
}

export interface GeneralArrivals {
  /** Probability that an arrival has to wait. */
  readonly sigma: number;
  readonly meanResponse: number;
}

function gm1(transform: (s: number) => number, serviceRate: number): GeneralArrivals {
  const sigma = root(transform, serviceRate);
  return { sigma, meanResponse: 1 / (serviceRate * (1 - sigma)) };
}

/** D/M/1: evenly spaced arrivals. */
export function dm1(arrivalRate: number, serviceRate: number): GeneralArrivals {
  return gm1((s) => exp(-s / arrivalRate), serviceRate);
}

/** E_k/M/1: gaps that are the sum of k exponential ones, as when Poisson arrivals are dealt out in turn to k servers. */
export function erlangArrivals(arrivalRate: number, phases: number, serviceRate: number): GeneralArrivals {
  const phaseRate = phases * arrivalRate;
  return gm1((s) => pow(phaseRate / (phaseRate + s), phases), serviceRate);
}

export interface PriorityClass {
  readonly arrivalRate: number;
  /** Mean and mean square of the service time. */
  readonly mean: number;
  readonly meanSquare: number;
}

/** M/G/1, first class first, no interruption of work begun (Cobham): mean wait of each class. */
export function priorityWaits(classes: readonly PriorityClass[]): number[] {
  const residual = classes.reduce((sum, { arrivalRate, meanSquare }) => sum + (arrivalRate * meanSquare) / 2, 0);
  let load = 0;
  return classes.map(({ arrivalRate, mean }) => {
    const before = 1 - load;
    load += arrivalRate * mean;
    return residual / (before * (1 - load));
  });
}

export interface Impatience {
  readonly abandoned: number;
  readonly utilisation: number;
}

/** M/M/1+M: customers whose patience (exponential, mean 1/θ) ends while they wait go away. Stable at any load. */
export function renegingQueue(arrivalRate: number, serviceRate: number, impatienceRate: number): Impatience {
  let weight = 1;
  let total = 1;
  for (let n = 1; weight > 1e-18 * total || n <= arrivalRate / impatienceRate; n++) {
    weight *= arrivalRate / (serviceRate + (n - 1) * impatienceRate);
    total += weight;
  }
  const utilisation = 1 - 1 / total;
  return { utilisation, abandoned: 1 - (serviceRate * utilisation) / arrivalRate };
}
