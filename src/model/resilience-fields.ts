/**
 * How a caller copes when a call over a connection fails: fields of the connection. Everything is off by default; the
 * named presets of `resilience-presets.ts` fill in what known libraries do. Sources stand with each real default
 * (model reference, resilience patterns).
 */
import { CONNECTION_DEFAULTS } from './connection-defaults';
import { choice, type Fields } from './fields';

const RETRYING = ['fixed', 'exponential'] as const;

export const RESILIENCE_FIELDS = {
  perTryTimeoutMs: {
    type: 'number',
    label: 'Timeout of one attempt',
    unit: 'ms',
    default: CONNECTION_DEFAULTS.perTryTimeoutMs,
    min: 0,
    max: 600_000,
    help: 'How long one attempt may take. The timeout above covers all attempts together. 0 sets no limit of its own.',
    real: {
      value: 'the whole timeout, unless set',
      product: 'Envoy per_try_timeout',
      source: 'https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/route/v3/route_components.proto',
    },
  },
  propagateDeadline: {
    type: 'toggle',
    label: 'Pass the deadline on',
    default: CONNECTION_DEFAULTS.propagateDeadline,
    help: 'The other side learns how long the caller waits, passes the remaining time on, and drops work that comes too late.',
    real: {
      value: 'on',
      product: 'gRPC deadlines',
      source: 'https://grpc.io/docs/guides/deadlines/',
    },
  },
  cancel: {
    type: 'toggle',
    label: 'Cancel what nobody waits for',
    default: CONNECTION_DEFAULTS.cancel,
    help: 'A caller that gives up says so, and the other side drops the request if it still waits in a queue. Otherwise it is worked on in vain.',
    real: {
      value: 'on',
      product: 'gRPC cancellation',
      source: 'https://grpc.io/docs/guides/cancellation/',
    },
  },
  retry: choice({
    label: 'Retries',
    default: CONNECTION_DEFAULTS.retry,
    options: [
      { value: 'none', label: 'none', help: 'One attempt. If it fails, the call has failed.' },
      { value: 'fixed', label: 'after a fixed pause', help: 'Tries again after the same pause each time.' },
      {
        value: 'exponential',
        label: 'with exponential backoff',
        help: 'The pause doubles with each attempt, up to a limit.',
      },
    ],
    help: 'Whether a failed call is tried again. Retries hide short faults, and turn overload into collapse.',
  }),
  maxAttempts: {
    type: 'number',
    integer: true,
    label: 'Attempts at most',
    unit: '',
    default: CONNECTION_DEFAULTS.maxAttempts,
    min: 1,
    max: 20,
    help: 'The first attempt included. Through d layers that each make n attempts, one request can become n to the power of d.',
    real: {
      value: '3',
      product: 'AWS SDK, resilience4j; gRPC caps it at 5',
      source: 'https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html',
    },
    when: { field: 'retry', is: RETRYING },
  },
  backoffMs: {
    type: 'number',
    label: 'First pause',
    unit: 'ms',
    default: CONNECTION_DEFAULTS.backoffMs,
    min: 0,
    max: 60_000,
    help: 'The pause before the second attempt. With exponential backoff it doubles from there.',
    when: { field: 'retry', is: RETRYING },
  },
  backoffCapMs: {
    type: 'number',
    label: 'Longest pause',
    unit: 'ms',
    default: CONNECTION_DEFAULTS.backoffCapMs,
    min: 0,
    max: 600_000,
    help: 'The pause never grows beyond this.',
    when: { field: 'retry', is: ['exponential'] },
  },
  jitterKind: choice({
    label: 'Jitter of the pause',
    default: CONNECTION_DEFAULTS.jitterKind,
    options: [
      { value: 'none', label: 'none', help: 'Everybody who failed together comes back together.' },
      { value: 'full', label: 'full', help: 'Anything between nothing and the whole pause: spreads callers best.' },
      { value: 'equal', label: 'equal', help: 'Half of the pause, and anything up to the other half.' },
      {
        value: 'decorrelated',
        label: 'decorrelated',
        help: 'Anything between the first pause and three times the last one.',
      },
    ],
    help: 'How much chance is in the pause. Without it, callers that failed together retry together.',
    when: { field: 'retry', is: RETRYING },
  }),
  retryOn: choice({
    label: 'What is retried',
    default: CONNECTION_DEFAULTS.retryOn,
    options: [
      {
        value: 'connect',
        label: 'failed connections',
        help: 'Only when the request cannot have been worked on: refused, or no address.',
      },
      {
        value: 'errors',
        label: 'errors',
        help: 'Failed connections, resets and errors of the server (5xx), but no timeouts.',
      },
      {
        value: 'failures',
        label: 'errors and timeouts',
        help: 'Also what timed out, and "too many requests" (429). Bad requests (other 4xx) are never retried.',
      },
    ],
    help: 'Which failures are worth another attempt.',
    when: { field: 'retry', is: RETRYING },
  }),
  retryWrites: {
    type: 'toggle',
    label: 'Retry writes too',
    default: CONNECTION_DEFAULTS.retryWrites,
    help: 'Safe only when the other side recognises a repeated write by its idempotency key: the first attempt may have worked.',
    when: { field: 'retry', is: RETRYING },
  },
  budget: choice({
    label: 'Retry budget',
    default: CONNECTION_DEFAULTS.budget,
    options: [
      { value: 'none', label: 'none', help: 'Every failure may be retried, however many there are.' },
      {
        value: 'ratio',
        label: 'a share of the requests',
        help: 'Each first attempt pays a little in, each retry takes one out; a reserve per second comes on top (Finagle, Envoy).',
      },
      {
        value: 'bucket',
        label: 'a bucket of tokens',
        help: 'A retry costs tokens; successes bring them back. An empty bucket means no retry (AWS SDK).',
      },
      {
        value: 'throttle',
        label: 'throttle below half',
        help: 'Each failure takes a token, each success returns a part of one; retries stop below half (gRPC).',
      },
    ],
    help: 'A limit on retries for the whole connection, so that they cannot multiply an overload.',
  }),
  budgetShare: {
    type: 'number',
    label: 'Paid in per first attempt',
    unit: 'tokens',
    default: CONNECTION_DEFAULTS.budgetShare,
    min: 0,
    max: 1,
    help: '0.1 allows one retry for ten requests.',
    real: {
      value: '0.2',
      product: 'Finagle RetryBudget, Envoy retry_budget',
      source: 'https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/cluster/v3/circuit_breaker.proto',
    },
    when: { field: 'budget', is: ['ratio'] },
  },
  budgetReserve: {
    type: 'number',
    label: 'Reserve',
    unit: 'retries per second',
    default: CONNECTION_DEFAULTS.budgetReserve,
    min: 0,
    max: 10_000,
    help: 'Retries that are always allowed, so that quiet connections can retry too.',
    real: {
      value: '10 per second',
      product: 'Finagle RetryBudget',
      source: 'https://github.com/twitter/finagle',
    },
    when: { field: 'budget', is: ['ratio'] },
  },
  budgetTokens: {
    type: 'number',
    label: 'Tokens',
    unit: '',
    default: CONNECTION_DEFAULTS.budgetTokens,
    min: 1,
    max: 100_000,
    help: 'How many tokens the bucket holds.',
    real: {
      value: '500',
      product: 'AWS SDK standard retry mode',
      source: 'https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html',
    },
    when: { field: 'budget', is: ['bucket', 'throttle'] },
  },
  budgetCost: {
    type: 'number',
    label: 'Tokens a retry costs',
    unit: '',
    default: CONNECTION_DEFAULTS.budgetCost,
    min: 0,
    max: 1000,
    help: 'Taken for each retry, and given back when it succeeds.',
    real: {
      value: '5, and 14 from November 2026',
      product: 'AWS SDK standard retry mode',
      source: 'https://aws.amazon.com/blogs/developer/announcing-updated-retry-behavior-for-aws-sdks-and-tools/',
    },
    when: { field: 'budget', is: ['bucket'] },
  },
  budgetReturn: {
    type: 'number',
    label: 'Tokens a success returns',
    unit: '',
    default: CONNECTION_DEFAULTS.budgetReturn,
    min: 0,
    max: 100,
    help: 'AWS returns 1 for a success at the first attempt; gRPC a fraction (tokenRatio).',
    when: { field: 'budget', is: ['bucket', 'throttle'] },
  },
  breaker: choice({
    label: 'Circuit breaker',
    default: CONNECTION_DEFAULTS.breaker,
    options: [
      { value: 'none', label: 'none', help: 'Calls go out however many have failed.' },
      {
        value: 'count',
        label: 'over the last calls',
        help: 'Opens when too many of the last calls failed (resilience4j, COUNT_BASED).',
      },
      {
        value: 'time',
        label: 'over the last seconds',
        help: 'Opens when too many calls of the last seconds failed (Hystrix).',
      },
    ],
    help: 'Stops calling a side that keeps failing, and tries it again with a few probes after a pause.',
  }),
  breakerWindow: {
    type: 'number',
    integer: true,
    label: 'Window',
    unit: 'calls or seconds',
    default: CONNECTION_DEFAULTS.breakerWindow,
    min: 1,
    max: 10_000,
    help: 'How many calls, or how many seconds, are looked back on.',
    real: {
      value: '100 calls',
      product: 'resilience4j slidingWindowSize',
      source: 'https://resilience4j.readme.io/docs/circuitbreaker',
    },
    when: { field: 'breaker', is: ['count', 'time'] },
  },
  breakerMinCalls: {
    type: 'number',
    integer: true,
    label: 'Calls before it may open',
    unit: 'calls',
    default: CONNECTION_DEFAULTS.breakerMinCalls,
    min: 1,
    max: 10_000,
    help: 'With fewer calls in the window the breaker stays closed: at a low rate it takes long to notice.',
    real: {
      value: '100; Hystrix 20',
      product: 'resilience4j minimumNumberOfCalls',
      source: 'https://resilience4j.readme.io/docs/circuitbreaker',
    },
    when: { field: 'breaker', is: ['count', 'time'] },
  },
  breakerFailurePercent: {
    type: 'number',
    label: 'Opens at failures of',
    unit: '%',
    default: CONNECTION_DEFAULTS.breakerFailurePercent,
    min: 1,
    max: 100,
    help: 'Share of failed calls at which the breaker opens.',
    real: {
      value: '50 %',
      product: 'resilience4j failureRateThreshold, Hystrix',
      source: 'https://resilience4j.readme.io/docs/circuitbreaker',
    },
    when: { field: 'breaker', is: ['count', 'time'] },
  },
  breakerSlowMs: {
    type: 'number',
    label: 'A call is slow after',
    unit: 'ms',
    default: CONNECTION_DEFAULTS.breakerSlowMs,
    min: 1,
    max: 600_000,
    help: 'Calls that take longer count as slow.',
    real: {
      value: '60 s',
      product: 'resilience4j slowCallDurationThreshold',
      source: 'https://resilience4j.readme.io/docs/circuitbreaker',
    },
    when: { field: 'breaker', is: ['count', 'time'] },
  },
  breakerSlowPercent: {
    type: 'number',
    label: 'Opens at slow calls of',
    unit: '%',
    default: CONNECTION_DEFAULTS.breakerSlowPercent,
    min: 1,
    max: 100,
    help: 'Share of slow calls at which the breaker opens.',
    when: { field: 'breaker', is: ['count', 'time'] },
  },
  breakerOpenMs: {
    type: 'number',
    label: 'Stays open for',
    unit: 'ms',
    default: CONNECTION_DEFAULTS.breakerOpenMs,
    min: 1,
    max: 600_000,
    help: 'After this pause it lets a few probes through.',
    real: {
      value: '60 s; Hystrix 5 s',
      product: 'resilience4j waitDurationInOpenState',
      source: 'https://resilience4j.readme.io/docs/circuitbreaker',
    },
    when: { field: 'breaker', is: ['count', 'time'] },
  },
  breakerProbes: {
    type: 'number',
    integer: true,
    label: 'Probes when half open',
    unit: 'calls',
    default: CONNECTION_DEFAULTS.breakerProbes,
    min: 1,
    max: 1000,
    help: 'So many calls are let through to see whether the other side has recovered.',
    real: {
      value: '10; Hystrix 1',
      product: 'resilience4j permittedNumberOfCallsInHalfOpenState',
      source: 'https://resilience4j.readme.io/docs/circuitbreaker',
    },
    when: { field: 'breaker', is: ['count', 'time'] },
  },
  concurrency: choice({
    label: 'Calls at once',
    default: CONNECTION_DEFAULTS.concurrency,
    options: [
      { value: 'unlimited', label: 'no limit', help: 'As many calls as are asked for.' },
      {
        value: 'bulkhead',
        label: 'bulkhead',
        help: 'A fixed number of calls at once; what is beyond fails at once and cannot take the caller down.',
      },
      {
        value: 'aimd',
        label: 'adaptive: AIMD',
        help: 'Grows by one while calls succeed, shrinks by a tenth when one fails or times out.',
      },
      {
        value: 'gradient',
        label: 'adaptive: gradient',
        help: 'Follows the response time: shrinks when it rises above its long-term mean (Netflix Gradient2).',
      },
      {
        value: 'vegas',
        label: 'adaptive: Vegas',
        help: 'Estimates the queue at the other side from the fastest answer seen, as TCP Vegas does.',
      },
    ],
    help: 'A limit on the calls under way on this connection.',
  }),
  concurrencyLimit: {
    type: 'number',
    integer: true,
    label: 'Limit',
    unit: 'calls',
    default: CONNECTION_DEFAULTS.concurrencyLimit,
    min: 1,
    max: 10_000,
    help: 'Calls at once for the bulkhead; where adaptive limits begin.',
    real: {
      value: '25; Hystrix thread pool 10; Netflix limits begin at 20',
      product: 'resilience4j maxConcurrentCalls',
      source: 'https://resilience4j.readme.io/docs/bulkhead',
    },
    when: { field: 'concurrency', is: ['bulkhead', 'aimd', 'gradient', 'vegas'] },
  },
  clientThrottling: {
    type: 'toggle',
    label: 'Hold back when refused',
    default: CONNECTION_DEFAULTS.clientThrottling,
    help: 'Sheds load at the caller: the more calls were turned away in the last two minutes, the more it drops itself (K = 2).',
    real: {
      value: 'K = 2, two minutes',
      product: 'Google SRE, adaptive throttling',
      source: 'https://sre.google/sre-book/handling-overload/',
    },
  },
  hedgeAfterMs: {
    type: 'number',
    label: 'Hedge after',
    unit: 'ms',
    default: CONNECTION_DEFAULTS.hedgeAfterMs,
    min: 0,
    max: 60_000,
    help: 'Sends a second copy when the answer takes longer than this, and takes the faster one. 0 never does. Only for reads; best at the p95.',
    real: {
      value: 'off',
      product: 'gRPC hedgingPolicy',
      source: 'https://grpc.io/docs/guides/request-hedging/',
    },
  },
  fallback: choice({
    label: 'If all fails',
    default: CONNECTION_DEFAULTS.fallback,
    options: [
      { value: 'fail', label: 'the call fails', help: 'The caller learns the cause.' },
      {
        value: 'default',
        label: 'a default answer',
        help: 'The caller goes on with a poorer answer of its own, as with an empty list of recommendations. Only for reads.',
      },
    ],
    help: 'What the caller does when no attempt has succeeded.',
  }),
  protocol: choice({
    label: 'Protocol',
    default: CONNECTION_DEFAULTS.protocol,
    options: [
      {
        value: 'rest',
        label: 'REST over HTTP/1.1',
        help: 'One request at a time on each of many kept-alive connections.',
      },
      {
        value: 'grpc',
        label: 'gRPC over HTTP/2',
        help: 'All calls share one long-lived connection: a lost packet holds up all of them, and a balancer that only sees connections (layer 4) sends all of them to one server.',
      },
    ],
    help: 'How calls use network connections.',
  }),
  maxConnectionAgeS: {
    type: 'number',
    label: 'Connection is renewed every',
    unit: 's',
    default: CONNECTION_DEFAULTS.maxConnectionAgeS,
    min: 0,
    max: 86_400,
    help: 'A new connection is opened after this long, so that a layer 4 balancer can choose again. 0 keeps the first for ever.',
    real: {
      value: 'infinite',
      product: 'gRPC MAX_CONNECTION_AGE',
      source: 'https://grpc.io/docs/guides/keepalive/',
    },
    when: { field: 'protocol', is: ['grpc'] },
  },
} satisfies Fields;

