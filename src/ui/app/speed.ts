/** Speeds of a run: simulated seconds per real second, on a logarithmic scale from slow motion to fast forward. */
import { formatNumber } from '../shared/format-number';

export const SLOWEST = 0.001;
export const FASTEST = 100;
/** Labelled stops, with what they are for. */
export const SPEED_STOPS: readonly { readonly speed: number; readonly use: string }[] = [
  { speed: 0.001, use: 'a millisecond takes a second: follow one request' },
  { speed: 0.01, use: 'ten milliseconds take a second: follow a few' },
  { speed: 0.1, use: 'slow motion: ten seconds for one' },
  { speed: 1, use: 'as in real life' },
  { speed: 10, use: 'a minute in six seconds' },
  { speed: 100, use: 'fast forward, as far as this machine can' },
];

/** 1, 2, 5, 10 … between the ends: what the keyboard steps through and a drag comes to rest at. */
const STEPS: readonly number[] = [-3, -2, -1, 0, 1]
  .flatMap((exponent) => [1, 2, 5].map((digit) => Number(`${digit}e${exponent}`)))
  .concat(FASTEST);

/** Place on the slider, 0 … 1. */
export function positionOf(speed: number): number {
  return Math.log10(speed / SLOWEST) / Math.log10(FASTEST / SLOWEST);
}

/** The nearest step to a place on the slider. */
export function speedNear(position: number): number {
  const distance = (speed: number): number => Math.abs(positionOf(speed) - position);
  return STEPS.reduce((best, speed) => (distance(speed) < distance(best) ? speed : best));
}

/** The next step above or below a speed. */
export function nextSpeed(speed: number, direction: 1 | -1): number {
  // A speed that was typed lies between two steps; one that is a step must not count as its own neighbour.
  const margin = 1.0001;
  return direction === 1
    ? (STEPS.find((step) => step > speed * margin) ?? FASTEST)
    : (STEPS.findLast((step) => step < speed / margin) ?? SLOWEST);
}

/** What was typed, with or without "×"; null when it is no speed in range. */
export function parseSpeed(text: string): number | null {
  const speed = Number(text.replace(/[×x]/gi, '').replace(',', '.').trim());
  return text.trim() !== '' && speed >= SLOWEST && speed <= FASTEST ? speed : null;
}

export function formatSpeed(speed: number): string {
  return `${formatNumber(speed)}×`;
}

/** The run is behind: the machine reaches less than nine tenths of the speed asked for. */
export function isBehind(pace: string, speed: number, achieved: number): boolean {
  return pace === 'playing' && achieved > 0 && achieved < 0.9 * speed;
}
