/** What a connection does when calls fail, as the few marks that are drawn on it, and in words. */
import type { ConnectionConfig } from '../../model/connection-fields';
import { BREAKER, type PolicyFace } from '../../worker/protocol';
import { formatMs } from '../shared/format-number';

/** The shape of a mark. */
export type Glyph =
  'deadline' | 'retry' | 'budget' | 'closed' | 'open' | 'half-open' | 'limit' | 'hedge' | 'fallback' | 'protocol';

export interface Mark {
  readonly glyph: Glyph;
  readonly text: string;
  /** hot: calls are turned away here now. busy: close to it. */
  readonly tone: '' | 'busy' | 'hot';
  /** How full, 0 … 1, in eighths, for budget and limit; −1 without. */
  readonly level: number;
}

type Policies = Pick<
  ConnectionConfig,
  | 'propagateDeadline'
  | 'retry'
  | 'maxAttempts'
  | 'budget'
  | 'breaker'
  | 'concurrency'
  | 'concurrencyLimit'
  | 'hedgeAfterMs'
  | 'fallback'
  | 'protocol'
>;

const NEARLY = 0.75;

/** The marks of a connection, from left to right. Empty for one that only calls and waits. */
export function resilienceMarks(config: Policies, policy: PolicyFace | null): Mark[] {
  const marks: Mark[] = [];
  const put = (glyph: Glyph, text: string, tone: Mark['tone'] = '', level = -1) =>
    marks.push({ glyph, text, tone, level: level < 0 ? -1 : Math.round(level * 8) / 8 });
  if (config.propagateDeadline) put('deadline', '');
  if (config.retry !== 'none' && config.maxAttempts > 1) put('retry', `×${config.maxAttempts}`);
  if (config.budget !== 'none') {
    const level = policy && policy.budgetLevel >= 0 ? Math.min(1, policy.budgetLevel) : 1;
    put('budget', '', level < 1 / 16 ? 'hot' : level < 0.5 ? 'busy' : '', level);
  }
  if (config.breaker !== 'none') {
    const state = policy?.breakerState ?? BREAKER.closed;
    if (state === BREAKER.open) put('open', 'open', 'hot');
    else if (state === BREAKER.halfOpen) put('half-open', 'probing', 'busy');
    else put('closed', '');
  }
  if (config.concurrency !== 'unlimited') {
    const limit = policy && policy.limit > 0 ? Math.floor(policy.limit) : config.concurrencyLimit;
    const used = policy?.inFlight ?? 0;
    const fill = Math.min(1, used / limit);
    put('limit', `${used}/${limit}`, fill >= 1 ? 'hot' : fill >= NEARLY ? 'busy' : '', fill);
  }
  if (config.hedgeAfterMs > 0) put('hedge', formatMs(config.hedgeAfterMs));
  if (config.fallback !== 'fail') put('fallback', '');
  if (config.protocol === 'grpc') put('protocol', 'gRPC');
  return marks;
}

export function isResilient(config: Policies): boolean {
  return resilienceMarks(config, null).length > 0;
}

/** The same in words, for the name of the connection: "with 3 attempts, a circuit breaker and hedging". */
export function resilienceWords(config: Policies): string {
  const parts: string[] = [];
  if (config.retry !== 'none' && config.maxAttempts > 1) parts.push(`${config.maxAttempts} attempts`);
  if (config.budget !== 'none') parts.push('a retry budget');
  if (config.breaker !== 'none') parts.push('a circuit breaker');
  if (config.concurrency !== 'unlimited') parts.push('a limit on calls at once');
  if (config.hedgeAfterMs > 0) parts.push('hedging');
  if (config.fallback !== 'fail') parts.push('a fallback');
  if (config.propagateDeadline) parts.push('its deadline passed on');
  const last = parts.pop();
  if (last === undefined) return '';
  return `with ${parts.length === 0 ? last : `${parts.join(', ')} and ${last}`}`;
}
