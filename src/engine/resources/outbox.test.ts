import { describe, expect, it } from 'vitest';
import { Outbox } from './outbox';

function table(): { outbox: Outbox; log: string[]; commit: (...keys: number[]) => void } {
  const log: string[] = [];
  const outbox = new Outbox({
    later: (micros) => void log.push(`in ${micros / 1000} ms`),
    now: () => 30_000,
    publish: ({ key }) => void log.push(`publish ${key}`),
  });
  const row = { operation: 0, priority: 0, bytes: 0, user: 0, root: 0 };
  return { outbox, log, commit: (...keys) => keys.forEach((key) => outbox.committed({ ...row, key })) };
}

describe('an outbox', () => {
  it('publishes what is committed at the next look, one after another and in order', () => {
    const { outbox, log, commit } = table();
    commit(5, 3, 5);
    outbox.due();
    expect(log).toEqual(['in 70 ms', 'publish 5']);
    for (let i = 0; i < 3; i++) outbox.acknowledged(true);
    expect(log.slice(2)).toEqual(['publish 3', 'publish 5']);
    expect(outbox.waiting).toBe(0);
  });

  it('tries again what failed, before what comes after it', () => {
    const { outbox, log, commit } = table();
    commit(1, 2);
    outbox.due();
    outbox.acknowledged(false);
    outbox.due();
    expect(log).toEqual(['in 70 ms', 'publish 1', 'in 70 ms', 'publish 1']);
    expect(outbox.waiting).toBe(2);
  });

  it('keeps its rows when the relay dies, takes new ones, and publishes again what was on its way', () => {
    const { outbox, log, commit } = table();
    commit(1);
    outbox.due();
    outbox.stop();
    commit(2);
    expect(log).toEqual(['in 70 ms', 'publish 1']);
    outbox.resume();
    outbox.due();
    outbox.acknowledged(true);
    outbox.acknowledged(true);
    expect(log.slice(2)).toEqual(['in 70 ms', 'publish 1', 'publish 2']);
  });

  it('keeps the order when the table grows', () => {
    const { outbox, log, commit } = table();
    commit(...Array.from({ length: 40 }, (_, i) => i));
    outbox.due();
    for (let i = 0; i < 40; i++) outbox.acknowledged(true);
    commit(...Array.from({ length: 200 }, (_, i) => 40 + i));
    outbox.due();
    for (let i = 0; i < 200; i++) outbox.acknowledged(true);
    const published = log.filter((line) => line.startsWith('publish'));
    expect(published).toEqual(Array.from({ length: 240 }, (_, i) => `publish ${i}`));
  });
});
