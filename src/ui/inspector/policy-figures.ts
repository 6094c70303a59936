/** What the resilience of a connection has done, as figures. */
import { BREAKER, type PolicyFace } from '../../worker/protocol';
import { formatNumber, formatShare } from '../shared/format-number';
import type { Figure } from './figures';

const BREAKER_WORDS: Readonly<Record<number, string>> = {
  [BREAKER.closed]: 'closed: calls go out',
  [BREAKER.open]: 'open: calls fail at once',
  [BREAKER.halfOpen]: 'half open: probing',
};

/** Only figures that say something: what is off, and has never done anything, is left out. */
export function policyFigures(policy: PolicyFace): Figure[] {
  const { firstAttempts, retries, hedges, rejected, fallbacks, late } = policy;
  const figures: Figure[] = [];
  if (firstAttempts > 0) {
    const attempts = (firstAttempts + retries + hedges) / firstAttempts;
    figures.push({
      label: 'Attempts per request',
      value: attempts.toFixed(2),
      help: 'First attempts, retries and hedges, for each request. This is how much more load retrying makes.',
      bad: attempts >= 1.5,
    });
  }
  if (policy.breakerState !== BREAKER.none) {
    figures.push({
      label: 'Circuit breaker',
      value: BREAKER_WORDS[policy.breakerState] ?? '',
      bad: policy.breakerState === BREAKER.open,
    });
  }
  if (policy.limit > 0) {
    const limit = Math.floor(policy.limit);
    figures.push({
      label: 'Calls under way',
      value: `${formatNumber(policy.inFlight)} of ${formatNumber(limit)}`,
      bad: policy.inFlight >= limit,
    });
  }
  if (policy.budgetLevel >= 0) {
    figures.push({
      label: 'Retry budget left',
      value: formatShare(Math.round(Math.min(1, policy.budgetLevel) * 100) / 100),
      bad: policy.budgetLevel < 0.05,
    });
  }
  const counted: [label: string, count: number, help: string][] = [
    ['Retries', retries, 'Attempts after the first one.'],
    ['Hedges', hedges, 'Second copies, sent because the answer took long.'],
    ['Not let out', rejected, 'Calls that failed on the caller’s side: breaker open, limit reached, or held back.'],
    ['Default answers', fallbacks, 'Calls that failed and were answered with the fallback.'],
    ['Answers too late', late, 'They came after the caller had given up: work done in vain.'],
  ];
  for (const [label, count, help] of counted) if (count > 0) figures.push({ label, value: formatNumber(count), help });
  return figures;
}
