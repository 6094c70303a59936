import { describe, expect, it } from 'vitest';
import { FASTEST, formatSpeed, isBehind, nextSpeed, parseSpeed, positionOf, SLOWEST, speedNear } from './speed';

describe('speed', () => {
  it('steps 1, 2, 5, 10 from end to end, and back', () => {
    const up: number[] = [SLOWEST];
    while (up.at(-1) !== FASTEST) up.push(nextSpeed(up.at(-1)!, 1));
    expect(up).toEqual([0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100]);
    const down: number[] = [FASTEST];
    while (down.at(-1) !== SLOWEST) down.push(nextSpeed(down.at(-1)!, -1));
    expect(down).toEqual(up.toReversed());
  });

  it('stays at the ends', () => {
    expect(nextSpeed(FASTEST, 1)).toBe(FASTEST);
    expect(nextSpeed(SLOWEST, -1)).toBe(SLOWEST);
  });

  it('goes from a typed speed to the steps beside it', () => {
    expect(nextSpeed(0.6, 1)).toBe(1);
    expect(nextSpeed(0.6, -1)).toBe(0.5);
  });

  it('gives every decade the same room', () => {
    expect(positionOf(0.001)).toBe(0);
    expect(positionOf(1)).toBeCloseTo(0.6);
    expect(positionOf(100)).toBeCloseTo(1);
    expect(speedNear(0.6)).toBe(1);
    expect(speedNear(0)).toBe(SLOWEST);
  });

  it.each([
    ['0.5', 0.5],
    ['0,5', 0.5],
    ['2×', 2],
    [' 10x ', 10],
    ['0', null],
    ['1000', null],
    ['', null],
    ['fast', null],
  ])('reads %j as %j', (text, speed) => {
    expect(parseSpeed(text)).toBe(speed);
  });

  it('is written with its sign', () => {
    expect([0.001, 0.1, 1, 100].map(formatSpeed)).toEqual(['0.001×', '0.1×', '1×', '100×']);
  });

  it('is behind only while playing, once measured, and by more than a tenth', () => {
    expect(isBehind('playing', 1, 0.6)).toBe(true);
    expect(isBehind('playing', 1, 0.95)).toBe(false);
    expect(isBehind('playing', 1, 0)).toBe(false);
    expect(isBehind('paused', 1, 0.6)).toBe(false);
  });
});
