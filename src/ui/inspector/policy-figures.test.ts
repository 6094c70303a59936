import { describe, expect, it } from 'vitest';
import { BREAKER, type PolicyFace } from '../../worker/protocol';
import { policyFigures } from './policy-figures';

const QUIET: PolicyFace = {
  firstAttempts: 0,
  retries: 0,
  hedges: 0,
  rejected: 0,
  fallbacks: 0,
  late: 0,
  breakerState: BREAKER.none,
  inFlight: 0,
  limit: 0,
  budgetLevel: -1,
};
const told = (face: Partial<PolicyFace>) =>
  policyFigures({ ...QUIET, ...face }).map(({ label, value }) => [label, value]);

describe('figures of a policy', () => {
  it('are none before anything was called', () => {
    expect(told({})).toEqual([]);
  });

  it('give the attempts per request of retries that all fail', () => {
    // Half of the calls fail, three attempts: 1 + 1/2 + 1/4.
    expect(told({ firstAttempts: 4000, retries: 3000 })).toEqual([
      ['Attempts per request', '1.75'],
      ['Retries', '3\u202f000'],
    ]);
  });

  it('tell breaker, limit and budget', () => {
    expect(told({ breakerState: BREAKER.open, inFlight: 3, limit: 25.4, budgetLevel: 0.4 })).toEqual([
      ['Circuit breaker', 'open: calls fail at once'],
      ['Calls under way', '3 of 25'],
      ['Retry budget left', '40 %'],
    ]);
  });
});
