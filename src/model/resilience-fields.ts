/**
 * How a caller copes when a call over a connection fails: fields of the connection. Everything is off by default; the
 * named presets of `resilience-presets.ts` fill in what known libraries do. Sources stand with each real default.
 */
import { BREAKER_FIELDS } from './breaker-fields';
import { CONNECTION_DEFAULTS } from './connection-defaults';
import { choice, type Fields } from './fields';
import { RETRY_FIELDS } from './retry-fields';

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
  ...RETRY_FIELDS,
  ...BREAKER_FIELDS,
  concurrency: choice({
    label: 'Calls at once',
    default: CONNECTION_DEFAULTS.concurrency,
    ours: 'off',
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
    help: 'Sends a second copy when the answer takes longer than this, and takes the faster one. 0 never does. Only for reads; at the p95 it costs about 5 % more calls.',
    real: {
      value: 'off',
      product: 'gRPC hedgingPolicy',
      source: 'https://grpc.io/docs/guides/request-hedging/',
    },
  },
  fallback: choice({
    label: 'If all fails',
    default: CONNECTION_DEFAULTS.fallback,
    ours: 'off',
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
    ours: 'system',
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
    names: [
      'retry',
      'maxAttempts',
      'backoffMs',
      'backoffCapMs',
      'backoffThrottledMs',
      'jitterKind',
      'retryOn',
      'retryWrites',
    ],
  },
  {
    id: 'budget',
    title: 'Retry budget',
    names: [
      'budget',
      'budgetShare',
      'budgetReserve',
      'budgetTokens',
      'budgetCost',
      'budgetTimeoutCost',
      'budgetThrottledCost',
      'budgetReturn',
      'budgetActivePercent',
      'budgetLeastRetries',
    ],
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
