import { expect, it } from 'vitest';
import { MICROS_PER_SECOND as SECOND } from '../../model/units';
import { RecentShare } from './recent-share';

/** Counts evenly: so many per second, every `period`-th of them otherwise. */
function count(recent: RecentShare, from: number, to: number, perSecond: number, period: number): void {
  const gap = SECOND / perSecond;
  for (let i = 0, time = from; time < to; i++, time += gap) recent.count(i % period !== 0, time);
}

it('knows nothing before anything was counted, and forgets when nothing is counted any more', () => {
  const recent = new RecentShare();
  expect([recent.share(0), recent.perSecond(0)]).toEqual([-1, 0]);
  count(recent, 0, 3 * SECOND, 100, 4);
  expect(recent.share(5 * SECOND)).toBeGreaterThan(0);
  expect([recent.share(8 * SECOND), recent.perSecond(8 * SECOND)]).toEqual([-1, 0]);
});

it('follows a share and a rate', () => {
  const recent = new RecentShare();
  count(recent, 0, 10 * SECOND, 1000, 4);
  for (const time of [10 * SECOND, 10.1 * SECOND]) expect(recent.share(time)).toBeCloseTo(0.75, 2);
  expect(recent.perSecond(10 * SECOND)).toBeCloseTo(750, 0);
  count(recent, 10 * SECOND, 14 * SECOND, 1000, 2);
  expect(recent.share(14 * SECOND)).toBeCloseTo(0.5, 2);
});

it('takes the rate over the time there was, at the beginning and after a restart', () => {
  const recent = new RecentShare();
  count(recent, 0, SECOND / 2, 1000, 1_000_000);
  expect(recent.perSecond(SECOND / 2)).toBeCloseTo(998, 0);
  recent.reset(60.25 * SECOND);
  expect(recent.share(60.5 * SECOND)).toBe(-1);
  count(recent, 60.5 * SECOND, 60.75 * SECOND, 1000, 1_000_000);
  expect(recent.perSecond(60.75 * SECOND)).toBeCloseTo(498, 0);
});

it('reading changes nothing', () => {
  const read = new RecentShare();
  const unread = new RecentShare();
  for (let time = 0; time < 12 * SECOND; time += 70_000) {
    read.count(time % 3 === 0, time);
    unread.count(time % 3 === 0, time);
    for (let later = 0; later < 5; later++) read.share(time + later * SECOND);
    expect(read.share(time)).toBe(unread.share(time));
    expect(read.perSecond(time)).toBe(unread.perSecond(time));
  }
});
