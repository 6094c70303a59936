/** Settings of a connection that carry the names people know. Choosing one replaces all resilience settings. */
import type { FieldValue, Settings } from './fields';
import { RESILIENCE_NAMES } from './resilience-fields';

export interface ResiliencePreset {
  readonly id: string;
  readonly label: string;
  readonly help: string;
  /** Address of the page that gives the numbers. */
  readonly source: string;
  readonly settings: Settings;
}

export const RESILIENCE_PRESETS: readonly ResiliencePreset[] = [
  {
    id: 'none',
    label: 'Only a timeout',
    help: 'One attempt; nothing else.',
    source: 'https://sre.google/sre-book/addressing-cascading-failures/',
    settings: {},
  },
  {
    id: 'naive',
    label: 'Naive retries',
    help: 'Three attempts at once, one after the other, of everything: what is written in a hurry. Dangerous.',
    source: 'https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/',
    settings: {
      retry: 'fixed',
      maxAttempts: 3,
      backoffMs: 0,
      jitterKind: 'none',
      retryWrites: true,
      timeoutMs: 0,
      perTryTimeoutMs: 1000,
    },
  },
  {
    id: 'aws-before',
    label: 'AWS SDK standard, before Nov 2026',
    help: 'Three attempts, exponential from 100 ms (500 ms when throttled) with full jitter up to 20 s, a bucket of 500 tokens at 5 a retry, 10 after a timeout.',
    source: 'https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html',
    settings: {
      retry: 'exponential',
      maxAttempts: 3,
      backoffMs: 100,
      backoffCapMs: 20_000,
      backoffThrottledMs: 500,
      retryWrites: true,
      budget: 'bucket',
      budgetTokens: 500,
      budgetCost: 5,
      budgetTimeoutCost: 10,
      budgetThrottledCost: 5,
    },
  },
  {
    id: 'aws-2026',
    label: 'AWS SDK standard, from Nov 2026',
    help: 'Three attempts, exponential from 50 ms (1 s when throttled) with full jitter up to 20 s, a bucket of 500 tokens at 14 a retry, 5 when throttled.',
    source: 'https://aws.amazon.com/blogs/developer/announcing-updated-retry-behavior-for-aws-sdks-and-tools/',
    settings: {
      retry: 'exponential',
      maxAttempts: 3,
      backoffMs: 50,
      backoffCapMs: 20_000,
      backoffThrottledMs: 1000,
      retryWrites: true,
      budget: 'bucket',
      budgetTokens: 500,
      budgetCost: 14,
      budgetTimeoutCost: 14,
      budgetThrottledCost: 5,
    },
  },
  {
    id: 'resilience4j',
    label: 'resilience4j',
    help: 'Three attempts 500 ms apart, a breaker over the last 100 calls that opens at 50 %, and 25 calls at once.',
    source: 'https://resilience4j.readme.io/docs/circuitbreaker',
    settings: {
      retry: 'fixed',
      maxAttempts: 3,
      backoffMs: 500,
      jitterKind: 'none',
      breaker: 'count',
      breakerWindow: 100,
      breakerMinCalls: 100,
      breakerFailurePercent: 50,
      breakerOpenMs: 60_000,
      breakerProbes: 10,
      concurrency: 'bulkhead',
      concurrencyLimit: 25,
    },
  },
  {
    id: 'hystrix',
    label: 'Hystrix',
    help: 'No retries: a breaker over 10 seconds that opens at 50 % of at least 20 calls, 10 calls at once, a default answer.',
    source: 'https://github.com/Netflix/Hystrix/wiki/Configuration',
    settings: {
      timeoutMs: 1000,
      breaker: 'time',
      breakerWindow: 10,
      breakerMinCalls: 20,
      breakerFailurePercent: 50,
      breakerOpenMs: 5_000,
      breakerProbes: 1,
      concurrency: 'bulkhead',
      concurrencyLimit: 10,
      fallback: 'default',
    },
  },
  {
    id: 'envoy',
    label: 'Envoy',
    help: 'One retry of errors within 25 ms (full jitter), 15 s in all, and its retry budget, which is off until configured: retries at most a fifth of the requests under way, or three.',
    source: 'https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/route/v3/route_components.proto',
    settings: {
      timeoutMs: 15_000,
      retry: 'exponential',
      maxAttempts: 2,
      backoffMs: 25,
      backoffCapMs: 250,
      retryOn: 'errors',
      budget: 'active',
      budgetActivePercent: 20,
      budgetLeastRetries: 3,
    },
  },
  {
    id: 'grpc',
    label: 'gRPC',
    help: 'Deadline passed on, cancellation, four attempts with growing pauses, throttled when half of the tokens are gone.',
    source: 'https://github.com/grpc/proposal/blob/master/A6-client-retries.md',
    settings: {
      protocol: 'grpc',
      propagateDeadline: true,
      cancel: true,
      retry: 'exponential',
      maxAttempts: 4,
      backoffMs: 100,
      backoffCapMs: 1000,
      retryOn: 'errors',
      budget: 'throttle',
      budgetTokens: 10,
      budgetReturn: 0.1,
    },
  },
  {
    id: 'finagle',
    label: 'Finagle',
    help: 'Retries with decorrelated pauses, at most a fifth of the requests and ten a second on top.',
    source: 'https://github.com/twitter/finagle',
    settings: {
      retry: 'exponential',
      maxAttempts: 3,
      backoffMs: 5,
      backoffCapMs: 200,
      jitterKind: 'decorrelated',
      budget: 'ratio',
      budgetShare: 0.2,
      budgetReserve: 10,
    },
  },
];

type Values = Readonly<Record<string, FieldValue>>;

/** What a preset sets; its timeout only when it names one, for how long to wait is the caller's own affair. */
function valuesOf(preset: ResiliencePreset, defaults: Values): [name: string, value: FieldValue][] {
  const names: readonly string[] =
    preset.settings['timeoutMs'] === undefined ? RESILIENCE_NAMES : ['timeoutMs', ...RESILIENCE_NAMES];
  return names.map((name) => [name, preset.settings[name] ?? defaults[name]!]);
}

/** The preset that says what a connection is set to; undefined when the settings are one's own. */
export function matchingPreset(config: Values, defaults: Values): ResiliencePreset | undefined {
  return RESILIENCE_PRESETS.find((preset) =>
    valuesOf(preset, defaults).every(([name, value]) => config[name] === value),
  );
}

/**
 * Every value that choosing a preset sets. A timeout that came with the preset before goes back to its default; one's
 * own stays.
 */
export function presetValues(preset: ResiliencePreset, config: Values, defaults: Values): Map<string, FieldValue> {
  const values = new Map(valuesOf(preset, defaults));
  const before = matchingPreset(config, defaults);
  if (before?.settings['timeoutMs'] !== undefined && !values.has('timeoutMs')) {
    values.set('timeoutMs', defaults['timeoutMs']!);
  }
  return values;
}
