import { CRASH, ERRORS, PAUSE, SLOW } from '../../model/faults';
import type { ConfigOf } from '../../model/fields';
import { defineKind } from '../kind';
import { serviceTimeFields } from '../service-time-fields';

const STRIPE_LIMITS = 'https://docs.stripe.com/rate-limits';

const fields = {
  ...serviceTimeFields('latency', {
    label: 'Response time',
    help: 'How long they take to answer, however much you ask. The way there belongs to the connection.',
    lognormal: 'Lognormal, from the median and the p99: what services across the internet look like.',
    exponential: 'Many fast answers, some much slower ones.',
    constant: 'Every answer takes the same time.',
    median: 'Half of the answers come faster.',
    p99: 'One answer in a hundred is slower.',
    mean: 'The average time of an answer.',
    medianMs: 120,
    p99Ms: 900,
    meanMs: 120,
  }),
  limit: {
    type: 'toggle',
    label: 'Rate limit',
    default: true,
    ours: 'system',
    help: 'They turn you away when you ask faster than your contract allows.',
  },
  ratePerSec: {
    type: 'number',
    integer: true,
    label: 'Allowed rate',
    unit: 'per second',
    default: 200,
    min: 1,
    max: 100_000,
    help: 'What they accept from you in the long run, all your programs together.',
    real: { value: '100 per second', product: 'Stripe API, live mode', source: STRIPE_LIMITS },
    when: { field: 'limit', is: [true] },
  },
  burst: {
    type: 'number',
    integer: true,
    label: 'Burst',
    unit: 'requests',
    default: 200,
    ours: 'system',
    min: 1,
    max: 1_000_000,
    help: 'How many requests may come at once after a quiet time.',
    when: { field: 'limit', is: [true] },
  },
  errorPercent: {
    type: 'number',
    label: 'Errors',
    unit: '%',
    default: 0,
    ours: 'off',
    min: 0,
    max: 100,
    help: 'Share of the accepted requests that end with an error of theirs, after the usual time.',
  },
  outages: {
    type: 'toggle',
    label: 'Outages at random',
    default: false,
    ours: 'off',
    help: 'Now and then they are away for a while, and nobody tells you before.',
  },
  mtbfSeconds: {
    type: 'number',
    label: 'Mean time between failures',
    unit: 's',
    default: 60,
    min: 1,
    max: 86_400,
    help: 'How long they work on average until the next outage. Exponential: an outage is never due.',
    real: {
      value: 'in order for 99.95 % of a month',
      product: 'Amazon API Gateway service level agreement',
      source: 'https://aws.amazon.com/api-gateway/sla/',
    },
    when: { field: 'outages', is: [true] },
  },
  mttrSeconds: {
    type: 'number',
    label: 'Mean time to repair',
    unit: 's',
    default: 5,
    ours: 'system',
    min: 1,
    max: 86_400,
    help: 'How long an outage lasts on average. Availability is MTBF / (MTBF + MTTR).',
    when: { field: 'outages', is: [true] },
  },
} as const;

export type ExternalConfig = ConfigOf<typeof fields>;

const LIMITS = ['limit {} per second', 'no limit'];
const STATES = ['answering', 'outage'];

export const externalApi = defineKind({
  id: 'external-api',
  title: 'External API',
  summary: 'A service of somebody else: it has limits, errors and outages, and you cannot repair it.',
  category: 'Compute',
  icon: 'M7 18a4.5 4.5 0 0 1-.5-8.97 6 6 0 0 1 11.4 1.5A3.8 3.8 0 0 1 17.5 18M9 21l3-3 3 3M12 18v-6',
  docs: {
    models: [
      'An answer takes its time however much is asked: their capacity is none of your business.',
      'A rate limit with a burst (token bucket): what is too much is turned away at once with 429, and told when the next request will be allowed (Retry-After).',
      'A share of errors, and outages at random with exponential times between and to repair. In an outage every new request is refused; those already inside are still answered.',
    ],
    leavesOut: [
      'Quotas per day, limits for each key or each kind of request, and the price.',
      'Idempotency keys. Retry-After is exact to the millisecond; HTTP has whole seconds.',
      'Outages that begin with slow answers: use the fault for that.',
    ],
    tryThis: [
      'Let a service call it and freeze it: the workers of the service fill up with requests that wait for somebody else.',
      'Send more than the limit allows and watch which requests die, and where.',
      'Let retries of the connection heed Retry-After, and compare how many attempts are turned away.',
      'Switch on outages and compare the availability of your whole system with theirs.',
    ],
    sources: [
      { title: 'Stripe: rate limits', url: STRIPE_LIMITS },
      { title: 'RFC 9110: Retry-After', url: 'https://www.rfc-editor.org/rfc/rfc9110#field.retry-after' },
      { title: 'RFC 6585: status 429 Too Many Requests', url: 'https://www.rfc-editor.org/rfc/rfc6585' },
      {
        title: 'Google SRE book: embracing risk (availability)',
        url: 'https://sre.google/sre-book/embracing-risk/',
      },
    ],
  },
  in: [{ id: 'requests', label: 'Requests', accepts: 'request' }],
  out: [],
  fields,
  metrics: [
    { id: 'accepted', type: 'counter', label: 'Accepted', unit: 'requests', help: 'Requests within the limit.' },
    {
      id: 'limited',
      type: 'counter',
      label: 'Rate limited',
      unit: 'requests',
      help: 'Requests turned away because they came faster than the limit allows.',
      realName: '429 responses',
    },
    { id: 'outages', type: 'counter', label: 'Outages', unit: 'outages', help: 'Outages at random that have begun.' },
    {
      id: 'available',
      type: 'gauge',
      label: 'Available',
      unit: '',
      help: '1 while it answers, 0 in an outage: its mean is the availability.',
      realName: 'probe_success',
    },
  ],
  face: [
    { type: 'words', place: 'headline', phrases: LIMITS },
    { type: 'bar', label: 'allowance', unit: 'requests' },
    { type: 'words', place: 'footer', phrases: STATES },
  ],
  faults: [CRASH, PAUSE, SLOW, ERRORS],
  version: 1,
  migrations: [],
});
