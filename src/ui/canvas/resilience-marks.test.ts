import { describe, expect, it } from 'vitest';
import { CONNECTION_FIELDS, type ConnectionConfig } from '../../model/connection-fields';
import { completeConfig, type Settings } from '../../model/fields';
import { RESILIENCE_PRESETS } from '../../model/resilience-presets';
import { BREAKER, type PolicyFace } from '../../worker/protocol';
import { resilienceMarks, resilienceWords } from './resilience-marks';

const config = (settings: Settings = {}) => completeConfig(CONNECTION_FIELDS, settings) as ConnectionConfig;
const preset = (id: string) => config(RESILIENCE_PRESETS.find((each) => each.id === id)!.settings);
const POLICY: PolicyFace = {
  firstAttempts: 100,
  retries: 20,
  hedges: 0,
  rejected: 0,
  fallbacks: 0,
  late: 0,
  breakerState: BREAKER.closed,
  inFlight: 0,
  limit: 0,
  budgetLevel: -1,
};
const drawn = (...args: Parameters<typeof resilienceMarks>) =>
  resilienceMarks(...args).map(({ glyph, text, tone }) => [glyph, text, tone].filter(Boolean).join(' '));

describe('marks of a connection', () => {
  it('are none where nothing is on', () => {
    expect(drawn(config(), null)).toEqual([]);
    expect(resilienceWords(config())).toBe('');
  });

  it.each([
    ['aws-2026', ['retry ×3', 'budget']],
    ['resilience4j', ['retry ×3', 'closed', 'limit 0/25']],
    ['hystrix', ['closed', 'limit 0/10', 'fallback']],
    ['grpc', ['deadline', 'retry ×4', 'budget', 'protocol gRPC']],
  ])('%s', (id, marks) => {
    expect(drawn(preset(id), null)).toEqual(marks);
  });

  it('tell the state of the run', () => {
    const hystrix = preset('hystrix');
    expect(drawn(hystrix, { ...POLICY, breakerState: BREAKER.open, inFlight: 8, limit: 10 })).toEqual([
      'open open hot',
      'limit 8/10 busy',
      'fallback',
    ]);
    expect(drawn(hystrix, { ...POLICY, breakerState: BREAKER.halfOpen, inFlight: 10, limit: 10 })).toEqual([
      'half-open probing busy',
      'limit 10/10 hot',
      'fallback',
    ]);
    expect(resilienceMarks(preset('aws-2026'), { ...POLICY, budgetLevel: 0.02 })[1]).toEqual({
      glyph: 'budget',
      text: '',
      tone: 'hot',
      level: 0,
    });
  });

  it('have words', () => {
    expect(resilienceWords(preset('resilience4j'))).toBe(
      'with 3 attempts, a circuit breaker and a limit on calls at once',
    );
  });
});
