/**
 * Logarithm, exponential, power, sine and cosine with the same bits in every JavaScript engine.
 *
 * ECMAScript leaves `Math.log` and friends "implementation-approximated"; only + − × ÷ and square root are fixed by
 * IEEE 754. So everything here is built from those, in a fixed order. JavaScript never fuses a multiply and an add, and
 * every literal has at most 17 significant digits, which all engines must read alike.
 *
 * Method: argument reduction, then a short polynomial, arranged for accuracy as in Sun's fdlibm (K. C. Ng, 1993); pow
 * takes its logarithm in pairs of doubles (T. J. Dekker, 1971). The polynomials are our own minimax fits, and the error
 * beside each is that of the fit. Accuracy, measured against 50 digits: log and exp within 0.85 ulp, pow within 1 ulp and
 * exact when base, exponent and result are integers below 2^52; sin and cos within 2e-16 (absolute) for |x| ≤ 1e6.
 */

const double = new Float64Array(1);
const words = new Int32Array(double.buffer);
double[0] = 1;
/** Which half of a double holds sign and exponent: the second on little-endian machines, the first on big-endian ones. */
const HIGH = words[1] !== 0 ? 1 : 0;

/** The second result of a function that has two: a typed array, as a module variable would be a new object at every write. */
const second = new Float64Array(1);

/** 2^(i − 1023) for the exponents −1023 … 1023. A table, as assembling a double from two words stalls the processor. */
const powersOfTwo = new Float64Array(2047);
powersOfTwo[1023] = 1;
for (let k = 1; k <= 1023; k++) {
  powersOfTwo[1023 + k] = powersOfTwo[1022 + k] * 2;
  powersOfTwo[1023 - k] = powersOfTwo[1024 - k] / 2;
}

const LN2 = 0.6931471805599453;
/** ln 2 minus LN2, so that the pair carries 106 bits. */
const LN2_REST = 2.3190468138462996e-17;
/** ln 2 in two parts; the first has 32 bits, so that k × LN2_HIGH is exact for every exponent k of a double. */
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
const INVERSE_LN2 = 1.4426950408889634;

const TWO_52 = 4503599627370496;
const TWO_54 = 18014398509481984;
const TWO_MINUS_54 = 5.551115123125783e-17;
/** 2^27 + 1: multiplying by it splits a double into two halves of 26 bits (T. J. Dekker, 1971). */
const SPLITTER = 134217729;

/** As constants: a global that a branch has not read yet is of unknown type to V8, and makes every result an object. */
const INFINITE = Infinity;
const UNDEFINED = NaN;

/** High word of √½: significands are taken in [√½, √2), so that their logarithm is small. */
const SQRT_HALF_HIGH = 0x3fe6a09e;

/** The k for which x / 2^k lies in about [√½, √2); x finite and > 0. */
function exponentOf(x: number): number {
  double[0] = x;
  const high = words[HIGH];
  if (high < 0x00100000) return exponentOf(x * TWO_54) - 54; // subnormal
  return ((high + (0x3ff00000 - SQRT_HALF_HIGH)) >> 20) - 1023;
}

/** x × 2^k. One rounding, and only when the result is subnormal; |k| ≤ 1077. */
function scale(x: number, k: number): number {
  if (k > 1023) return x * powersOfTwo[2046] * powersOfTwo[k];
  if (k < -1022) return x * powersOfTwo[k + 54 + 1023] * TWO_MINUS_54;
  return x * powersOfTwo[k + 1023];
}

