import type { ConfigOf } from '../../model/fields';
import { serviceTimeFields } from '../service-time-fields';

export const SCALING = 'https://docs.aws.amazon.com/lambda/latest/dg/scaling-behavior.html';
export const LIMITS = 'https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html';
export const LIFECYCLE = 'https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html';

export const fields = {
  ...serviceTimeFields('workTime', {
    label: 'Work time',
    help: 'How long the own work of a request takes, not counting what it waits for elsewhere.',
    lognormal: 'Lognormal, from the median and the p99: what real functions look like.',
    exponential: 'The work time of textbook models.',
    constant: 'Every request takes the same time.',
    median: 'Half of the requests need less.',
    p99: 'One request in a hundred needs more.',
    mean: 'The average time a request needs.',
    medianMs: 20,
    p99Ms: 80,
    meanMs: 20,
  }),
  coldMedianMs: {
    type: 'number',
    label: 'Cold start, median',
    unit: 'ms',
    default: 200,
    min: 0.001,
    max: 60_000,
    help: 'How long a new environment takes until it can work. Half of the starts are faster.',
    real: { value: 'under 100 ms to more than 1 s', product: 'AWS Lambda', source: LIFECYCLE },
  },
  coldP99Ms: {
    type: 'number',
    label: 'Cold start, p99',
    unit: 'ms',
    default: 800,
    ours: 'work',
    min: 0.001,
    max: 600_000,
    help: 'One start in a hundred is slower. Values below the median count as the median.',
  },
  keepAliveSeconds: {
    type: 'number',
    label: 'Keep-alive',
    unit: 's',
    default: 600,
    min: 0,
    max: 86_400,
    help: 'How long an environment without a request is kept. Rare requests find none and start cold.',
    real: { value: 'not documented; some minutes are usual', product: 'AWS Lambda', source: LIFECYCLE },
  },
  concurrency: {
    type: 'number',
    integer: true,
    label: 'Concurrency limit',
    unit: 'requests',
    default: 1000,
    min: 1,
    max: 100_000,
    help: 'How many requests may be inside at once, cold starts included. Beyond that they are turned away: rate limited.',
    real: { value: '1 000 for a whole account in one region', product: 'AWS Lambda', source: LIMITS },
  },
  scalePer10s: {
    type: 'number',
    integer: true,
    label: 'Scaling rate',
    unit: 'environments per 10 s',
    default: 1000,
    min: 1,
    max: 100_000,
    help: 'How many new environments may start in ten seconds. Requests that need more are turned away: rate limited.',
    real: { value: '1 000 every 10 s for each function', product: 'AWS Lambda', source: SCALING },
  },
  timeoutSeconds: {
    type: 'number',
    label: 'Timeout',
    unit: 's',
    default: 30,
    min: 0.1,
    max: 900,
    help: 'A request that takes longer fails, and its environment is thrown away. Starting up does not count.',
    real: { value: '3 s, at most 900 s', product: 'AWS Lambda', source: LIMITS },
  },
} as const;

export type FunctionConfig = ConfigOf<typeof fields>;
