// Each rule is shown two systems that differ in one thing: one that has the habit, and one that does not.
import { describe, expect, it } from 'vitest';
import { smallSystem, type SmallSystem } from '../../kinds/small-system';
import type { Settings } from '../../model/fields';
import type { Place } from '../../model/places';
import { EMPTY_SCENARIO, type Scenario } from '../../model/scenario';
import { adviceAbout, adviceOn, RULES } from './advice';

type Components = SmallSystem['components'];

const system = (
  components: Components,
  connections: SmallSystem['connections'] = {},
  faults: SmallSystem['faults'] = [],
) => smallSystem({ components, connections, faults });

const CLIENT = ['client', {}] as const;
const SERVICE = ['service', {}] as const;

/** client → service → target */
const behind = (
  kind: string,
  target: Settings = {},
  link: Settings = {},
  more: { client?: Settings; service?: Settings } = {},
) =>
  system(
    { users: ['client', more.client ?? {}], app: ['service', more.service ?? {}], it: [kind, target] },
    { 'users>app': {}, 'app>it': { timeoutMs: 500, ...link } },
  );

/** client → kind → worker */
const consumed = (
  kind: string,
  settings: Settings = {},
  link: Settings = {},
  worker: Settings = {},
  client: Settings = {},
) =>
  system(
    { users: ['client', { readPercent: 0, ...client }], it: [kind, settings], worker: ['worker', worker] },
    { 'users>it': {}, 'it>worker': link },
  );

const scaled = (autoscaler: Settings, service: Settings = {}, client: Settings = {}) =>
  system(
    {
      users: ['client', client],
      app: ['service', { instances: 3, ...service }],
      partner: ['external-api', { medianMs: 200, p99Ms: 400 }],
      scaler: ['autoscaler', autoscaler],
    },
    { 'users>app': {}, 'app>partner': {}, 'scaler>app': {} },
  );

const zones = (second: string): Scenario => {
  const place = (id: string): Place => ({ id, type: 'zone', label: id, x: 0, y: 0, width: 100, height: 100 });
  const balanced = system(
    { users: CLIENT, balancer: ['load-balancer', {}], a: SERVICE, b: SERVICE },
    { 'users>balancer': {}, 'balancer>a': {}, 'balancer>b': {} },
  );
  const stand: Record<string, string> = { a: 'east', b: second };
  return {
    ...balanced,
    places: [place('east'), place('west')],
    components: balanced.components.map((each) => ({ ...each, ...(stand[each.id] ? { place: stand[each.id]! } : {}) })),
  };
};

const chain = (first: Settings, second: Settings) =>
  system({ users: CLIENT, front: SERVICE, back: SERVICE }, { 'users>front': first, 'front>back': second });

const RETRY = { retry: 'exponential' };
const PUSH = (params: Settings, instances = 4) =>
  system({ users: CLIENT, app: ['service', { instances }] }, { 'users>app': {} }, [
    { atMs: 1000, target: 'app', fault: 'config-push', params },
  ]);