export const RESILIENCE_NAMES = Object.keys(RESILIENCE_FIELDS) as readonly (keyof typeof RESILIENCE_FIELDS)[];

export type ResilienceName = keyof typeof RESILIENCE_FIELDS;

/** Fields that are shown together. The connection's own timeout stands first among the deadlines. */
export interface ResilienceGroup {
  readonly id: string;
  readonly title: string;
  readonly names: readonly ('timeoutMs' | ResilienceName)[];
}

export const RESILIENCE_GROUPS: readonly ResilienceGroup[] = [
  { id: 'deadlines', title: 'Deadlines', names: ['timeoutMs', 'perTryTimeoutMs', 'propagateDeadline', 'cancel'] },
  {
    id: 'retries',
    title: 'Retries',
    names: ['retry', 'maxAttempts', 'backoffMs', 'backoffCapMs', 'jitterKind', 'retryOn', 'retryWrites'],
  },
  {
    id: 'budget',
    title: 'Retry budget',
    names: ['budget', 'budgetShare', 'budgetReserve', 'budgetTokens', 'budgetCost', 'budgetReturn'],
  },
  {
    id: 'breaker',
    title: 'Circuit breaker',
    names: [
      'breaker',
      'breakerWindow',
      'breakerMinCalls',
      'breakerFailurePercent',
      'breakerSlowMs',
      'breakerSlowPercent',
      'breakerOpenMs',
      'breakerProbes',
    ],
  },
  { id: 'concurrency', title: 'Calls at once', names: ['concurrency', 'concurrencyLimit', 'clientThrottling'] },
  { id: 'hedging', title: 'Hedging', names: ['hedgeAfterMs'] },
  { id: 'fallback', title: 'Fallback', names: ['fallback'] },
  { id: 'protocol', title: 'Protocol', names: ['protocol', 'maxConnectionAgeS'] },
];