/** Natural logarithm. log(0) = −Infinity; NaN for x < 0. */
export function log(x: number): number {
  if (!(x > 0)) return x === 0 ? -INFINITE : UNDEFINED;
  if (x === INFINITE) return INFINITE;
  // log(1 + f) = 2 artanh(s) with s = f / (2 + f), that is 2s + s·R(s²) and R(z) = 2z/3 + 2z²/5 + … (fit: 2^-58)
  const k = exponentOf(x);
  const f = scale(x, -k) - 1;
  const s = f / (2 + f);
  const z = s * s;
  const r =
    z *
    (0.6666666666666715 +
      z *
        (0.3999999999952083 +
          z *
            (0.28571428721944264 +
              z *
                (0.2222220045029707 + z * (0.18183475187854722 + z * (0.153161647601677 + z * 0.14776129915483976))))));
  // 2s = f − s·f, rewritten as f − (f²/2 − s·f²/2) so that the large part f stays exact
  const halfSquare = 0.5 * f * f;
  return k * LN2_HIGH - (halfSquare - (s * (halfSquare + r) + k * LN2_LOW) - f);
}

/** e^x. Overflows to Infinity above 709.78, underflows gradually to 0 below −745.13. */
export function exp(x: number): number {
  return expOfSum(x, 0);
}

/** e^(x + rest) for a |rest| far below |x|: the extra digits of an exponent that is known better than to one double. */
function expOfSum(x: number, rest: number): number {
  if (x > 709.782712893384) return INFINITE;
  if (x < -745.1332191019412) return 0;
  if (x !== x) return UNDEFINED;
  const k = Math.floor(x * INVERSE_LN2 + 0.5);
  const high = x - k * LN2_HIGH;
  const low = k * LN2_LOW - rest;
  const r = high - low;
  const z = r * r;
  // e^r = 1 + 2r / (R − r) with R(r²) = r (e^r + 1) / (e^r − 1) = 2 + r²/6 − r⁴/360 + … (fit: 2^-58)
  const c =
    r -
    z *
      (0.16666666666666605 +
        z *
          (-0.0027777777777031657 +
            z * (6.613756325063333e-5 + z * (-1.6533905528567382e-6 + z * 4.138243751126176e-8))));
  return scale(1 - (low - (r * c) / (2 - c) - high), k);
}

/** x^y with the special cases of ECMAScript's `**`: x^0 = 1 for every x, (±1)^±Infinity = NaN, NaN for a root of x < 0. */
export function pow(x: number, y: number): number {
  if (y === 0) return 1;
  if (x !== x || y !== y) return NaN;
  const base = Math.abs(x);
  const integral = Math.floor(y) === y;
  const odd = Math.abs(y % 2) === 1;
  if (base === 1 && (y === Infinity || y === -Infinity)) return NaN;
  if (base === 0 || base === Infinity || y === Infinity || y === -Infinity) {
    const large = base > 1 === y > 0;
    const magnitude = large ? Infinity : 0;
    return odd && (x < 0 || Object.is(x, -0)) ? -magnitude : magnitude;
  }
  if (x < 0 && !integral) return NaN;
  const magnitude = positivePower(base, y, integral);
  return odd && x < 0 ? -magnitude : magnitude;
}

function positivePower(x: number, y: number, integral: boolean): number {
  if (x === 1) return 1;
  if (Math.abs(y) > TWO_54 * 1024) return x > 1 === y > 0 ? Infinity : 0;
  const high = logHigh(x);
  const rest = second[0];
  const product = y * high;
  const power = expOfSum(product, productError(y, high, product) + y * rest);
  // integer^integer is an integer: below 2^52 the error is under a half, so rounding makes it exact
  return integral && y > 0 && power < TWO_52 && Math.floor(x) === x ? Math.floor(power + 0.5) : power;
}

