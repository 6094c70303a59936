/** V12–V14, V21, V27: balancers, caches, limits and health checks. */
import { exp, log } from '../../engine/deterministic-math';
import { cacheHitRatio, ttlHitRatio, zipfShares } from '../../analysis/caching-theory';
import { mm1 } from '../../analysis/queueing';
import { erlangArrivals } from '../../analysis/queueing-general';
import { twoChoices } from '../../analysis/queueing-networks';
import type { Settings } from '../../model/fields';
import { runSteady, SECOND, start, type System } from '../run-system';
import type { Experiment, Row, Vector } from '../vector';
import { exponential, row, steady } from './single-stations';

/** Servers of 10 ms behind a balancer that costs (almost) nothing. */
function balanced(policy: string, servers: number, load: number): System {
  const names = Array.from({ length: servers }, (_, i) => `server-${i + 1}`);
  return {
    components: {
      users: ['client', { ratePerSec: servers * load * 100 }],
      balancer: ['load-balancer', { policy, healthChecks: false, cpuMicros: 1, cores: 64 }],
      ...Object.fromEntries(
        names.map((name) => [name, ['service', { ...exponential(10, 1), queueLimit: 1_000_000 }] as const]),
      ),
    },
    connections: { 'users>balancer': {}, ...Object.fromEntries(names.map((name) => [`balancer>${name}`, {}])) },
  };
}

function balancing(words: string, policy: string, servers: number, load: number, theory: Row): Experiment {
  return {
    setup: `${servers} servers at ${load * 100} %, ${words}`,
    seeds: 20,
    rows: [theory],
    replicate: steady(balanced(policy, servers, load), { warmupS: 60, seconds: 2000 / servers }, (run) => [
      // In units of the mean service, without the microsecond of the balancer.
      (run.part('balancer').meanResponseMs! - 0.001) / 10,
    ]),
  };
}

const what = 'mean response ÷ mean service';
const table = (value: number): Row => ({ ...row(what, '', value, 3), judge: 'near' });

const V12: Vector = {
  id: 'V12',
  title: 'Policies of a load balancer',
  shows: 'At 90 %, chance costs most; looking at two servers saves most of the wait, looking at all still some more.',
  source:
    'random: M/M/1; round robin: E10/M/1, exact; least connections and two choices of ten: independent Monte ' +
    'Carlo simulations; two choices of very many: Mitzenmacher 1996, a limit that 100 servers approach',
  experiments: [
    balancing('at random', 'random', 10, 0.9, row(what, '', mm1(0.9, 1).meanResponse, 3)),
    balancing('in turn', 'round-robin', 10, 0.9, row(what, '', erlangArrivals(0.9, 10, 1).meanResponse, 3)),
    balancing('the better of two', 'two-choices', 10, 0.9, table(3.01)),
    balancing('the least busy of all', 'least-connections', 10, 0.9, table(1.91)),
    balancing('the better of two', 'two-choices', 100, 0.5, table(twoChoices(0.5))),
    balancing('the better of two', 'two-choices', 100, 0.7, table(twoChoices(0.7))),
  ],
};

/** A service in front of a cache that computes what the cache does not have; nothing takes time. */
function cached(client: Settings, cache: Settings): System {
  return {
    components: {
      users: ['client', { readPercent: 100, ...client }],
      reader: ['service', { serviceTime: 'constant', meanMs: 0.001, workers: 2000 }],
      cache: ['redis', { operationMicros: 1, ...cache }],
    },
    connections: { 'users>reader': {}, 'reader>cache': {} },
  };
}

function zipf(
  n: number,
  s: number,
  capacity: number,
  eviction: 'allkeys-lru' | 'allkeys-random',
  seconds: number,
): Experiment {
  const policy = eviction === 'allkeys-lru' ? 'lru' : 'random';
  const theory = cacheHitRatio(policy, zipfShares(n, s), capacity);
  const client: Settings = { ratePerSec: 5000, keyCount: n, zipfExponent: s };
  return {
    setup: `${n} keys, Zipf ${s}, room for ${capacity}, ${policy === 'lru' ? 'least recently used' : 'a random one'} goes`,
    seeds: 6,
    rows: [{ what: 'hit ratio', unit: 'share', theory, tolerance: 0.01 / theory, judge: 'near' }],
    replicate: steady(cached(client, { capacityItems: capacity, eviction }), { warmupS: 20, seconds }, (run) => [
      run.part('cache').metrics['hitRatio']!,
    ]),
  };
}

