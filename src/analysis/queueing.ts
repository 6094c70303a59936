/**
 * Formulas of queueing theory for systems in equilibrium: arrivals at random (Poisson), exponential service, c equal
 * servers, first come, first served. What the simulation must agree with.
 * Source: D. Gross, J. F. Shortle, J. M. Thompson, C. M. Harris, Fundamentals of Queueing Theory, 4th ed. (2008),
 * sections 2.2 (M/M/1), 2.3 (M/M/c), 2.5 (M/M/c/K). Rates and times in any one unit of time.
 */

export interface QueueFigures {
  /** Share of the servers that is busy, 0 … 1. */
  readonly utilisation: number;
  /** Mean number waiting (Lq) and mean number in the system (L). */
  readonly meanWaiting: number;
  readonly meanInSystem: number;
  /** Mean time waiting (Wq) and in the system (W) of those who are let in. */
  readonly meanWait: number;
  readonly meanResponse: number;
  /** Share of the arrivals that finds no room; 0 without a limit. */
  readonly blocked: number;
  /** Share of those let in that has to wait. */
  readonly probabilityOfWaiting: number;
}

/** Erlang's B formula: the share of the arrivals that finds all servers busy when nobody may wait (M/G/c/c). */
export function erlangB(servers: number, offered: number): number {
  let blocking = 1;
  for (let n = 1; n <= servers; n++) blocking = (offered * blocking) / (n + offered * blocking);
  return blocking;
}

/**
 * Erlang's C formula: the probability that an arrival finds all servers busy, for an offered load of a = λ/μ Erlang.
 * By the recursion for Erlang's B (Gross et al., section 2.4), which does not overflow. 1 when a ≥ c.
 */
export function erlangC(servers: number, offered: number): number {
  if (offered >= servers) return 1;
  const blocking = erlangB(servers, offered);
  return (servers * blocking) / (servers - offered * (1 - blocking));
}

/** M/M/c without a limit; c = 1 is M/M/1. Times and numbers are infinite at and beyond full load. */
export function mmc(arrivalRate: number, serviceRate: number, servers: number): QueueFigures {
  const offered = arrivalRate / serviceRate;
  const utilisation = offered / servers;
  const probabilityOfWaiting = erlangC(servers, offered);
  if (utilisation >= 1) {
    const endless = { meanWaiting: Infinity, meanInSystem: Infinity, meanWait: Infinity, meanResponse: Infinity };
    return { utilisation: 1, ...endless, blocked: 0, probabilityOfWaiting };
  }
  const meanWait = probabilityOfWaiting / (servers * serviceRate - arrivalRate);
  const meanResponse = meanWait + 1 / serviceRate;
  return {
    utilisation,
    meanWaiting: arrivalRate * meanWait,
    meanInSystem: arrivalRate * meanResponse,
    meanWait,
    meanResponse,
    blocked: 0,
    probabilityOfWaiting,
  };
}

export function mm1(arrivalRate: number, serviceRate: number): QueueFigures {
  return mmc(arrivalRate, serviceRate, 1);
}

/** M/M/c/K: room for K in all, servers included; who finds no room goes away. Any load is stable. */
export function mmck(arrivalRate: number, serviceRate: number, servers: number, room: number): QueueFigures {
  const offered = arrivalRate / serviceRate;
  // Weights of the states 0 … K: each is the one before times λ over the rate of departures.
  const weights = [1];
  for (let n = 1; n <= room; n++) weights.push((weights[n - 1]! * offered) / Math.min(n, servers));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let meanInSystem = 0;
  let meanWaiting = 0;
  let allBusy = 0;
  weights.forEach((weight, n) => {
    const share = weight / total;
    meanInSystem += n * share;
    meanWaiting += Math.max(0, n - servers) * share;
    if (n >= servers && n < room) allBusy += share;
  });
  const blocked = weights[room]! / total;
  const letIn = arrivalRate * (1 - blocked);
  return {
    utilisation: letIn / serviceRate / servers,
    meanWaiting,
    meanInSystem,
    meanWait: meanWaiting / letIn,
    meanResponse: meanInSystem / letIn,
    blocked,
    probabilityOfWaiting: allBusy / (1 - blocked),
  };
}
