import { describe, expect, it } from 'vitest';
import { CAUSES_AT } from '../../engine/component-stats';
import { BASE_SERIES } from '../../model/metrics';
import { Series } from '../../store/run-history';
import { STATE } from '../../worker/protocol';
import { healthOf } from './health';

const CAUSE = 2;
const column = (id: string): number => BASE_SERIES.findIndex((series) => series.id === id);

/** The health of a component that answers so many requests a second while so many die there. */
function health(answered: number, dying: number, utilisation: number, state = 0): string {
  const row = new Float64Array(CAUSES_AT + 20);
  row[column('completions')] = answered;
  row[column('utilisation')] = utilisation;
  row[CAUSES_AT + CAUSE] = dying;
  const series = new Series();
  series.push(1e6, row);
  const deaths: [number, number][] = [[CAUSE, 100]];
  const face = { index: 0, state, downSince: 0, inSystem: 0, deaths, numbers: new Float64Array() };
  return healthOf(face, series);
}

describe('healthOf', () => {
  it('tells how much of the capacity is in use', () => {
    expect(health(100, 0, 20)).toBe('healthy');
    expect(health(100, 0, 80)).toBe('busy');
    expect(health(100, 0, 99)).toBe('saturated');
    expect(health(100, 0, NaN)).toBe('healthy');
  });

  it('calls nothing healthy where a good part of the requests dies now, however idle it is', () => {
    expect(health(0, 40, 0.2)).toBe('failing');
    expect(health(100, 40, 80)).toBe('failing');
    // A few errors, and deaths that are long past, are told by the counts on the card.
    expect(health(100, 5, 20)).toBe('healthy');
    // What is full fails because it is full, and what is down is not failing but down.
    expect(health(50, 100, 99)).toBe('saturated');
    expect(health(0, 40, 0, STATE.down)).toBe('down');
    expect(health(0, 40, 0, STATE.paused)).toBe('frozen');
  });

  it('is nothing before there is a run', () => {
    expect(healthOf(undefined, undefined)).toBe('idle');
  });
});