const V13: Vector = {
  id: 'V13',
  title: 'Hit ratio of a bounded cache',
  shows: 'Eviction keeps what is popular, as well as it should.',
  source: 'Che 2002; Fricker, Robert and Roberts 2012 (approximations; ± 0.01)',
  experiments: [
    zipf(10_000, 0.8, 1000, 'allkeys-lru', 60),
    zipf(10_000, 0.9, 1000, 'allkeys-lru', 60),
    zipf(10_000, 1, 1000, 'allkeys-lru', 60),
    zipf(10_000, 1, 100, 'allkeys-lru', 60),
    zipf(1000, 0.99, 100, 'allkeys-lru', 60),
    zipf(100_000, 0.99, 1000, 'allkeys-lru', 60),
    zipf(10_000, 0.8, 1000, 'allkeys-random', 60),
    zipf(10_000, 0.9, 1000, 'allkeys-random', 60),
    zipf(10_000, 1, 1000, 'allkeys-random', 60),
    zipf(10_000, 1, 100, 'allkeys-random', 60),
    zipf(1000, 0.99, 100, 'allkeys-random', 60),
    zipf(100_000, 0.99, 1000, 'allkeys-random', 60),
  ],
};

function expiring(keys: number, ratePerSec: number, seconds: number, tolerance: number): Experiment {
  const client: Settings = { ratePerSec, keys: 'uniform', keyCount: keys };
  const perKey = ratePerSec / keys;
  return {
    setup: `${keys} key${keys === 1 ? '' : 's'} asked for ${perKey} times a second each, kept for 60 s`,
    seeds: 20,
    rows: [row('hit ratio', 'share', ttlHitRatio(perKey, 60), tolerance)],
    replicate(seed) {
      // Expiry is nearly periodic and begins with the run, so each seed begins to measure in another phase of it.
      const phase = ((seed * 0.618_033_988_75) % 1) * (60 + 1 / perKey);
      const system = cached(client, { ttlSeconds: 60, capacityItems: 1_000_000 });
      const run = runSteady(system, seed, { warmupS: 300 + Math.floor(phase * 1000) / 1000, seconds });
      return [run.part('cache').metrics['hitRatio']!];
    },
  };
}

/** One key that everybody wants, and a load that takes 0.2 s however many there are. */
const LOAD_MS = 200;

function stampedeSystem(cache: Settings, ttlSeconds: number): System {
  return {
    components: {
      users: ['client', { readPercent: 100, keyCount: 1, ratePerSec: 100 }],
      reader: ['service', { concurrency: 'event-loop', serviceTime: 'constant', meanMs: 0.001 }],
      cache: ['redis', { ttlSeconds, operationMicros: 1 }],
      database: [
        'sql-database',
        { readMedianMs: LOAD_MS, readP99Ms: LOAD_MS, cores: 128, poolSize: 200, maxConnections: 2000 },
      ],
    },
    connections: { 'users>reader': {}, 'reader>cache': cache, 'reader>database': {} },
  };
}

/** How many loads there are for each time that the value has to be renewed. */
function loadsAtOnce(words: string, cache: Settings, ttlSeconds: number, seconds: number, theory: Row): Experiment {
  return {
    setup: `100 requests/s for one key, a load takes 0.2 s, ${words}`,
    seeds: 10,
    rows: [theory],
    replicate: steady(stampedeSystem(cache, ttlSeconds), { warmupS: 20, seconds }, (run) => {
      const { cacheLoads, duplicateLoads } = run.part('reader').metrics;
      return [cacheLoads! / (cacheLoads! - duplicateLoads!)];
    }),
  };
}

const loads = 'loads for each expiry';

/** How long before its end the value is renewed, on average, in seconds. */
function earlyGap(seed: number): number {
  const TTL = 2;
  const simulation = start(stampedeSystem({ stampede: 'early', beta: 1 }, TTL), seed);
  const total = (id: string, metric: string): number => {
    const { stats } = simulation.component(id)!;
    return stats.totals(simulation.now).metrics[stats.metrics.findIndex((each) => each.id === metric)]!;
  };
  let [stored, sets, first, renewals, gaps] = [0, 0, 0, 0, 0];
  while (renewals < 300 && simulation.step()) {
    const nowSets = total('cache', 'sets');
    if (nowSets > sets) [sets, stored] = [nowSets, simulation.now];
    const nowFirst = total('reader', 'cacheLoads') - total('reader', 'duplicateLoads');
    if (nowFirst === first) continue;
    if (first > 0) {
      gaps += (stored - simulation.now) / SECOND + TTL;
      renewals++;
    }
    first = nowFirst;
  }
  return gaps / renewals;
}

