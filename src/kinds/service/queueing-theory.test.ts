// The service against the formulas of queueing theory: what a user can build gives the numbers of the theory.
import { describe, expect, it } from 'vitest';
import type { Simulation } from '../../engine/simulation';
import type { Settings } from '../../model/fields';
import { MICROS_PER_SECOND as SECOND } from '../../model/units';
import { assemble } from '../assemble';
import { deathsAt, INSTANT, smallSystem } from '../small-system';

const EXPONENTIAL: Settings = { serviceTime: 'exponential', meanMs: 10 };
const MANY: Settings = { workers: 2000, queueLimit: 1_000_000 };

/** Clients of one service, run for so many seconds after a warm-up of a twentieth. */
function run(clients: Readonly<Record<string, Settings>>, settings: Settings, seconds: number, seed = 7): Simulation {
  const simulation = assemble(
    smallSystem({
      components: {
        ...Object.fromEntries(Object.entries(clients).map(([id, load]) => [id, ['client', load] as const])),
        a: ['service', settings],
      },
      connections: Object.fromEntries(Object.keys(clients).map((id) => [`${id}>a`, { ...INSTANT, timeoutMs: 0 }])),
      seed,
    }),
  );
  const warmUp = (seconds * SECOND) / 20;
  simulation.advance(warmUp);
  simulation.resetTotals();
  simulation.advance(warmUp + seconds * SECOND);
  return simulation;
}

function poisson(ratePerSec: number, more: Settings = {}): Settings {
  return { arrivals: 'poisson', ratePerSec, ...more };
}

function totals(simulation: Simulation, id = 'a') {
  return simulation.component(id)!.stats.totals(simulation.now);
}

/** Mean response time of a component in milliseconds, by Little's law. */
function response(simulation: Simulation, id = 'a'): number {
  const { meanInSystem, completions, failures, span } = totals(simulation, id);
  return ((meanInSystem * span) / (completions + failures) / SECOND) * 1000;
}

function expectNear(value: number, theory: number, tolerance: number): void {
  expect(Math.abs(value / theory - 1), `${value} for ${theory}`).toBeLessThan(tolerance);
}

describe('cores', () => {
  it.each([
    ['constant', { serviceTime: 'constant', meanMs: 10 }],
    ['exponential', EXPONENTIAL],
    // σ = 1.2: mean 10 ms, C² = 3.2.
    ['lognormal', { serviceTime: 'lognormal', medianMs: 4.86752256, p99Ms: 79.377 }],
  ] as [string, Settings][])('shared: M/G/1-PS, work %s (V9)', (_, work) => {
    const simulation = run({ users: poisson(80) }, { ...MANY, ...work, cpu: 'sharing', cores: 1 }, 3000);
    expectNear(response(simulation), 50, 0.04);
    expectNear(totals(simulation).utilisation!, 0.8, 0.02);
  });

  it('in turn: M/M/c with many more workers than cores (V3)', () => {
    const simulation = run({ users: poisson(320) }, { ...MANY, ...EXPONENTIAL, cpu: 'fcfs', cores: 4 }, 1000);
    expectNear(response(simulation), 17.455, 0.02);
    expectNear(totals(simulation).utilisation!, 0.8, 0.01);
  });

  it('in turn: M/G/1, where long work delays short (V2, V7)', () => {
    const constant = run({ users: poisson(80) }, { ...MANY, serviceTime: 'constant', cpu: 'fcfs', cores: 1 }, 2000);
    expectNear(response(constant), 30, 0.03);
    const lognormal: Settings = { serviceTime: 'lognormal', medianMs: 4.86752256, p99Ms: 79.377 };
    const varied = run({ users: poisson(80) }, { ...MANY, ...lognormal, cpu: 'fcfs', cores: 1 }, 6000);
    // Wq = ρ S (1 + C²) / 2 (1 − ρ), C² = e^1.44 − 1.
    expectNear(response(varied), 10 + 20 * Math.exp(1.44), 0.06);
  });

  it('of their own for each worker: M/M/4/20 loses what finds no place (V6)', () => {
    const simulation = run({ users: poisson(500) }, { ...EXPONENTIAL, workers: 4, queueLimit: 16 }, 800);
    const { arrivals, completions } = totals(simulation);
    expectNear(1 - completions / arrivals, 0.20284, 0.03);
    expectNear((completions / totals(simulation).span) * SECOND, 398.58, 0.01);
  });
});

describe('the queue', () => {
  it('by priority: the important overtake, without interrupting (V44)', () => {
    const simulation = run(
      { first: poisson(30, { priority: 0 }), second: poisson(50, { priority: 2 }) },
      { ...EXPONENTIAL, workers: 1, queueLimit: 1_000_000, discipline: 'priority' },
      5000,
    );
    expectNear(response(simulation, 'first') - 10, 11.43, 0.04);
    expectNear(response(simulation, 'second') - 10, 57.14, 0.06);
  });

  it('of the impatient stays short although the load is above capacity (V42)', () => {
    const settings = { ...EXPONENTIAL, workers: 1, queueLimit: 1_000_000, patienceMs: 1000 };
    const simulation = run({ users: poisson(120) }, settings, 2500);
    const { arrivals, utilisation, failures } = totals(simulation);
    expectNear(failures / arrivals, 0.1715, 0.03);
    expectNear(utilisation!, 0.9942, 0.005);
    expect(Object.keys(deathsAt(simulation, 'a'))).toEqual(['cancelled']);
  });
});

describe('the Universal Scalability Law (V38)', () => {
  const law = (n: number): number => n / (1 + 0.03 * (n - 1) + 0.0005 * n * (n - 1));

  it.each([1, 10, 44, 100])('a closed load of %d users', (users) => {
    const simulation = run(
      { users: { workload: 'closed', users, thinkTime: 'constant', thinkMs: 0 } },
      { serviceTime: 'constant', meanMs: 10, workers: 200, contention: 0.03, coherency: 0.0005 },
      30,
    );
    const perSecond = (totals(simulation).completions / totals(simulation).span) * SECOND;
    expectNear(perSecond / 100, law(users), 0.002);
    expect(law(users)).toBeLessThanOrEqual(13.65);
  });
});