/** The logarithm of a finite x > 0 to about 2^-63, as a result plus `second[0]`: the series of `log` in pairs of doubles. */
function logHigh(x: number): number {
  const k = exponentOf(x);
  const m = scale(x, -k);
  const f = m - 1;
  const d = m + 1;
  const dRest = m < 1 ? m - (d - 1) : 1 - (d - m);
  const s = f / d;
  const sRest = (f - s * d - productError(s, d, s * d) - s * dRest) / d;
  const z = s * s;
  const zRest = productError(s, s, z) + 2 * s * sRest;
  // artanh(s) / s = 1 + z·q, q = 1/3 + z/5 + z²/7 + … (fit of what follows 1/3: 2^-66)
  const tail =
    z *
    (0.19999999999999998 +
      z *
        (0.1428571428571644 +
          z *
            (0.11111111110223383 +
              z *
                (0.09090909261388477 +
                  z *
                    (0.07692289939649678 +
                      z * (0.06667729884354931 + z * (0.05845837128103854 + z * 0.05926563784813094)))))));
  const third = 0.3333333333333333;
  const q = third + tail;
  const qRest = third - q + tail + 1.850371707708594e-17;
  const w = z * q;
  const wRest = productError(z, q, w) + z * qRest + zRest * q;
  const v = s * w;
  const vRest = productError(s, w, v) + s * wRest + sRest * w;
  const artanh = s + v;
  const artanhRest = s - artanh + v + (vRest + sRest);
  const scaled = k * LN2;
  const high = scaled + 2 * artanh; // |scaled| is 0 or the larger of the two, so the next line loses nothing
  const rest =
    (scaled === 0 ? 0 : scaled - high + 2 * artanh) + (productError(k, LN2, scaled) + k * LN2_REST + 2 * artanhRest);
  second[0] = rest;
  return high;
}

/** a × b − product, exactly (Dekker's product), for factors below 2^970. */
function productError(a: number, b: number, product: number): number {
  const aScaled = a * SPLITTER;
  const aHigh = aScaled - (aScaled - a);
  const aLow = a - aHigh;
  const bScaled = b * SPLITTER;
  const bHigh = bScaled - (bScaled - b);
  const bLow = b - bHigh;
  return aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
}

const TWO_OVER_PI = 0.6366197723675814;
const TWO_PI = 6.283185307179586;
/** π/2 in three parts; the first two have 33 bits, so that n × part is exact for |n| < 2^20. */
const HALF_PI_1 = 1.5707963267341256;
const HALF_PI_2 = 6.077100506303966e-11;
const HALF_PI_3 = 2.0222662487959506e-21;

/** Cosine of x radians; NaN for ±Infinity. See `reduce` for |x| > 1e6. */
export function cos(x: number): number {
  const quadrant = reduce(x);
  const value = quadrant & 1 ? sinNearZero(second[0]) : cosNearZero(second[0]);
  return quadrant === 1 || quadrant === 2 ? -value : value;
}

/** Sine of x radians; NaN for ±Infinity. See `reduce` for |x| > 1e6. */
export function sin(x: number): number {
  const quadrant = reduce(x);
  const value = quadrant & 1 ? cosNearZero(second[0]) : sinNearZero(second[0]);
  return quadrant & 2 ? -value : value;
}

/**
 * The quadrant 0…3 of x, whose remainder goes to `second[0]`. Beyond 1e6, whole turns are removed first with a 2π of one
 * double: an angle error of |x| × 4e-17, less than the rounding that x itself carries.
 */
function reduce(x: number): number {
  const angle = Math.abs(x) <= 1e6 ? x : x % TWO_PI;
  const n = Math.floor(angle * TWO_OVER_PI + 0.5);
  second[0] = n === 0 ? angle : angle - n * HALF_PI_1 - n * HALF_PI_2 - n * HALF_PI_3;
  return n & 3;
}

/** sin r for |r| ≤ π/4 (fit: 2^-58). */
function sinNearZero(r: number): number {
  const z = r * r;
  const p =
    -0.16666666666666632 +
    z *
      (0.008333333333322484 +
        z *
          (-0.00019841269829853534 +
            z * (2.755731370543415e-6 + z * (-2.5050759973138292e-8 + z * 1.5896892181142268e-10))));
  return r + r * z * p;
}

/** cos r for |r| ≤ π/4 (fit: 2^-64). */
function cosNearZero(r: number): number {
  const z = r * r;
  const p =
    0.0416666666666666 +
    z *
      (-0.0013888888888874869 +
        z *
          (2.4801587289895072e-5 +
            z * (-2.7557314460359223e-7 + z * (2.087573675609417e-9 + z * -1.1360295529200772e-11))));
  const half = 0.5 * z;
  const w = 1 - half;
  return w + (1 - w - half + z * z * p);
}