const V15: Vector = {
  id: 'V15',
  title: 'Cache stampede',
  shows: 'Without protection, everybody who comes during a load loads too; XFetch leaves e^(1/β) of them.',
  source: 'Vattani and others 2015 (XFetch). 1 + λd exactly; e^(1/β) and the gap are our approximations for λβd ≫ 1',
  experiments: [
    loadsAtOnce('no protection', {}, 1, 400, row(loads, '', 21, 5)),
    loadsAtOnce('XFetch with β 1', { stampede: 'early', beta: 1 }, 2, 600, {
      ...row(loads, '', exp(1), 5),
      judge: 'near',
    }),
    loadsAtOnce('XFetch with β 2', { stampede: 'early', beta: 2 }, 4, 1000, {
      ...row(loads, '', exp(0.5), 5),
      judge: 'near',
    }),
    {
      setup: '100 requests/s for one key, a load takes 0.2 s, XFetch with β 1',
      seeds: 10,
      rows: [{ ...row('renewed so long before its end', 's', 0.2 * (log(20) + 0.5772156649), 5), judge: 'near' }],
      replicate: (seed) => [earlyGap(seed)],
    },
  ],
};

const V14: Vector = {
  id: 'V14',
  title: 'Cache with a time to live',
  shows: 'What is kept for a fixed time is hit λT/(1 + λT) of the time.',
  source: 'Renewal theory: of each cycle of T + 1/λ the first request misses, and λT hit',
  quick: true,
  experiments: [expiring(1, 10, 1500, 2), expiring(1000, 10, 1500, 2)],
};

interface Admissions {
  /** Most that was let through in any window, less 100 a second of the window: the burst, at most. */
  readonly excess: number;
  readonly perSec: number;
  readonly firstShed: number;
}

/** Watches every request that the gateway lets through, to the microsecond. */
function limiter(client: Settings, seed: number): Admissions {
  const simulation = start(
    {
      components: {
        users: ['client', client],
        gateway: ['api-gateway', { ratePerSec: 100, burst: 50, cpuMicros: 1, cores: 64 }],
        server: ['service', { serviceTime: 'constant', meanMs: 1, workers: 2000 }],
      },
      connections: { 'users>gateway': {}, 'gateway>server': {} },
    },
    seed,
  );
  const onward = simulation.connection('gateway-to-server')!.index;
  const toUsers = simulation.connection('users-to-gateway')!.index;
  let excess = 0;
  // The best window to end now: the most let through since some earlier admission, less what the rate allows. In
  // ten-thousandths of a request, one a microsecond, so that sums are exact.
  let best = 0;
  let last = 0;
  let admitted = 0;
  let firstShed = Infinity;
  simulation.motion = {
    moved(connection, back, _verb, _write, cause, _late, departure) {
      if (connection === onward && back === 0) {
        admitted++;
        best = Math.max(best - (departure - last), 0) + 10_000;
        last = departure;
        excess = Math.max(excess, best);
      } else if (connection === toUsers && back === 1 && cause !== 0) firstShed = Math.min(firstShed, departure);
    },
  };
  const seconds = 500;
  simulation.advance(seconds * SECOND);
  return { excess: excess / 10_000, perSec: (admitted - 50) / seconds, firstShed: firstShed / SECOND };
}

const V21: Vector = {
  id: 'V21',
  title: 'Token bucket',
  shows: 'Never more than the burst plus the rate in any window, whatever comes.',
  source: 'By definition at most burst + rate · w in any window w; the bucket of 50 lasts 50 ÷ (200 − 100) s',
  quick: true,
  experiments: [
    {
      setup: 'bucket of 50, 100 a second; 200 requests/s evenly spaced',
      seeds: 6,
      rows: [
        { ...row('let through, after the burst', '1/s', 100, 0.1), judge: 'exact' },
        { ...row('first one turned away after', 's', 0.5, 2), judge: 'exact' },
        { ...row('most in any window of w seconds, less 100 w', '', 50, 0), judge: 'at-most' },
      ],
      replicate(seed) {
        const { perSec, firstShed, excess } = limiter({ ratePerSec: 200, arrivals: 'constant' }, seed);
        return [perSec, firstShed, excess];
      },
    },
    {
      setup: 'bucket of 50, 100 a second; 200 requests/s at random',
      seeds: 10,
      rows: [
        { ...row('let through, after the burst', '1/s', 100, 0.1), judge: 'exact' },
        { ...row('most in any window of w seconds, less 100 w', '', 50, 0), judge: 'at-most' },
      ],
      replicate(seed) {
        const { perSec, excess } = limiter({ ratePerSec: 200 }, seed);
        return [perSec, excess];
      },
    },
  ],
};

