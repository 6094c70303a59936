import { describe, expect, it } from 'vitest';
import { RandomStream } from '../engine/random';
import { ENDED, type Operation } from '../engine/resources/history';
import { checkHistory } from './history-check';
import { checkKey } from './linearizability';

/**
 * A history in a line: "a w1 0-10, b r1 5-20, c w2? 8-, d w3! 0-5": client, operation with its value, from when to when;
 * "?" has no known end, "!" has failed for certain.
 */
function history(text: string): Operation[] {
  return text.split(', ').map((part, number): Operation => {
    const [client, what, times] = part.split(' ') as [string, string, string];
    const [start, end] = times.split('-') as [string, string];
    const outcome = what.endsWith('?') ? ENDED.unknown : what.endsWith('!') ? ENDED.failed : ENDED.ok;
    return {
      ...{ number, caller: 0, user: client.charCodeAt(0), key: 0, outcome },
      write: what.startsWith('w'),
      value: Number.parseInt(what.slice(1), 10),
      start: Number(start),
      end: outcome === ENDED.unknown ? Infinity : Number(end),
    };
  });
}

const inWords = (operations: readonly Operation[]): string =>
  operations.map(({ user, write, value }) => `${String.fromCharCode(user)} ${write ? 'w' : 'r'}${value}`).join(', ');

describe('a history of one key', () => {
  it.each([
    ['nothing written, nothing seen', 'a r0 0-10'],
    ['one after the other', 'a w1 0-10, b r1 11-20, a w2 21-30, b r2 31-40'],
    ['a read beside a write may see it', 'a w1 0-10, b r1 5-7'],
    ['or not', 'a w1 0-10, b r0 5-7'],
    ['old, then new, beside the write', 'a w1 0-10, b r0 1-2, b r1 3-4'],
    ['writes side by side, in either order', 'a w1 0-10, b w2 0-10, c r1 11-12, d r1 13-14'],
    ['a write without an end that is seen late', 'a w1? 0-, b r0 10-20, b r1 30-40'],
    ['a write without an end that never happens', 'a w1? 0-, b r0 10-20, b r0 30-40'],
    ['a write that has failed and is not seen', 'a w1! 0-5, b r0 10-20'],
    ['touching ends overlap', 'a w1 0-10, b r0 10-20'],
  ])('%s: linearizable', (_, text) => {
    expect(checkKey(history(text), true)).toMatchObject({ verdict: 'linearizable', counterexample: [], culprit: null });
  });

  it.each([
    ['a stale read', 'a w1 0-10, b r0 11-20', 'a w1, b r0', 'b r0'],
    ['an old value comes back', 'a w1 0-10, a w2 11-20, b r1 21-30', 'a w1, a w2, b r1', 'b r1'],
    ['new, then old, beside the write', 'a w1 0-100, b r1 1-10, c r0 11-20', 'a w1, b r1, c r0', 'c r0'],
    ['seen before it was written', 'a r1 0-10, b w1 11-20', 'a r1, b w1', 'a r1'],
    ['a value that nobody wrote', 'a w1 0-10, b r9 11-20', 'b r9', 'b r9'],
    ['a write that has failed, and is seen', 'a w1! 0-5, b r1 10-20', 'a w1, b r1', 'b r1'],
    [
      'two see two writes in two orders',
      'a w1 0-10, b w2 0-10, c r1 11-20, d r2 21-30, c r1 31-40',
      'a w1, b w2, c r1, d r2',
      'd r2',
    ],
    [
      'the few among many',
      'a w1 0-10, b r1 11-20, a w2 21-30, c r2 31-40, a w3 41-50, b r3 51-60, c r2 61-70, a w4 71-80, b r4 81-90',
      'a w2, a w3, c r2',
      'c r2',
    ],
  ])('%s: not linearizable', (_, text, counterexample, culprit) => {
    const result = checkKey(history(text), true);
    expect(result.verdict).toBe('not linearizable');
    expect(inWords(result.counterexample)).toBe(counterexample);
    expect(inWords([result.culprit!])).toBe(culprit);
  });

  it('holds nothing against a history whose beginning is forgotten that its beginning could explain', () => {
    const text = 'b r7 0-10, a w8 11-20, b r7 15-30, b r8 31-40';
    expect(checkKey(history(text), true).verdict).toBe('not linearizable');
    expect(checkKey(history(text), false).verdict).toBe('linearizable');
    expect(checkKey(history('a w8 11-20, a w9 21-30, b r8 31-40'), false).verdict).toBe('not linearizable');
  });

  it('gives up after so many states', () => {
    // Twelve writes at once, and reads that fit none of their orders.
    const writes = Array.from({ length: 12 }, (_, i) => `a w${i + 1} 0-100`);
    const text = [...writes, ...[3, 5, 3, 7].map((value, i) => `b r${value} ${200 + 10 * i}-${205 + 10 * i}`)].join(
      ', ',
    );
    expect(checkKey(history(text), true).verdict).toBe('not linearizable');
    expect(checkKey(history(text), true, true, 3).verdict).toBe('undecided');
  });

  it('is quick with a long history', () => {
    const parts = Array.from(
      { length: 2000 },
      (_, i) => `a w${i + 1} ${i * 10}-${i * 10 + 12}, b r${i + 1} ${i * 10 + 5}-${i * 10 + 9}`,
    );
    expect(checkKey(history(parts.join(', ')), true).verdict).toBe('linearizable');
    const broken = history([...parts, 'c r1999 50000-50001'].join(', '));
    // A later value was written, or seen, and the old one comes back.
    expect(inWords(checkKey(broken, true).counterexample)).toMatch(/^a w1999, (a w2000|b r\d+).*c r1999$/);
  });
});

