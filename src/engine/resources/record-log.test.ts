import { expect, it } from 'vitest';
import { RecordLog } from './record-log';

it('keeps its offsets while it grows, drops and wraps around', () => {
  const log = new RecordLog();
  for (let i = 0; i < 1000; i++) {
    expect(log.append(i * 7, i * 1000)).toBe(i);
    if (i % 3 === 2) log.dropTo(i - 100);
    for (let offset = log.start; offset < log.end; offset += 17) {
      expect([log.key(offset), log.time(offset)]).toEqual([offset * 7, offset * 1000]);
    }
  }
  expect([log.start, log.end, log.length]).toEqual([898, 1000, 102]);
});

it('drops neither twice nor what has not come yet', () => {
  const log = new RecordLog();
  for (let i = 0; i < 10; i++) log.append(i, i);
  log.dropTo(5);
  log.dropTo(3);
  expect(log.start).toBe(5);
  log.dropTo(99);
  expect([log.start, log.length]).toEqual([10, 0]);
  log.pass();
  expect([log.start, log.end, log.append(1, 2)]).toEqual([11, 11, 11]);
});
