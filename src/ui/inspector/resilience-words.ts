/** What a group of resilience settings comes to, in a few words; empty when it is off. */
import type { ConnectionConfig } from '../../model/connection-fields';
import { formatMs } from '../shared/format-number';

const BUDGETS: Readonly<Record<ConnectionConfig['budget'], string>> = {
  none: '',
  ratio: 'a share of the requests',
  bucket: 'a bucket of tokens',
  throttle: 'throttled below half',
  active: 'a share of the calls under way',
};

export function groupWords(group: string, config: ConnectionConfig): string {
  switch (group) {
    case 'deadlines': {
      const parts = [config.timeoutMs > 0 ? formatMs(config.timeoutMs) : 'waits for ever'];
      if (config.perTryTimeoutMs > 0) parts.push(`${formatMs(config.perTryTimeoutMs)} an attempt`);
      if (config.propagateDeadline) parts.push('passed on');
      if (config.cancel) parts.push('cancels');
      return parts.join(', ');
    }
    case 'retries':
      if (config.retry === 'none') return '';
      return `${config.maxAttempts} attempts, ${config.retry === 'fixed' ? 'fixed pause' : 'exponential'}`;
    case 'budget':
      return BUDGETS[config.budget];
    case 'breaker':
      if (config.breaker === 'none') return '';
      return `opens at ${config.breakerFailurePercent} % of ${config.breakerWindow} ${config.breaker === 'count' ? 'calls' : 's'}`;
    case 'concurrency': {
      const limit =
        config.concurrency === 'unlimited'
          ? ''
          : config.concurrency === 'bulkhead'
            ? `at most ${config.concurrencyLimit}`
            : 'adaptive';
      return [limit, config.clientThrottling ? 'holds back' : ''].filter(Boolean).join(', ');
    }
    case 'hedging':
      return config.hedgeAfterMs > 0 ? `after ${formatMs(config.hedgeAfterMs)}` : '';
    case 'fallback':
      return config.fallback === 'default' ? 'a default answer' : '';
    case 'protocol':
      return config.protocol === 'grpc' ? 'gRPC' : '';
    default:
      return '';
  }
}