/** Number, what it is about, a system with the habit, where it is, a part of what is said, and systems without it. */
const CASES: readonly [number, Scenario, target: string, words: string, ...without: Scenario[]][] = [
  [
    701,
    chain({}, { timeoutMs: 0 }),
    'front>back',
    'without limit',
    chain({}, {}),
    chain({}, { timeoutMs: 0, perTryTimeoutMs: 10 }),
  ],
  [
    702,
    chain({ timeoutMs: 1000 }, { timeoutMs: 2000 }),
    'front>back',
    'up to 2 s for “back”, and its own caller waits 1 s',
    chain({ timeoutMs: 1000 }, { timeoutMs: 900 }),
    chain({ timeoutMs: 1000, propagateDeadline: true }, { timeoutMs: 2000, propagateDeadline: true }),
  ],
  [
    703,
    chain(RETRY, { ...RETRY, maxAttempts: 4 }),
    'front>back',
    'become 12 calls',
    chain(RETRY, {}),
    chain({}, RETRY),
  ],
  [
    704,
    chain({ retry: 'fixed', jitterKind: 'none' }, {}),
    'users>front',
    '3 times, always 100 ms apart',
    chain(RETRY, {}),
    chain({ retry: 'fixed', jitterKind: 'none', budget: 'ratio' }, {}),
  ],
  [
    705,
    behind('sql-database', {}, { ...RETRY, retryWrites: true }),
    'app>it',
    'repeats writes to “it”',
    behind('sql-database', {}, RETRY),
    behind('sql-database', {}, { ...RETRY, retryWrites: true, retryOn: 'connect' }),
    behind('sql-database', {}, { ...RETRY, retryWrites: true }, { client: { readPercent: 100 } }),
    behind('worker', { idempotency: 'store' }, { ...RETRY, retryWrites: true }),
  ],
  [
    706,
    system(
      { users: CLIENT, app: ['service', { workers: 1, queueLimit: 200, serviceTime: 'constant' }] },
      { 'users>app': {} },
    ),
    'app',
    '2 s for a full queue; its callers wait 1 s',
    system(
      { users: CLIENT, app: ['service', { workers: 1, queueLimit: 50, serviceTime: 'constant' }] },
      { 'users>app': {} },
    ),
    system(
      { users: CLIENT, app: ['service', { workers: 1, queueLimit: 200, serviceTime: 'constant', discipline: 'lifo' }] },
      { 'users>app': {} },
    ),
  ],
  [
    707,
    system({ a: SERVICE, b: SERVICE, db: ['sql-database', { poolSize: 60 }] }, { 'a>db': {}, 'b>db': {} }),
    'db',
    '2 pools of 60 are 120; a server of “db” accepts 100',
    system({ a: SERVICE, b: SERVICE, db: ['sql-database', { poolSize: 50 }] }, { 'a>db': {}, 'b>db': {} }),
  ],
  [708, behind('sql-database'), 'it', 'there is one of it', behind('sql-database', { replicas: 1, failover: 'lease' })],
  [708, zones('east'), 'balancer', 'stand in “east”', zones('west')],
  [
    709,
    system(
      { users: ['client', { ratePerSec: 1000 }], app: SERVICE, cache: ['redis', {}], db: ['sql-database', {}] },
      { 'users>app': {}, 'app>cache': {}, 'app>db': {} },
    ),
    'db',
    'gets 900 reads a second and can do 613',
    system(
      { users: ['client', { ratePerSec: 600 }], app: SERVICE, cache: ['redis', {}], db: ['sql-database', {}] },
      { 'users>app': {}, 'app>cache': {}, 'app>db': {} },
    ),
  ],
  [
    710,
    behind('redis', { ttlSeconds: 60 }),
    'it',
    'live for exactly 60 s',
    behind('redis', { ttlSeconds: 60, ttlJitterPercent: 10 }),
    behind('redis'),
  ],
  [711, consumed('kafka', {}, { consumers: 8 }), 'it>worker', '2 are idle', consumed('kafka', {}, { consumers: 6 })],
  [
    712,
    consumed('cloud-queue', {}, {}, { serviceTime: 'exponential', meanMs: 10_000 }),
    'it>worker',
    'longer than 46 s',
    consumed('cloud-queue', { extend: true }, {}, { serviceTime: 'exponential', meanMs: 10_000 }),
    consumed('cloud-queue'),
  ],
  [
    713,
    consumed('queue'),
    'it',
    'no dead letters',
    system(
      { users: CLIENT, it: ['queue', {}], worker: ['worker', {}], letters: ['queue', {}] },
      { 'users>it': {}, 'it>worker': {}, 'it>letters': {} },
    ),
  ],
  [
    713,
    consumed('topic'),
    'it',
    'no dead letters',
    system(
      { users: CLIENT, it: ['topic', {}], worker: ['worker', {}], letters: ['queue', {}] },
      { 'users>it': {}, 'it>worker': {}, 'it>letters': { deadLetters: true } },
    ),
  ],
  [
    714,
    consumed('kafka', { acks: '1' }),
    'it',
    'as soon as its leader',
    consumed('kafka'),
    consumed('kafka', { acks: '1', replicationFactor: 1 }),
  ],
  [714, consumed('kafka', { minInsyncReplicas: 1 }), 'it', 'one in-sync replica is enough', consumed('kafka')],
  [715, consumed('kafka', { minInsyncReplicas: 3 }), 'it', 'asks for 3 in-sync replicas', consumed('kafka')],
  [
    716,
    behind('consensus-store', { nodes: 4 }),
    'it',
    '4 nodes of “it” survive 1 failures, as 3',
    behind('consensus-store'),
  ],
  [
    717,
    behind('sql-database', { replicas: 1, failover: 'lease' }),
    'it',
    'lacks up to 1\u202f049 writes',
    behind('sql-database', { replicas: 1, failover: 'lease', replication: 'standby' }),
    behind('sql-database', { replicas: 1 }),
  ],
  [
    719,
    scaled({}),
    'scaler',
    'waits 209 ms for others',
    scaled({ metric: 'workers' }),
    scaled({}, { concurrency: 'event-loop' }),
    scaled({}, { medianMs: 400, p99Ms: 500 }),
  ],
  [
    720,
    scaled({ maxInstances: 2 }, { workers: 1, serviceTime: 'constant', meanMs: 10 }, { ratePerSec: 300 }),
    'scaler',
    '2 instances of “app” can do 200 requests a second; up to 300 come',
    scaled({ maxInstances: 3 }, { workers: 1, serviceTime: 'constant', meanMs: 10 }, { ratePerSec: 300 }),
  ],
  [
    722,
    system(
      { users: CLIENT, app: SERVICE, db: ['sql-database', {}], log: ['kafka', {}] },
      { 'users>app': {}, 'app>db': {}, 'app>log': {} },
    ),
    'app>log',
    'writes to “db” and then publishes to “log”',
    system(
      { users: CLIENT, app: SERVICE, db: ['sql-database', {}], log: ['kafka', {}] },
      { 'users>app': {}, 'app>db': {}, 'app>log': { through: 'outbox' } },
    ),
    behind('kafka'),
  ],
  ...(['rest', 'grpc'] as const).slice(1).map((protocol): (typeof CASES)[number] => {
    const pinned = (link: Settings, layer = '4') =>
      system(
        { users: CLIENT, balancer: ['load-balancer', { layer }], a: SERVICE, b: SERVICE },
        { 'users>balancer': link, 'balancer>a': {}, 'balancer>b': {} },
      );
    return [
      723,
      pinned({ protocol }),
      'users>balancer',
      'the same of 2 backends',
      pinned({}),
      pinned({ protocol }, '7'),
      pinned({ protocol, maxConnectionAgeS: 10 }),
    ];
  }),
  [
    724,
    consumed('kafka', {}, {}, {}, { keys: 'uniform', keyCount: 3 }),
    'it',
    '33 % of the records',
    consumed('kafka', {}, {}, {}, { keys: 'uniform' }),
    consumed('kafka', { partitioner: 'sticky' }, {}, {}, { keys: 'uniform', keyCount: 3 }),
  ],
  [
    725,
    behind('sql-database', { replicas: 2 }),
    'it',
    'from replicas that get writes later',
    behind('sql-database', { replicas: 2, readFrom: 'sticky' }),
    behind('sql-database', { replicas: 2, replication: 'quorum', quorum: 2, confirmedWhen: 'applied' }),
    behind('sql-database', { replicas: 2 }, {}, { client: { readPercent: 100 } }),
  ],
  [726, behind('consensus-store', { rttMs: 150 }), 'it', 'a round trip takes 150 ms', behind('consensus-store')],
  [
    727,
    chain({}, { breaker: 'time', breakerWindow: 10, breakerMinCalls: 2000 }),
    'front>back',
    'takes 20 s until there are 2000, and it remembers 10 s',
    chain({}, { breaker: 'time', breakerWindow: 10 }),
  ],
  [
    727,
    system(
      { users: ['client', { ratePerSec: 4 }], front: SERVICE, back: SERVICE },
      { 'users>front': {}, 'front>back': { breaker: 'count' } },
    ),
    'front>back',
    'takes 25 s until there are 100.',
    chain({}, { breaker: 'count' }),
  ],
  [
    728,
    system(
      { users: CLIENT, it: ['transaction-coordinator', {}], a: ['sql-database', {}], b: ['sql-database', {}] },
      { 'users>it': {}, 'it>a': {}, 'it>b': {} },
    ),
    'it',
    '2 participants hold their locks',
    system(
      { users: CLIENT, it: ['transaction-coordinator', { protocol: 'saga' }], a: SERVICE, b: SERVICE },
      { 'users>it': {}, 'it>a': {}, 'it>b': {} },
    ),
  ],
  [729, PUSH({}), 'app', 'All 4 instances', PUSH({ spreadS: 60 }), PUSH({}, 1)],
  [
    730,
    system({ users: ['client', { workload: 'closed' }], app: SERVICE }, { 'users>app': {} }),
    'users',
    'never has more than 50',
    system(
      { users: ['client', { workload: 'closed' }], more: CLIENT, app: SERVICE },
      { 'users>app': {}, 'more>app': {} },
    ),
  ],
];