/** Tries every order: what the checker must agree with. */
function bruteForce(operations: readonly Operation[], value = 0): boolean {
  const must = operations.filter(({ write, outcome }) => !(write && outcome === ENDED.unknown));
  if (must.length === 0) return true;
  return operations.some((next, i) => {
    if (operations.some(({ end }) => end < next.start)) return false;
    if (!next.write && next.value !== value) return false;
    return bruteForce(
      operations.filter((_, j) => j !== i),
      next.write ? next.value : value,
    );
  });
}

describe('against every order', () => {
  it.each(Array.from({ length: 200 }, (_, i) => i + 1))(
    'the verdict is the same, and the example minimal (seed %i)',
    (seed) => {
      const chance = new RandomStream(seed, 'history', 'test');
      const count = 3 + chance.integer(5);
      let writes = 0;
      const operations = Array.from({ length: count }, (_, number): Operation => {
        const start = chance.integer(40);
        const write = chance.chance(0.5);
        const unknown = write && chance.chance(0.2);
        return {
          ...{ number, caller: 0, user: number, key: 0, write, start },
          value: write ? ++writes : chance.integer(4),
          end: unknown ? Infinity : start + 1 + chance.integer(20),
          outcome: unknown ? ENDED.unknown : ENDED.ok,
        };
      });
      const { verdict, counterexample } = checkKey(operations, true);
      expect(verdict).toBe(bruteForce(operations) ? 'linearizable' : 'not linearizable');
      if (verdict === 'linearizable') return;
      expect(bruteForce(counterexample)).toBe(false);
      // Without any of its reads, or any write that nobody in it reads, it could be explained.
      for (const operation of counterexample) {
        if (operation.write && counterexample.some(({ write, value }) => !write && value === operation.value)) continue;
        const rest = counterexample.filter((other) => other !== operation);
        const read = new Set(rest.filter(({ write }) => !write).map(({ value }) => value));
        const less = rest.filter(
          ({ write, value }) => !write || read.has(value) || counterexample.some((o) => o.value === value),
        );
        expect(bruteForce(less), `without ${operation.number}`).toBe(true);
      }
    },
  );
});

describe('what a client can rely on', () => {
  it('sees its own writes, and nothing older than it has seen', () => {
    const check = checkHistory(history('a w1 0-10, a w2 11-20, a r1 21-30, b r2 21-30, b r1 31-40, c r1 31-40'), true);
    expect(check.readYourWrites.violations).toBe(1);
    expect(inWords(check.readYourWrites.example!)).toBe('a w2, a r1');
    expect(check.monotonicReads.violations).toBe(1);
    expect(inWords(check.monotonicReads.example!)).toBe('b r2, b r1');
    expect(check).toMatchObject({ verdict: 'not linearizable', keys: 1, violatedKeys: 1, operations: 6 });
  });

  it('a read that began before the write had ended owes it nothing', () => {
    const check = checkHistory(history('a w1 0-10, a r0 5-20, a r1 21-30'), true);
    expect([check.readYourWrites.violations, check.monotonicReads.violations]).toEqual([0, 0]);
  });
});
