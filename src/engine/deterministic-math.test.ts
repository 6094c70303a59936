import { describe, expect, it } from 'vitest';
import { cos, exp, log, pow, sin } from './deterministic-math';

/** The engine's own Math is within an ulp or two of the truth, and so are we: 2e-15 is nine units of 2^-52. */
const TOLERANCE = 2e-15;

/** `count` numbers evenly spaced from `from` to `to`, both included. */
function range(from: number, to: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => from + ((to - from) * i) / (count - 1));
}

function expectClose(actual: number, expected: number, what: string): void {
  const error = Math.abs(actual - expected);
  if (!(actual === expected || error <= TOLERANCE * Math.abs(expected))) {
    expect.fail(`${what} is ${actual}, expected ${expected}`);
  }
}

/** FNV-1a over the bits of doubles, most significant byte first: the same on every machine. */
function fingerprint(values: number[]): string {
  const view = new DataView(new ArrayBuffer(8));
  let hash = 0x811c9dc5;
  for (const value of values) {
    view.setFloat64(0, value);
    for (let i = 0; i < 8; i++) hash = Math.imul(hash ^ view.getUint8(i), 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}

describe('log', () => {
  it('agrees with Math.log from the smallest to the largest double', () => {
    for (const t of range(-1022, 1023, 20_001)) {
      const x = Math.pow(2, t);
      expectClose(log(x), Math.log(x), `log(${x})`);
    }
  });

  it('keeps its relative accuracy near 1, where the logarithm vanishes', () => {
    for (const x of range(0.5, 2, 30_001)) expectClose(log(x), Math.log(x), `log(${x})`);
    for (const t of range(-52, -2, 1_001)) {
      const x = 1 + Math.pow(2, t);
      expectClose(log(x), Math.log(x), `log(${x})`);
    }
  });

  it('handles subnormal numbers', () => {
    for (const t of range(-1074, -1022, 521)) {
      const x = Math.pow(2, t);
      expectClose(log(x), Math.log(x), `log(${x})`);
    }
  });

  it.each([
    [0, -Infinity],
    [-0, -Infinity],
    [1, 0],
    [-1, NaN],
    [-Infinity, NaN],
    [Infinity, Infinity],
    [NaN, NaN],
  ])('log(%d) is %d', (x, expected) => expect(log(x)).toBe(expected));
});

describe('exp', () => {
  it('agrees with Math.exp wherever the result is normal', () => {
    for (const x of range(-708, 709.78, 50_001)) expectClose(exp(x), Math.exp(x), `exp(${x})`);
    for (const x of range(-1, 1, 20_001)) expectClose(exp(x), Math.exp(x), `exp(${x})`);
    for (const t of range(-60, -1, 1_001)) expectClose(exp(Math.pow(2, t)), Math.exp(Math.pow(2, t)), `exp(2^${t})`);
  });

  it('underflows gradually: within one unit of the subnormal grid', () => {
    for (const x of range(-745.1, -708, 2_001)) {
      expect(Math.abs(exp(x) - Math.exp(x))).toBeLessThanOrEqual(Number.MIN_VALUE + TOLERANCE * Math.exp(x));
    }
  });

  it.each([
    [0, 1],
    [-0, 1],
    [709.782712893384, 1.7976931348622732e308],
    [709.7827128933841, Infinity],
    [Infinity, Infinity],
    [-745.1332191019411, Number.MIN_VALUE],
    [-745.1332191019412, 0],
    [-746, 0],
    [-Infinity, 0],
    [NaN, NaN],
  ])('exp(%d) is %d', (x, expected) => expect(exp(x)).toBe(expected));
});

describe('pow', () => {
  it('is exact for every integer power of an integer below 2^52', () => {
    for (let base = 2; base <= 1_000; base++) {
      let power = 1;
      for (let n = 0; power < 2 ** 52; n++, power *= base) {
        if (pow(base, n) !== power) expect.fail(`pow(${base}, ${n}) is ${pow(base, n)}`);
      }
    }
  });

  it('agrees with Math.pow for small and for huge exponents', () => {
    for (const x of range(0.01, 20, 401)) {
      for (const y of range(-8, 8, 101)) expectClose(pow(x, y), Math.pow(x, y), `pow(${x}, ${y})`);
    }
    for (const x of range(0.999, 1.001, 101)) {
      for (const y of range(-6e5, 6e5, 101)) expectClose(pow(x, y), Math.pow(x, y), `pow(${x}, ${y})`);
    }
  });

  it('treats every special case as ECMAScript does', () => {
    const odd = [0, 1, 2, 0.5, 3, 1e19, 1e300, 5e-324, 2 ** 53, 1 + 2 ** -52, 1 - 2 ** -53, Infinity, NaN];
    const special = [...odd, ...odd.map((x) => -x)];
    for (const x of special) {
      for (const y of special) {
        const expected = x ** y;
        if (Number.isFinite(expected) && expected !== 0) expectClose(pow(x, y), expected, `pow(${x}, ${y})`);
        else expect(pow(x, y), `pow(${x}, ${y})`).toBe(expected);
      }
    }
  });
});

describe('cos and sin', () => {
  it('stay within 2e-16 up to a million', () => {
    // Math.cos has an error of its own, up to a unit of 2^-53
    const limit = 2e-16 + 1.2e-16;
    for (const x of [...range(-20, 20, 40_001), ...range(-1e6, 1e6, 40_001)]) {
      if (!(Math.abs(cos(x) - Math.cos(x)) < limit)) expect.fail(`cos(${x}) is ${cos(x)}`);
      if (!(Math.abs(sin(x) - Math.sin(x)) < limit)) expect.fail(`sin(${x}) is ${sin(x)}`);
    }
  });

  it('are exact at 0 and keep the relative accuracy of small angles', () => {
    expect(cos(0)).toBe(1);
    expect(sin(0)).toBe(0);
    for (const t of range(-1000, -1, 1_001)) expectClose(sin(2 ** t), Math.sin(2 ** t), `sin(2^${t})`);
  });

  it('degrade no faster than the argument is known, far out', () => {
    for (const x of range(1e6, 1e12, 2_001)) expect(Math.abs(cos(x) - Math.cos(x))).toBeLessThan(x * 1.2e-16 + 4e-16);
  });

  it.each([Infinity, -Infinity, NaN])('of %d are NaN', (x) => {
    expect(cos(x)).toBeNaN();
    expect(sin(x)).toBeNaN();
  });
});

describe('golden bits: a change here changes every recorded run', () => {
  const arguments_ = range(1 / 512, 40, 20_000);

  it.each([
    ['log', fingerprint(arguments_.map((x) => log(x))), '60bed0ab'],
    ['exp', fingerprint(arguments_.map((x) => exp(x - 20))), 'aadc4b40'],
    ['pow', fingerprint(arguments_.map((x) => pow(x, 1.7 - x / 8))), '86537694'],
    ['cos', fingerprint(arguments_.map((x) => cos(x * 3 - 60))), '5382d623'],
    ['sin', fingerprint(arguments_.map((x) => sin(x * 3 - 60))), '51f3e420'],
  ])('%s has fingerprint %s', (_name, actual, golden) => expect(actual).toBe(golden));
});
