import { describe, expect, it } from 'vitest';
import { kindOf } from '../../kinds/registry';
import { readFace } from '../../model/face';
import { completeConfig, type Settings } from '../../model/fields';
import { type CardPart, readParts, restingParts, words } from './card-parts';

const peers = (index: number): string => `peer ${index}`;

function running(kind: string, numbers: number[]): CardPart[] {
  return readParts(readFace(kindOf(kind).face, numbers), peers, false);
}

function resting(kind: string, settings: Settings = {}, names: string[] = []): CardPart[] {
  const { fields } = kindOf(kind);
  return restingParts(kindOf(kind), completeConfig(fields, settings), names);
}

describe('the body of a card', () => {
  it('names the steps of a transaction after those who take them', () => {
    const parts = running('transaction-coordinator', [1, 4, 0, 0, 0, 1, 0, 2, 7, 0, 3, 8, 1, 1, 0]);
    expect(parts.at(-1)).toMatchObject({
      type: 'lanes',
      lanes: [
        { name: 'peer 7', text: '3' },
        { name: 'peer 8 +1', text: '1' },
      ],
    });
  });

  it('shows up to 32 slots one by one and more as a bar', () => {
    expect(running('service', [0, 16, 5, 16, 0, 64, 0])[0]).toMatchObject({ type: 'cells', busy: 5, total: 16 });
    expect(running('service', [0, 200, 50, 200, 0, 64, 0])[0]).toMatchObject({
      type: 'bar',
      share: 0.25,
      text: '50 of 200',
    });
  });

  it('shows a queue against its limit, and only the number where there is none', () => {
    const bar = { type: 'bar', label: 'queue', unit: 'requests' } as const;
    const read = (value: number, limit: number) =>
      readParts([{ element: bar, values: [value, limit] }], peers, false)[0];
    expect(read(47, 64)).toMatchObject({ share: 0.73, text: '47 of 64' });
    expect(read(47, 0)).toMatchObject({ share: null, text: '47' });
    expect(read(12_345, 100_000)).toMatchObject({ text: '12.3 k of 100 k' });
  });

  it('shows the nodes of a cluster: roles, sides, and how far their logs agree', () => {
    const members = {
      type: 'members',
      label: 'nodes',
      many: () => 3,
      roles: ['follower', 'leader'],
      shapes: ['round', 'filled'],
      lane: 'log',
      number: 'term',
      about: 'Each election begins another.',
    } as const;
    const values = [2, 12, 1, 0, 3, 5, 5, 4, 0, 2, 3, 3, 4, 3];
    const [part] = readParts([{ element: members, values }], peers, false);
    expect(part).toEqual({
      type: 'members',
      cells: 12,
      ...{ caption: 'log', number: 'term', about: 'Each election begins another.' },
      members: [
        {
          ...{ name: '1', shape: 'filled', side: 'A', settled: 3, agreeing: 2, differing: 0, word: '', text: '4' },
          tip: 'node 1: leader, side A, term 4, log: 3 of the last settled, 2 not settled',
        },
        {
          ...{ name: '2', shape: 'round', side: 'B', settled: 3, agreeing: 0, differing: 1, word: '', text: '3' },
          tip: 'node 2: follower, side B, term 3, log: 3 of the last settled, 1 that differ',
        },
      ],
    });
  });

  it('says of a node that stands still why it has nothing to show', () => {
    const members = {
      type: 'members',
      label: 'nodes',
      many: () => 3,
      roles: ['up', 'down', 'frozen'],
      shapes: ['round', 'cross', 'pause'],
      lane: 'log',
      number: 'hints waiting',
    } as const;
    const lane = (settled: number) => [settled, settled, settled];
    const values = [4, 12, 0, 0, ...lane(0), 0, 1, 0, ...lane(0), 1, 2, 0, ...lane(0), 0, 1, 0, ...lane(4), 0];
    const [part] = readParts([{ element: members, values }], peers, false);
    expect(part?.type === 'members' && part.members.map(({ word }) => word)).toEqual(['', 'down', 'frozen', '']);
    // Without lanes the caption says what the rows are.
    const [bare] = readParts([{ element: members, values: [1, 0, 1, 0, ...lane(0), 1200] }], peers, false);
    expect(bare).toMatchObject({
      caption: 'nodes',
      number: 'hints waiting',
      members: [{ word: 'down', text: '1\u202f200' }],
    });
  });

  it('writes one of a thing in the singular', () => {
    const footer = {
      type: 'words',
      place: 'body',
      phrases: ['{} [lease|leases] of {} [holder|holders] ran out'],
    } as const;
    const read = (...values: number[]) => readParts([{ element: footer, values: [0, ...values] }], peers, false)[0];
    expect(read(1, 2)).toMatchObject({ text: '1 lease of 2 holders ran out' });
    expect(read(0, 1)).toMatchObject({ text: '0 leases of 1 holder ran out' });
  });

  it('says nothing about a share of which nothing was counted', () => {
    const ratio = { type: 'ratio', label: 'hits' } as const;
    expect(readParts([{ element: ratio, values: [-1, 0] }], peers, false)[0]).toMatchObject({ share: 0, text: '–' });
  });

  it('puts the lags of all partitions on one scale', () => {
    const partitions = { type: 'partitions', label: 'partitions' } as const;
    const values = [2, 1, 3, 3, 3, 12, 0, 2, 3, 40];
    const [part] = readParts([{ element: partitions, values }], peers, false);
    expect(part).toMatchObject({
      lanes: [
        { name: 'p0', note: 'b3', troubled: false, shares: [0.24], text: '12' },
        { name: 'p1', note: 'none', troubled: true, shares: [0.8], text: '40' },
      ],
    });
  });

  it('sums the lags of a group over more than eight partitions', () => {
    const partitions = { type: 'partitions', label: 'partitions' } as const;
    const values = Array.from({ length: 12 }, (_, i) => [1, 3, 3, i, 100]).flat();
    const [part] = readParts([{ element: partitions, values: [12, 2, ...values] }], peers, false);
    expect(part).toMatchObject({
      lanes: [
        { name: 'g1', text: '66' },
        { name: 'g2', text: '1\u202f200' },
      ],
    });
  });

  it('tells targets apart by the number they end in', () => {
    const targets = { type: 'targets', label: 'backends' } as const;
    const name = (index: number): string => ['orders 1', 'orders 2'][index] ?? '';
    const [part] = readParts([{ element: targets, values: [2, 0, 1, 1, 0] }], name, false);
    expect(part).toMatchObject({
      targets: [
        { short: '1', health: 'healthy' },
        { short: '2', health: 'down' },
      ],
    });
    const [each] = readParts([{ element: targets, values: [3, 0, 2, 1, 3, 0, 4] }], name, false);
    expect(each).toMatchObject({
      targets: [
        { name: 'orders 1 (ejected)', health: 'down' },
        { name: 'orders 2 (draining)', health: 'idle' },
        { name: 'orders 1 (slow start)', health: 'healthy' },
      ],
    });
  });

  it('fills phrases', () => {
    expect(words(['no', '{} of {} healthy'], [1, 2, 3])).toBe('2 of 3 healthy');
  });
});

describe('the body of a card before there is a run', () => {
  it('shows what is set, and no number that nobody has counted', () => {
    expect(resting('client', { ratePerSec: 900 })).toEqual([{ type: 'words', text: '900 per second' }]);
    expect(resting('client', { workload: 'closed' })).toEqual([{ type: 'words', text: '50 users' }]);
    expect(resting('service', { workers: 4, instances: 2 })).toMatchObject([
      { type: 'cells', busy: 0, total: 8 },
      { type: 'bar', share: 0, text: '–' },
    ]);
    expect(resting('kafka', { partitions: 4 })).toMatchObject([{ lanes: [{ text: '–' }, {}, {}, {}] }]);
    expect(resting('redis', { mode: 'cluster', shards: 2, replicas: 2 }).at(-1)).toMatchObject({
      members: { length: 6 },
    });
    expect(resting('redis')).not.toContainEqual(expect.objectContaining({ type: 'members' }));
    expect(resting('sql-database', { replicas: 2 }).at(-1)).toMatchObject({ members: { length: 3 } });
    expect(resting('load-balancer', {}, ['a', 'b'])).toMatchObject([
      { targets: [{ health: 'idle' }, { health: 'idle' }] },
    ]);
  });
});
