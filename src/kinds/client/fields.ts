import { choice, type ConfigOf, type NumberField, type RealDefault } from '../../model/fields';

type When = NonNullable<NumberField['when']>;

const K6_RATE = 'https://grafana.com/docs/k6/latest/using-k6/scenarios/executors/constant-arrival-rate/';

const BURSTY: When = { field: 'arrivals', is: ['bursty'] };
const DIURNAL: When = { field: 'arrivals', is: ['diurnal'] };
const STEPS: When = { field: 'arrivals', is: ['steps'] };
const SPIKE: When = { field: 'arrivals', is: ['spike'] };
const PARTLY: When = { field: 'workload', is: ['partly-open'] };
const SIMPLE: When = { field: 'mix', is: ['simple'] };
const NAMED: When = { field: 'mix', is: ['operations'] };

function number(
  label: string,
  unit: string,
  normally: number,
  min: number,
  max: number,
  help: string,
  when?: When,
): NumberField {
  return { type: 'number', label, unit, default: normally, ours: 'system', min, max, help, ...(when && { when }) };
}

function quoted({ ours: _, ...field }: NumberField, source: { readonly real: RealDefault }): NumberField {
  return { ...field, ...source };
}

function whole(label: string, normally: number, min: number, max: number, help: string, when?: When): NumberField {
  return { ...number(label, '', normally, min, max, help, when), integer: true };
}

// — of one operation, or of all when they are alike —

function share(name: string, normally: number): NumberField {
  const help = `How much of the load is this, relative to the others. It ${name === 'Checkout' ? 'writes' : 'reads'}.`;
  return number(`${name}: share`, '', normally, 0, 1000, help, NAMED);
}

function size(normally: number, name?: string): NumberField {
  const help = 'Of the request that writes, or the answer that is read. Bandwidth goes by it.';
  return number(name ? `${name}: size` : 'Size', 'kB', normally, 0.001, 10_000, help, NAMED);
}

function priority(normally: number, name?: string): NumberField {
  const help = 'From 0, critical, to 3, shed first. Queues and gateways may go by it.';
  return whole(name ? `${name}: priority` : 'Priority', normally, 0, 3, help, NAMED);
}

