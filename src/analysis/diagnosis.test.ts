import { describe, expect, it } from 'vitest';
import { causeCode } from '../model/outcome';
import { type Condition, diagnose, saturatedSince } from './diagnosis';

const calm: Condition = {
  begun: true,
  source: false,
  down: false,
  downSinceMicros: 0,
  frozen: false,
  slowed: false,
  erring: false,
  utilisation: 41.3,
  saturatedSinceMicros: NaN,
  capacity: 'workers',
  arrivals: 300,
  completions: 300,
  failures: 0,
  waiting: 0,
  deaths: new Map(),
};

const queueFull = causeCode('queue-full');
const timeout = causeCode('timeout');

describe('diagnose', () => {
  it.each<[string, Partial<Condition>, string]>([
    ['before the run', { begun: false }, 'not running yet'],
    ['a crash', { down: true, downSinceMicros: 9_123_000 }, 'down since 9.1 s: whoever calls is refused'],
    [
      'a crash that callers run into',
      { down: true, downSinceMicros: 9_000_000, deaths: new Map([[causeCode('refused'), 152]]) },
      'down since 9.0 s: 152/s die here: refused',
    ],
    ['a frozen process', { frozen: true }, 'frozen: it accepts requests and answers none'],
    ['calm', {}, 'healthy: 41 % of its workers busy'],
    ['a kind without a word for its capacity', { capacity: '' }, 'healthy: 41 % busy'],
    ['a kind without a capacity', { utilisation: NaN }, 'healthy: 300/s pass'],
    ['no traffic', { arrivals: 0, utilisation: 0 }, 'idle: nothing arrives'],
    ['near the knee', { utilisation: 82 }, 'near the knee: 82 % of its workers busy'],
    [
      'near the knee, queueing',
      { utilisation: 93, waiting: 7.4 },
      'near the knee: 93 % of its workers busy, 7.4 waiting',
    ],
    [
      'saturated',
      { utilisation: 100, saturatedSinceMicros: 9_100_000, waiting: 47 },
      'saturated since 9.1 s: all workers are busy, 47 waiting',
    ],
    [
      'saturated and turning away',
      { utilisation: 100, saturatedSinceMicros: 9_100_000, deaths: new Map([[queueFull, 29]]) },
      'saturated since 9.1 s: all workers are busy, 29/s die here: queue full',
    ],
    [
      'the most frequent cause speaks for all',
      {
        deaths: new Map([
          [timeout, 3],
          [queueFull, 9],
        ]),
      },
      '12/s die here: queue full; 41 % of its workers busy',
    ],
    ['slowed down', { slowed: true }, 'slowed down, healthy: 41 % of its workers busy'],
    [
      'a client',
      { source: true, arrivals: 900, completions: 871, failures: 29 },
      'sends 900/s, 871/s answered, 29/s fail',
    ],
    [
      'a busy client',
      { source: true, arrivals: 12_900, completions: 12_900 },
      'sends 12\u202f900/s, 12\u202f900/s answered',
    ],
    ['a client at rest', { source: true, arrivals: 0 }, 'idle: it sends nothing'],
  ])('%s', (_, change, sentence) => {
    expect(diagnose({ ...calm, ...change })).toBe(sentence);
  });
});

describe('saturatedSince', () => {
  const quarter = 250_000;
  const times = [1, 2, 3, 4, 5, 6, 7, 8].map((n) => n * quarter);

  it('is the start of the first full window in a row', () => {
    expect(saturatedSince(times, [50, 100, 80, 98, 100, 100, 100, 99])).toBe(3 * quarter);
  });
  it('is the start of the run when it was full from there', () => {
    expect(
      saturatedSince(
        times,
        times.map(() => 100),
      ),
    ).toBe(0);
  });
  it.each([
    ['the last window has room', [100, 100, 100, 100, 100, 100, 100, 90]],
    ['it has just begun', [50, 50, 50, 50, 50, 100, 100, 100]],
    ['there is no capacity', times.map(() => NaN)],
  ])('is unknown when %s', (_, utilisation) => {
    expect(saturatedSince(times, utilisation)).toBeNaN();
  });
});
