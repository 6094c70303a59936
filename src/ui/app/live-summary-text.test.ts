import { describe, expect, it } from 'vitest';
import { summaryText } from './live-summary-text';

const CALM = { seconds: 12.3, requestsPerSec: 900, failuresPerSec: 0, p99Ms: 41.26, down: [], frozen: [] };

describe('summaryText', () => {
  it.each([
    [CALM, '12 s: 900 requests per second, none failing, 99 of 100 answered within 41.3 ms.'],
    [
      { ...CALM, failuresPerSec: 27, down: ['orders-2'] },
      '12 s: 900 requests per second, 3 % failing, 99 of 100 answered within 41.3 ms, orders-2 is down.',
    ],
    [
      { ...CALM, failuresPerSec: 1, p99Ms: NaN, down: ['a', 'b', 'c'], frozen: ['d', 'e'] },
      '12 s: 900 requests per second, less than 1 % failing, a, b and c are down, d and e are frozen.',
    ],
    [
      { ...CALM, requestsPerSec: NaN, p99Ms: NaN, down: ['a', 'b', 'c', 'd'] },
      '12 s: no requests, 4 components are down.',
    ],
  ])('%#', (summary, text) => {
    expect(summaryText(summary)).toBe(text);
  });
});