export const fields = {
  workload: choice({
    label: 'Kind of load',
    default: 'open',
    ours: 'system',
    options: [
      {
        value: 'open',
        label: 'Open: requests keep coming',
        help: 'Arrivals do not wait for answers, as with many users.',
      },
      {
        value: 'closed',
        label: 'Closed: a fixed number of users',
        help: 'Each user waits for the answer, thinks, and asks again.',
      },
      {
        value: 'partly-open',
        label: 'Partly open: visits keep coming',
        help: 'Visitors come at random; each asks, thinks, and asks again or leaves.',
      },
    ],
    help: 'Open load goes on when the system slows down, so queues can grow without bound. Closed load slows down with it and hides overload.',
  }),
  ratePerSec: {
    type: 'number',
    label: 'Request rate',
    unit: 'per second',
    default: 100,
    min: 0,
    max: 20_000,
    help: 'Requests each second: on average, between bursts, before the first step, or outside the spike.',
    real: { value: 'rate per timeUnit of 1 s', product: 'k6', source: K6_RATE },
    when: { field: 'workload', is: ['open'] },
  },
  arrivals: choice({
    label: 'Arrivals',
    default: 'poisson',
    options: [
      {
        value: 'poisson',
        label: 'Poisson',
        help: 'At random, independent of each other: what many independent users produce.',
      },
      { value: 'constant', label: 'Constant', help: 'Evenly spaced, as most load generators send them.' },
      { value: 'bursty', label: 'Bursty', help: 'Poisson at two rates in turn; how long each lasts is random (MMPP).' },
      { value: 'diurnal', label: 'Day and night', help: 'Poisson with a rate that swings like a sine.' },
      { value: 'steps', label: 'Steps', help: 'Poisson with a rate that climbs like a staircase.' },
      { value: 'spike', label: 'Spike', help: 'Poisson with a rate that goes up once and comes down again.' },
    ],
    help: 'How the requests are spread over time.',
    real: { value: 'evenly spaced', product: 'k6', source: K6_RATE },
    when: { field: 'workload', is: ['open'] },
  }),
  burstRatePerSec: number('Rate in a burst', 'per second', 500, 0, 20_000, 'Requests each second in a burst.', BURSTY),
  quietS: number('Quiet for', 's', 8, 0.01, 3600, 'Mean time between two bursts.', BURSTY),
  burstS: number('Burst for', 's', 2, 0.01, 3600, 'Mean length of a burst.', BURSTY),
  swingPercent: number('Swing', '%', 50, 0, 100, 'How far the rate goes above and below its mean.', DIURNAL),
  periodS: number('Length of a day', 's', 120, 1, 86_400, 'A whole day, in seconds of the run.', DIURNAL),
  stepPerSec: number('Added each step', 'per second', 50, 0, 5000, 'How much the rate grows with each step.', STEPS),
  stepS: number('Step every', 's', 10, 0.1, 3600, 'How long each step lasts.', STEPS),
  steps: whole('Steps', 10, 1, 100, 'After this many the rate stays.', STEPS),
  spikeAtS: number('Spike at', 's', 30, 0, 86_400, 'When it begins to rise, counted from the start of the run.', SPIKE),
  spikeRampS: number('Rise and fall', 's', 2, 0, 3600, 'How long it takes to go up, and again to come down.', SPIKE),
  spikeForS: number('Spike for', 's', 10, 0, 3600, 'How long it stays at its height.', SPIKE),
  spikeFactor: number('Height of the spike', '×', 5, 1, 100, 'How many times the usual rate.', SPIKE),
  limit: choice({
    label: 'Limit of the generator',
    default: 'none',
    ours: 'system',
    options: [
      { value: 'none', label: 'none', help: 'Everything due is sent at once, as by many independent users.' },
      {
        value: 'drop',
        label: 'drops when full',
        help: 'What is due with too many open requests is never sent, but counted.',
      },
      {
        value: 'wait',
        label: 'waits for a connection',
        help: 'What is due waits until one of few connections is free.',
      },
    ],
    help: 'What happens when requests are due and many are still open. Response times count from when a request was due, so waiting here is not hidden.',
    when: { field: 'workload', is: ['open'] },
  }),
  maxInFlight: quoted(
    whole('Open at most', 100, 1, 20_000, 'A request that is due with so many open is dropped.', {
      field: 'limit',
      is: ['drop'],
    }),
    { real: { value: 'maxVUs, by default preAllocatedVUs', product: 'k6', source: K6_RATE } },
  ),
  connections: quoted(
    whole('Connections', 10, 1, 20_000, 'Each carries one request at a time.', { field: 'limit', is: ['wait'] }),
    { real: { value: '10', product: 'wrk2', source: 'https://github.com/giltene/wrk2/blob/master/src/wrk.c' } },
  ),
  sessionsPerSec: number(
    'Visits',
    'per second',
    20,
    0,
    20_000,
    'Visitors who come each second, at random (Poisson).',
    PARTLY,
  ),
  stayPercent: number(
    'Asks again',
    '%',
    80,
    0,
    99,
    'Chance to go on after each answer. 80 % makes 5 requests a visit.',
    PARTLY,
  ),
  users: {
    type: 'number',
    integer: true,
    label: 'Users',
    unit: '',
    default: 50,
    ours: 'system',
    min: 1,
    max: 20_000,
    help: 'How many users take part. Each has at most one request open.',
    when: { field: 'workload', is: ['closed'] },
  },
  thinkTime: choice({
    label: 'Think time',
    default: 'lognormal',
    options: [
      {
        value: 'lognormal',
        label: 'Like people',
        help: 'Lognormal: half of the pauses are shorter than the median, a few are five times as long.',
      },
      { value: 'exponential', label: 'Exponential', help: 'The pauses of textbook models.' },
      { value: 'constant', label: 'Constant', help: 'Always the same pause.' },
    ],
    help: 'How long a user pauses between an answer and the next request.',
    real: {
      value: 'wait_time of the user class',
      product: 'Locust',
      source: 'https://docs.locust.io/en/stable/writing-a-locustfile.html',
    },
    when: { field: 'workload', is: ['closed', 'partly-open'] },
  }),
  thinkMs: {
    type: 'number',
    label: 'Think time, typical',
    unit: 'ms',
    default: 1000,
    ours: 'system',
    min: 0,
    max: 600_000,
    help: 'The median for people, the mean for the other two.',
    when: { field: 'workload', is: ['closed', 'partly-open'] },
  },
  mix: choice({
    label: 'Requests',
    default: 'simple',
    ours: 'system',
    options: [
      { value: 'simple', label: 'reads and writes', help: 'All alike but for reading or writing.' },
      {
        value: 'operations',
        label: 'several operations',
        help: 'Named, with a size and a priority each; connections can tell them apart.',
      },
    ],
    help: 'What the requests do.',
  }),
  readPercent: {
    type: 'number',
    label: 'Reads',
    unit: '%',
    default: 90,
    ours: 'system',
    min: 0,
    max: 100,
    help: 'Share of the requests that only read. The others write.',
    when: SIMPLE,
  },
  payloadKb: { ...size(1), when: SIMPLE },
  priority: { ...priority(1), when: SIMPLE },
  browseShare: share('Browse', 70),
  browseKb: size(20, 'Browse'),
  browsePriority: priority(2, 'Browse'),
  searchShare: share('Search', 20),
  searchKb: size(50, 'Search'),
  searchPriority: priority(1, 'Search'),
  checkoutShare: share('Checkout', 9),
  checkoutKb: size(2, 'Checkout'),
  checkoutPriority: priority(0, 'Checkout'),
  reportShare: share('Report', 1),
  reportKb: size(500, 'Report'),
  reportPriority: priority(3, 'Report'),
  addresses: whole(
    'Addresses',
    1000,
    1,
    100_000,
    'From how many addresses the requests come, all alike. Hashing and limits per client go by them.',
  ),
  keys: choice({
    label: 'What is asked for',
    default: 'zipf',
    ours: 'system',
    options: [
      {
        value: 'zipf',
        label: 'Popular and rare things',
        help: 'Zipf: a few keys are asked for all the time, most hardly ever. Caches live from it.',
      },
      { value: 'uniform', label: 'Everything alike', help: 'Every key is equally likely.' },
      {
        value: 'sequential',
        label: 'One after the other',
        help: 'Key 0, 1, 2, … and round again: the worst case for a cache.',
      },
    ],
    help: 'Which keys the requests are about. Caches and partitions go by the key.',
  }),
  keyCount: {
    type: 'number',
    integer: true,
    label: 'Different keys',
    unit: '',
    default: 10_000,
    ours: 'system',
    min: 1,
    max: 1_000_000,
    help: 'How many different things can be asked for.',
  },
  zipfExponent: {
    type: 'number',
    label: 'Skew',
    unit: '',
    default: 0.99,
    min: 0,
    max: 2,
    help: 'Zipf exponent: 0 is no skew, 0.99 is usual for the web, 2 is extreme.',
    real: {
      value: '0.99',
      product: 'YCSB',
      source: 'https://github.com/brianfrankcooper/YCSB/wiki/Core-Properties',
    },
    when: { field: 'keys', is: ['zipf'] },
  },
} as const;

export type ClientConfig = ConfigOf<typeof fields>;
