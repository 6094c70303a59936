/** The systems that are timed. */
import { readFileSync } from 'node:fs';
import { readScenario } from '../format/scenario-codec';
import type { Settings } from '../model/fields';
import type { Scenario } from '../model/scenario';
import { documentOf, type System } from '../validation/run-system';

export interface BenchCase {
  readonly name: string;
  readonly scenario: () => Scenario;
  /** Simulated seconds of one run. */
  readonly seconds: number;
  /** What a quiet core of a server should reach. */
  readonly target: { readonly of: 'requests' | 'events'; readonly perSec: number };
}

export interface ScalingCase {
  readonly name: string;
  readonly small: () => Scenario;
  readonly large: () => Scenario;
  /** Simulated seconds of the small one; half of that for the large one, which does twice as much in a second. */
  readonly seconds: number;
}

function load(path: string): Scenario {
  const result = readScenario(readFileSync(`scenarios/${path}.scenario.json`, 'utf8'));
  if (!result.ok) throw new Error(`scenarios/${path} is not valid`);
  return result.value.scenario;
}

/** Every call may be retried twice, with a pause, and gives up after a while. */
const CAREFUL: Settings = {
  rttMs: 0.25,
  jitter: 0.1,
  timeoutMs: 2000,
  perTryTimeoutMs: 500,
  retry: 'exponential',
  maxAttempts: 3,
  retryWrites: true,
};

/** Twenty components: client, balancer, 6 fronts, 6 middles, 4 backs, a cache and a database. */
function cell(
  name: string,
  load: number,
  system: { components: Record<string, readonly [string, Settings?]>; connections: Record<string, Settings> },
): void {
  const id = (part: string): string => `${name}-${part}`;
  const connect = (from: string, to: string, more: Settings = {}): void => {
    system.connections[`${id(from)}>${id(to)}`] = { ...CAREFUL, ...more };
  };
  const work: Settings = { serviceTime: 'exponential', meanMs: 2, queueLimit: 1000 };
  system.components[id('users')] = ['client', { ratePerSec: 200 * load }];
  system.components[id('balancer')] = ['load-balancer', { cores: 4 * load }];
  connect('users', 'balancer');
  for (let i = 1; i <= 6; i++) {
    system.components[id(`front-${i}`)] = ['service', { ...work, workers: 8 * load, concurrency: 'event-loop' }];
    system.components[id(`middle-${i}`)] = ['service', { ...work, workers: 8 * load, concurrency: 'event-loop' }];
    connect('balancer', `front-${i}`);
    connect(`front-${i}`, `middle-${i}`);
    connect(`middle-${i}`, `back-${1 + (i % 4)}`, { probabilityPercent: 60 });
  }
  for (let i = 1; i <= 4; i++) {
    system.components[id(`back-${i}`)] = ['service', { ...work, workers: 8 * load, concurrency: 'event-loop' }];
    connect(`back-${i}`, 'cache');
    connect(`back-${i}`, 'database');
  }
  system.components[id('cache')] = ['redis', {}];
  system.components[id('database')] = [
    'sql-database',
    { cores: 8 * load, poolSize: 40 * load, maxConnections: 400 * load },
  ];
}

function cells(count: number, load: number): Scenario {
  const system = { components: {}, connections: {} } satisfies System;
  for (let i = 1; i <= count; i++) cell(`cell-${i}`, load, system);
  return documentOf(system, 7).scenario;
}

/** Client, balancer and three services, each as wide as the load needs. */
function balanced(load: number): Scenario {
  const scenario = loadBalanced();
  const components = scenario.components.map((component) => {
    const { ratePerSec, workers } = component.config;
    if (component.kind === 'client')
      return { ...component, config: { ...component.config, ratePerSec: Number(ratePerSec) * load } };
    if (component.kind !== 'service') return component;
    return { ...component, config: { ...component.config, workers: Number(workers) * load } };
  });
  return { ...scenario, components };
}

/** Five cells of twenty components with a thousand requests a second each. */
export const hundredComponents = (): Scenario => cells(5, 5);

const loadBalanced = (): Scenario => load('bench/balanced');

export const BENCH_CASES: readonly BenchCase[] = [
  {
    name: '(a) client → balancer → 3 services',
    scenario: loadBalanced,
    seconds: 120,
    target: { of: 'requests', perSec: 800_000 },
  },
  {
    name: '(b) distributed architecture',
    scenario: () => load('starters/distributed-architecture'),
    seconds: 300,
    target: { of: 'events', perSec: 2_500_000 },
  },
  {
    name: '(c) 200 components, retries everywhere',
    scenario: () => cells(10, 1),
    seconds: 15,
    target: { of: 'events', perSec: 2_000_000 },
  },
  {
    name: '(d) overload, timers cancelled',
    scenario: () => load('bench/overload'),
    seconds: 60,
    target: { of: 'events', perSec: 2_000_000 },
  },
];

export const SCALING_CASES: readonly ScalingCase[] = [
  { name: '(a) twice the load', small: () => balanced(1), large: () => balanced(2), seconds: 120 },
  { name: '(c) twice the load', small: () => cells(5, 1), large: () => cells(5, 2), seconds: 30 },
  { name: '(c) twice the components', small: () => cells(5, 1), large: () => cells(10, 1), seconds: 30 },
];
