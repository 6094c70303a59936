/**
 * Exponential and normal variates by the ziggurat method: 98 % of the draws cost one random word, one table look-up and one
 * product.
 *
 * Source: G. Marsaglia and W. W. Tsang, "The ziggurat method for generating random variables", J. Stat. Software 5(8),
 * 2000, with the repair of J. A. Doornik (2005): the layer and the position within it come from different bits.
 *
 * Guarantee: the same bits in every engine, because the tables and the rare paths use our own log and exp. Within a layer
 * there are 2^23 positions, so variates are at most 1.1e-6 apart (a microsecond in a mean of a second). A draw consumes
 * one output nearly always, but sometimes more: a stream that must stay aligned needs a purpose of its own.
 */

import { exp, log } from './deterministic-math';
import type { RandomStream } from './random';

const LAYERS = 256;
const POSITIONS = 8388608;

/** Where the tail begins: solved with 60 digits so that 256 layers of equal area end exactly at the top of the curve. */
const EXPONENTIAL_TAIL = 7.69711747013105;
const NORMAL_TAIL = 3.654152885361009;
/** The area of a layer under e^(−x²/2): r·f(r) plus the tail beyond r, whose integral has no closed form. */
const NORMAL_AREA = 0.004928673233974655;

/**
 * A decreasing curve with f(0) = 1 cut in layers of equal area, from the base upwards. Layer i reaches from 0 to edge i
 * and from height i to height i + 1. The base stands for the tail too, so its edge is area / f(tail), beyond the tail.
 */
interface Layers {
  /** The distance between two positions: position p, an integer, stands for x = (p + ½) × step. */
  readonly step: Float64Array;
  /** Positions below this one are under the curve whatever the height. */
  readonly inside: Int32Array;
  /** f(edge); one more than there are layers, as the last one ends at f(0). */
  readonly height: Float64Array;
}

function cutInLayers(tail: number, area: number, f: (x: number) => number, inverse: (y: number) => number): Layers {
  const edge = new Float64Array(LAYERS + 1);
  edge[0] = area / f(tail);
  edge[1] = tail;
  for (let i = 1; i < LAYERS - 1; i++) edge[i + 1] = inverse(f(edge[i]) + area / edge[i]);
  edge[LAYERS] = 0;
  return {
    step: edge.slice(0, LAYERS).map((x) => x / POSITIONS),
    inside: new Int32Array(LAYERS).map((_, i) => Math.floor((edge[i + 1] / edge[i]) * POSITIONS)),
    height: edge.map(f),
  };
}

const exponentialLayers = cutInLayers(
  EXPONENTIAL_TAIL,
  exp(-EXPONENTIAL_TAIL) * (EXPONENTIAL_TAIL + 1),
  (x) => exp(-x),
  (y) => -log(y),
);
const exponentialStep = exponentialLayers.step;
const exponentialInside = exponentialLayers.inside;

const normalLayers = cutInLayers(
  NORMAL_TAIL,
  NORMAL_AREA,
  (x) => exp(-0.5 * x * x),
  (y) => Math.sqrt(-2 * log(y)),
);
const normalStep = normalLayers.step;
const normalInside = normalLayers.inside;

/** An exponential variate with mean 1, in [0, ∞). */
export function exponential(stream: RandomStream): number {
  const bits = stream.uint32();
  const layer = bits & 255;
  const position = bits >>> 9;
  const x = (position + 0.5) * exponentialStep[layer];
  // the plus says "a number" to the compiler, which would otherwise allocate an object for every result
  return position < exponentialInside[layer] ? x : +exponentialEdge(stream, layer, x);
}

/** The rest of a draw that fell beside the certain part of its layer. */
function exponentialEdge(stream: RandomStream, layer: number, x: number): number {
  if (layer === 0) return EXPONENTIAL_TAIL + exponential(stream); // no memory: the tail is the curve again
  return isUnder(exponentialLayers.height, layer, stream.uniform(), exp(-x)) ? x : exponential(stream);
}

/** A standard normal variate: mean 0, variance 1. */
export function normal(stream: RandomStream): number {
  const bits = stream.uint32();
  const layer = bits & 255;
  const position = bits >>> 9;
  const x = (position + 0.5) * normalStep[layer];
  const magnitude = position < normalInside[layer] ? x : +normalEdge(stream, layer, x);
  return bits & 256 ? -magnitude : magnitude;
}

function normalEdge(stream: RandomStream, layer: number, x: number): number {
  if (layer === 0) return normalTail(stream);
  return isUnder(normalLayers.height, layer, stream.uniform(), exp(-0.5 * x * x)) ? x : Math.abs(normal(stream));
}

/** The normal distribution beyond NORMAL_TAIL: an exponential of rate r, kept with probability e^(−x²/2) (Marsaglia 1964). */
function normalTail(stream: RandomStream): number {
  for (;;) {
    const x = exponential(stream) / NORMAL_TAIL;
    if (2 * exponential(stream) > x * x) return NORMAL_TAIL + x;
  }
}

/** Is the height that u in [0, 1) picks within the layer below the curve, whose height there is `curve`? */
function isUnder(height: Float64Array, layer: number, u: number, curve: number): boolean {
  return height[layer] + u * (height[layer + 1] - height[layer]) < curve;
}
