/** Headlines by what there is to say. */
export const HEADLINES = [
  '{} ready, {} unacked',
  'no consumers, {} ready',
  'consumers away, {} ready',
  'no leader, {} ready',
  'no majority, {} ready',
  'memory alarm, {} blocked',
] as const;

export const HEADLINE = { usual: 0, noConsumers: 1, away: 2, noLeader: 3, noMajority: 4, alarm: 5 } as const;
