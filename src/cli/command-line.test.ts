import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunReport } from '../analysis/report';
import { readScenario } from '../format/scenario-codec';
import { encodeLink } from '../format/share-link';
import { KINDS } from '../kinds/registry';
import { execute } from './command-line';
import { nodeIo } from './node-io';

const MONOLITH = 'scenarios/starters/monolith.scenario.json';
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'backpressure-cli-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function sim(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const io = { ...nodeIo, out: (text: string) => void (out += text), err: (text: string) => void (err += text) };
  const code = await execute(args, io);
  return { code, out, err };
}

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const report = async (...args: string[]): Promise<RunReport> => {
  const { out, err, code } = await sim('run', ...args, '--json');
  expect(err).toBe('');
  expect(code).toBe(0);
  return JSON.parse(out) as RunReport;
};

describe('run', () => {
  it('prints exactly one JSON object, whose numbers are all defined or null', async () => {
    const { out } = await sim('run', MONOLITH, '--duration', '2s', '--json');
    expect(out.trimEnd().split('\n')).toHaveLength(1);
    expect(JSON.parse(out)).toMatchObject({
      seed: 7,
      durationMs: 2000,
      measuredMs: 2000,
      components: [{ id: 'users' }, { id: 'application' }, { id: 'database' }],
      interventions: [],
    });
  });

  it('prints a table for people', async () => {
    const { out, code } = await sim('run', MONOLITH, '--duration=2s');
    expect(code).toBe(0);
    expect(out).toMatch(/^Monolith\n2 s simulated/);
    expect(out).toMatch(/application +service +\d/);
    expect(out).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('gives the same fingerprint for the same time, however much of it was warm-up', async () => {
    const plain = await report(MONOLITH, '--duration', '3s');
    const warm = await report(MONOLITH, '--duration', '3000ms', '--warmup', '1s');
    expect(warm.fingerprint).toBe(plain.fingerprint);
    expect(warm.measuredMs).toBe(2000);
    expect((await report(MONOLITH, '--duration', '3s', '--seed', '8')).fingerprint).not.toBe(plain.fingerprint);
  });

  it('changes settings of components and connections', async () => {
    const { components } = await report(
      MONOLITH,
      '--duration',
      '5s',
      '--set',
      'users.ratePerSec=10',
      '--set',
      'users-application.rttMs=100',
    );
    expect(components[0]!.arrivalsPerSec).toBeLessThan(20);
    expect(components[0]!.latencyMs.p50).toBeGreaterThan(100);
  });

  it('reads share links: a whole address, a fragment, with a moment behind it', async () => {
    const record = readScenario(readFileSync(MONOLITH, 'utf8'));
    const link = record.ok ? encodeLink(record.value) : '';
    const { fingerprint } = await report(MONOLITH, '--duration', '1s');
    for (const name of [link, `#${link}`, `https://example.org/sim/#${link}`, `#${link}&t=5`]) {
      expect((await report(name, '--duration', '1s')).fingerprint).toBe(fingerprint);
    }
  });

  it('reads standard input', async () => {
    const bytes = new Uint8Array(readFileSync(MONOLITH));
    let out = '';
    const io = { ...nodeIo, out: (text: string) => void (out += text), read: async () => bytes };
    expect(await execute(['validate', '-'], io)).toBe(0);
    expect(out).toContain('-: valid, components: 3');
  });

  it('stops a run that would take for ever, and says how far it came', async () => {
    const { code, out, err } = await sim('run', MONOLITH, '--max-events', '1000');
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(/^BP211 .*After 1000 events the run had come to [\d.]+ s of 60 s\./);
  });

  it('says so when too many requests are in flight', async () => {
    const scenario = {
      format: 'backpressure/scenario',
      version: 1,
      title: '',
      story: '',
      seed: 7,
      components: [
        ...[1, 2, 3].map((i) => ({
          id: `u${i}`,
          kind: 'client',
          label: '',
          x: 0,
          y: 0,
          config: { ratePerSec: 20_000 },
        })),
        { id: 's', kind: 'service', label: '', x: 0, y: 0, config: { queueLimit: 1_000_000, instances: 64 } },
      ],
      connections: [1, 2, 3].map((i) => ({ id: `c${i}`, from: `u${i}`, to: 's', config: { timeoutMs: 0 } })),
      faults: [{ atMs: 0, target: 's', fault: 'pause' }],
    };
    const { code, err } = await sim('run', file('flood.json', JSON.stringify(scenario)), '--duration', '30s');
    expect([code, err.slice(0, 6)]).toEqual([2, 'BP402 ']);
  });
});

describe('bad input', () => {
  const spoilt = (from: string, to: string): string => readFileSync(MONOLITH, 'utf8').replace(from, to);

  it.each<[name: string, args: () => string[], numbers: string]>([
    ['no such command', () => ['dance'], 'BP504'],
    ['no file', () => ['run'], 'BP503'],
    ['two files', () => ['run', MONOLITH, MONOLITH], 'BP503'],
    ['a file that is not there', () => ['run', join(folder, 'gone.json')], 'BP501'],
    ['a folder', () => ['run', folder], 'BP501'],
    ['an endless file', () => ['run', '/dev/zero'], 'BP106'],
    ['an empty file', () => ['run', file('empty.json', '')], 'BP101'],
    ['half a file', () => ['run', file('half.json', spoilt('', '').slice(0, 300))], 'BP102'],
    ['bytes that are not UTF-8', () => ['run', file('latin.json', Uint8Array.from([0x22, 0xfc, 0x22]))], 'BP108'],
    ['deep nesting', () => ['run', file('deep.json', '['.repeat(20_000))], 'BP107'],
    ['another JSON', () => ['run', 'package.json'], 'BP103'],
    ['a newer version', () => ['run', file('new.json', spoilt('"version": 1', '"version": 9'))], 'BP104'],
    ['an unknown kind', () => ['run', file('kind.json', spoilt('"service"', '"mainframe"'))], 'BP203'],
    ['a damaged link', () => ['run', '#1.AAAAAAAAAAAAAAAAAAAAAAAAAA'], 'BP302'],
    ['a link cut off', () => ['run', 'https://example.org/#1.AAF'], 'BP303'],
    ['an unknown option', () => ['run', MONOLITH, '--speed', '2'], 'BP502'],
    ['an unknown short option', () => ['run', MONOLITH, '-x'], 'BP502'],
    ['an option of another command', () => ['validate', MONOLITH, '--json'], 'BP502'],
    ['an option named constructor', () => ['run', MONOLITH, '--constructor'], 'BP502'],
    ['a duration without a unit', () => ['run', MONOLITH, '--duration', '60'], 'BP503'],
    ['no duration', () => ['run', MONOLITH, '--duration'], 'BP503'],
    ['a negative duration', () => ['run', MONOLITH, '--duration=-5s'], 'BP503'],
    ['a duration of two days', () => ['run', MONOLITH, '--duration', '48h'], 'BP503'],
    ['a duration of nothing', () => ['run', MONOLITH, '--duration', '0s'], 'BP503'],
    ['a warm-up as long as the run', () => ['run', MONOLITH, '--duration', '5s', '--warmup', '5s'], 'BP503'],
    ['a seed that is a word', () => ['run', MONOLITH, '--seed', 'lucky'], 'BP503'],
    ['a seed beyond 32 bits', () => ['run', MONOLITH, '--seed', '4294967296'], 'BP503'],
    ['--json with a value', () => ['run', MONOLITH, '--json=yes'], 'BP503'],
    ['a setting without a value', () => ['run', MONOLITH, '--set', 'application.workers'], 'BP503'],
    ['a setting of nothing', () => ['run', MONOLITH, '--set', 'nobody.workers=1'], 'BP503'],
    ['a field that is not known', () => ['run', MONOLITH, '--set', 'application.wheels=4'], 'BP204'],
    ['a field named constructor', () => ['run', MONOLITH, '--set', 'application.constructor=4'], 'BP204'],
    ['a value that is no number', () => ['run', MONOLITH, '--set', 'application.workers=many'], 'BP205'],
    ['a value out of range', () => ['run', MONOLITH, '--set', 'application.workers=0'], 'BP205'],
    ['a choice that is not there', () => ['run', MONOLITH, '--set', 'application.concurrency=magic'], 'BP205'],
    ['an unknown kind to explain', () => ['kinds', 'mainframe'], 'BP203'],
    ['advise without a file', () => ['advise'], 'BP503'],
    ['validate without a file', () => ['validate'], 'BP503'],
  ])('%s', async (_, args, number) => {
    const { code, out, err } = await sim(...args());
    expect(err).toMatch(new RegExp(`^${number} `));
    expect(err).not.toMatch(/\n {4}at |Error:/);
    expect([code, out]).toEqual([2, '']);
  });

  it('nothing at all: prints the help', async () => {
    expect(await sim()).toMatchObject({ code: 2, out: expect.stringContaining('sim run FILE') as string });
  });
});

describe('advise', () => {
  it('says what the settings let expect, and where', async () => {
    const { code, out } = await sim('advise', 'scenarios/starters/grpc-pinned.scenario.json');
    expect(code).toBe(0);
    expect(out).toContain('BP723 gRPC through a balancer');
    expect(out).toContain('  users-balancer: Every call of “Users”');
  });
  it('says so when there is none', async () => {
    expect((await sim('advise', 'scenarios/starters/high-availability.scenario.json')).out).toBe('No advice.\n');
  });
});

describe('validate', () => {
  it('names each file and says what is wrong', async () => {
    const bad = file('bad.json', '{}');
    const { code, out, err } = await sim('validate', MONOLITH, bad);
    expect(code).toBe(2);
    expect(out).toBe(`${MONOLITH}: valid, components: 3, connections: 2\n`);
    expect(err).toMatch(/bad\.json: BP103 /);
  });
});

describe('kinds', () => {
  it('lists every kind', async () => {
    const { out, code } = await sim('kinds');
    expect(code).toBe(0);
    expect(
      out
        .trimEnd()
        .split('\n')
        .map((line) => line.split(' ')[0]),
    ).toEqual(KINDS.map(({ id }) => id));
  });

  it.each(KINDS.map((kind) => [kind.id, kind] as const))(
    'explains %s: fields, metrics, faults, documentation',
    async (id, kind) => {
      const { out, code } = await sim('kinds', id);
      expect(code).toBe(0);
      const words = out.replace(/\s+/g, ' ');
      for (const name of [
        ...Object.keys(kind.fields),
        ...kind.metrics.map((m) => m.id),
        ...kind.faults.map((f) => f.id),
      ]) {
        expect(out).toContain(`  ${name}`);
      }
      for (const sentence of [...kind.docs.models, ...kind.docs.leavesOut, ...kind.docs.tryThis])
        expect(words).toContain(sentence);
      expect(out).not.toMatch(/undefined|\[object/);
    },
  );
});

it('--help prints the help, for every command', async () => {
  for (const args of [['--help'], ['run', '--help'], ['kinds', '--help']]) {
    expect(await sim(...args)).toMatchObject({
      code: 0,
      err: '',
      out: expect.stringContaining('--max-events') as string,
    });
  }
});