describe('advice', () => {
  it.each(CASES)('BP%i', (number, system, target, words, ...without) => {
    const given = adviceOn(system).find((advice) => advice.number === number);
    expect(given?.findings.map((finding) => finding.target)).toContain(target);
    expect(given?.findings.find((finding) => finding.target === target)!.detail).toContain(words);
    without.forEach((other, i) => {
      const places = adviceOn(other).find((advice) => advice.number === number)?.findings ?? [];
      expect(
        places.filter((finding) => finding.target === target),
        `without it, ${i + 1}`,
      ).toEqual([]);
    });
  });

  it('has a case for every rule, and numbers of its own', () => {
    const numbers = RULES.map(({ number }) => number);
    expect(new Set(numbers).size).toBe(numbers.length);
    for (const number of numbers) expect(Math.floor(number / 100), String(number)).toBe(7);
    expect([...new Set(CASES.map(([number]) => number))].sort()).toEqual([...numbers].sort());
  });

  it('speaks in sentences', () => {
    for (const { title, advice } of RULES) {
      expect(title).toMatch(/^([A-Z]|gRPC).*[^.]$/);
      expect(advice).toMatch(/^[A-Z].*\.$/);
    }
    for (const [, scenario] of CASES) {
      for (const { findings } of adviceOn(scenario)) {
        for (const { detail } of findings) expect(detail).toMatch(/^[A-Z“0-9].*[.]$/);
        for (const { detail } of findings) expect(detail).not.toMatch(/NaN|undefined|Infinity/);
      }
    }
  });

  it('says nothing of nothing, and puts first what is at stake', () => {
    expect(adviceOn(EMPTY_SCENARIO)).toEqual([]);
    const numbers = adviceOn(chain({}, { timeoutMs: 0, ...RETRY, jitterKind: 'none' })).map(({ weight }) => weight);
    expect(numbers).toEqual([...numbers].sort((a, b) => (a === b ? 0 : a === 'loss' ? -1 : 1)));
  });

  it('is found by what it is about', () => {
    const all = adviceOn(chain({}, { timeoutMs: 0 }));
    expect(adviceAbout(all, 'front>back').map(({ number }) => number)).toEqual([701]);
    expect(adviceAbout(all, 'nothing')).toEqual([]);
  });

  it('is there at once for a system in which everybody calls everybody', () => {
    const name = (layer: number, i: number): string => `l${layer}-${i}`;
    const components: Record<string, readonly [string]> = { users: ['client'] };
    const connections: Record<string, Settings> = {};
    for (let layer = 0; layer < 10; layer++) {
      for (let i = 0; i < 8; i++) {
        components[name(layer, i)] = ['service'];
        for (let j = 0; j < 8; j++) if (layer > 0) connections[`${name(layer - 1, j)}>${name(layer, i)}`] = RETRY;
      }
    }
    // Only what comes from the first service has two layers behind it, until it has reached everybody.
    connections['users>l0-0'] = RETRY;
    const given = adviceOn(system(components, connections));
    expect(given.find(({ number }) => number === 703)!.findings).toHaveLength(8 * 64 + 8);
  });

  it('survives cycles', () => {
    const round = system({ users: CLIENT, a: SERVICE, b: SERVICE }, { 'users>a': RETRY, 'a>b': RETRY, 'b>a': RETRY });
    expect(adviceOn(round).map(({ number }) => number)).toContain(703);
  });
});