const CRASHES = 40;

/** How long the balancer takes to notice each of many crashes, in seconds. */
function detections(seed: number): number[] {
  const crashes = Array.from({ length: CRASHES }, (_, i) => {
    // Spread over the interval of the checks; what the balancer's own phase is, the seed decides.
    const phase = (i * 0.618_033_988_75) % 1;
    return Math.floor((20 + 30 * i + 2 * phase) * SECOND);
  });
  const simulation = start(
    {
      components: {
        users: ['client', { ratePerSec: 10 }],
        balancer: ['load-balancer', { checkIntervalMs: 2000, fall: 3, rise: 2 }],
        one: ['service', {}],
        two: ['service', {}],
      },
      connections: { 'users>balancer': {}, 'balancer>one': {}, 'balancer>two': {} },
      faults: crashes.map((at) => ({ atMs: at / 1000, durationMs: 15_000, target: 'one', fault: 'crash', params: {} })),
    },
    seed,
  );
  const { stats } = simulation.component('balancer')!;
  const gauge = stats.metrics.findIndex(({ id }) => id === 'healthyBackends');
  /** Seconds with one healthy backend between two moments: the integral of what is missing. */
  return crashes.map((at) => {
    simulation.advance(at);
    simulation.resetTotals();
    simulation.advance(at + 10 * SECOND);
    const healthy = stats.totals(simulation.now).metrics[gauge]!;
    // Two until it was noticed, one from then on.
    return (healthy - 1) * 10;
  });
}

const V27: Vector = {
  id: 'V27',
  title: 'How long a crash goes unnoticed',
  shows: 'Checks every 2 s, down after 3 failures: noticed after 4 to 6 s, evenly spread.',
  source: 'HAProxy: inter 2 s, fall 3; a crash falls anywhere between two checks, so interval · (fall − ½) on average',
  quick: true,
  experiments: [
    {
      setup: 'a balancer with HAProxy’s rhythm, 40 crashes of one of two servers',
      seeds: 12,
      rows: [
        row('mean', 's', 5, 2),
        { ...row('longest', 's', 6, 0.01), judge: 'at-most' },
        { ...row('4 s less the shortest', 's', 0, 0.001), judge: 'at-most' },
      ],
      replicate(seed) {
        const times = detections(seed);
        const mean = times.reduce((sum, time) => sum + time, 0) / times.length;
        return [mean, Math.max(...times), 4 - Math.min(...times)];
      },
    },
  ],
};

const KEYS = 20_000;

/** Which backend each key goes to: keys come one after the other, evenly, so their order names them. */
function placement(policy: string, backends: number, seed: number): number[] {
  const names = Array.from({ length: backends }, (_, i) => `backend-${i + 1}`);
  const simulation = start(
    {
      components: {
        users: ['client', { ratePerSec: 1000, arrivals: 'constant', keys: 'sequential', keyCount: KEYS }],
        balancer: ['load-balancer', { policy, healthChecks: false, cpuMicros: 1, cores: 1 }],
        ...Object.fromEntries(names.map((name) => [name, ['service', { workers: 2000 }] as const])),
      },
      connections: { 'users>balancer': {}, ...Object.fromEntries(names.map((name) => [`balancer>${name}`, {}])) },
    },
    seed,
  );
  const entry = simulation.connection('users-to-balancer')!.index;
  const places: number[] = [];
  simulation.motion = {
    moved: (connection, back) => {
      if (back === 0 && connection !== entry) places.push(connection);
    },
  };
  simulation.advance((KEYS / 1000 + 1) * SECOND);
  return places.slice(0, KEYS);
}

function moved(words: string, policy: string, theory: number): Experiment {
  return {
    setup: `${KEYS} keys, ${words}, 10 backends and then 11`,
    seeds: 6,
    rows: [{ ...row('keys that change their backend', 'share', theory, 10), judge: 'near' }],
    replicate(seed) {
      const [before, after] = [placement(policy, 10, seed), placement(policy, 11, seed)];
      return [before.filter((place, i) => place !== after[i]).length / KEYS];
    },
  };
}

const V36: Vector = {
  id: 'V36',
  title: 'Consistent hashing',
  shows: 'One backend more moves only the keys that it gets.',
  source: 'Karger and others 1997: 1/(n + 1); Maglev moves a little more (Eisenbud and others 2016)',
  missing: 'Hashing modulo n for comparison, which moves 10/11: no policy does it by key.',
  experiments: [moved('ring hash', 'ring-hash', 1 / 11)],
};

export const POLICIES: readonly Vector[] = [V12, V13, V14, V15, V21, V27, V36];
