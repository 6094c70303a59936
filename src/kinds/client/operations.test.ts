// What requests say about themselves: operation, size, priority, address; and the connections that go by it.
import { describe, expect, it } from 'vitest';
import { FLAG } from '../../engine/calls';
import type { Simulation } from '../../engine/simulation';
import type { Settings } from '../../model/fields';
import { operationCode } from '../../model/operations';
import { MICROS_PER_SECOND as SECOND } from '../../model/units';
import { assemble } from '../assemble';
import { INSTANT, smallSystem } from '../small-system';

const EVENLY: Settings = { arrivals: 'constant', ratePerSec: 1000 };

interface Asked {
  readonly operation: number;
  readonly write: number;
  readonly bytes: number;
  readonly priority: number;
  readonly user: number;
  readonly key: number;
}

/** The requests of ten seconds, in the order of sending: nobody answers them. */
function asked(client: Settings): Asked[] {
  const simulation = assemble(
    smallSystem({
      components: { users: ['client', { ...EVENLY, ...client }], s: ['service'] },
      connections: { 'users>s': { ...INSTANT, timeoutMs: 0 } },
      faults: [{ target: 's', fault: 'pause', atMs: 0, params: {} }],
    }),
  );
  simulation.advance(10 * SECOND);
  const { calls } = simulation;
  return Array.from({ length: calls.used }, (_, call) => call)
    .filter((call) => calls.flags(call) & FLAG.live)
    .sort((a, b) => calls.serial(a) - calls.serial(b))
    .map((call) => ({
      operation: calls.operation(call),
      write: calls.write(call),
      bytes: calls.bytes(call),
      priority: calls.priority(call),
      user: calls.user(call),
      key: calls.key(call),
    }));
}

function expectShare(part: number, all: number, share: number): void {
  expect(Math.abs(part / all - share)).toBeLessThanOrEqual(4 * Math.sqrt((share * (1 - share)) / all));
}

describe('several operations', () => {
  it('come in their shares, each with its size, priority and direction', () => {
    const all = asked({ mix: 'operations' });
    const expected = [
      ['browse', 0.7, { write: 0, bytes: 20_000, priority: 2 }],
      ['search', 0.2, { write: 0, bytes: 50_000, priority: 1 }],
      ['checkout', 0.09, { write: 1, bytes: 2000, priority: 0 }],
      ['report', 0.01, { write: 0, bytes: 500_000, priority: 3 }],
    ] as const;
    for (const [id, share, traits] of expected) {
      const own = all.filter(({ operation }) => operation === operationCode(id));
      expectShare(own.length, all.length, share);
      for (const request of own) expect(request).toMatchObject(traits);
    }
  });

  it('leave keys, addresses and arrivals as they were', () => {
    const plain = asked({});
    const named = asked({ mix: 'operations', browseShare: 0, searchShare: 3 });
    expect(named.map(({ key, user }) => [key, user])).toEqual(plain.map(({ key, user }) => [key, user]));
    expect(named.some(({ operation }) => operation === operationCode('browse'))).toBe(false);
  });

  it('are plain requests when no operation has a share', () => {
    const none = { browseShare: 0, searchShare: 0, checkoutShare: 0, reportShare: 0 };
    expect(asked({ mix: 'operations', ...none })).toEqual(asked({}));
  });
});

describe('reads and writes', () => {
  it('carry a kilobyte and the usual priority', () => {
    for (const request of asked({})) expect(request).toMatchObject({ operation: 0, bytes: 1000, priority: 1 });
  });

  it('carry what they are told', () => {
    for (const request of asked({ payloadKb: 2.5, priority: 3 })) {
      expect(request).toMatchObject({ bytes: 2500, priority: 3 });
    }
  });
});

it('comes from as many addresses as there are, all alike', () => {
  const all = asked({ addresses: 4 });
  for (let user = 0; user < 4; user++) {
    expectShare(all.filter((request) => request.user === user).length, all.length, 1 / 4);
  }
  expect(new Set(asked({ addresses: 1 }).map(({ user }) => user))).toEqual(new Set([0]));
  expect(asked({ addresses: 1 }).map(({ key, write }) => [key, write])).toEqual(
    all.map(({ key, write }) => [key, write]),
  );
});

describe('connections by operation', () => {
  function arrivals(client: Settings, connections: Readonly<Record<string, Settings>>): Record<string, number> {
    const ids = Object.keys(connections).map((id) => id.split('>')[1]!);
    const simulation: Simulation = assemble(
      smallSystem({
        components: {
          users: ['client', { ...EVENLY, ...client }],
          ...Object.fromEntries(ids.map((id) => [id, ['service', { workers: 1000 }] as const])),
        },
        connections,
      }),
    );
    simulation.advance(10 * SECOND);
    return Object.fromEntries(
      [...ids, 'users'].map((id) => {
        const { arrivals, failures } = simulation.component(id)!.stats.totals(simulation.now);
        return [id, id === 'users' ? failures : arrivals];
      }),
    );
  }
  const NAMED = { mix: 'operations', browseShare: 50, searchShare: 25, checkoutShare: 25, reportShare: 0 };

  it('the one for its operation wins over those for all', () => {
    const { search, rest } = arrivals(NAMED, { 'users>search': { operation: 'search' }, 'users>rest': {} });
    expectShare(search!, search! + rest!, 0.25);
  });

  it('those for the same operation share it', () => {
    const { a, b, rest } = arrivals(NAMED, {
      'users>a': { operation: 'browse', weight: 3 },
      'users>b': { operation: 'browse' },
      'users>rest': {},
    });
    expectShare(a! + b!, a! + b! + rest!, 0.5);
    expectShare(a!, a! + b!, 0.75);
  });

  it('one that does not take its writes leaves them to those for all', () => {
    const { reads, rest } = arrivals(NAMED, {
      'users>reads': { operation: 'checkout', on: 'read' },
      'users>rest': {},
    });
    expect(reads).toBe(0);
    expect(rest).toBeGreaterThan(9900);
  });

  it('nobody takes what has no connection', () => {
    const { checkout, users } = arrivals(NAMED, { 'users>checkout': { operation: 'checkout' } });
    expect(checkout! + users!).toBeGreaterThanOrEqual(9998);
    expectShare(checkout!, checkout! + users!, 0.25);
    expect(arrivals({}, { 'users>checkout': { operation: 'checkout' } })['checkout']).toBe(0);
  });
});
