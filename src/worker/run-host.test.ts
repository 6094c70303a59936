import { describe, expect, it } from 'vitest';
import { assemble } from '../kinds/assemble';
import { EMPTY_SCENARIO, type RunRecord, type Scenario } from '../model/scenario';
import type { Frame, FromWorker } from './protocol';
import { readFaces, readWindows, STATE } from './protocol';
import { RunHost } from './run-host';

const scenario: Scenario = {
  ...EMPTY_SCENARIO,
  components: [
    { id: 'users', kind: 'client', label: 'users', x: 0, y: 0, config: { ratePerSec: 200 } },
    { id: 'app', kind: 'service', label: 'app', x: 300, y: 0, config: {} },
  ],
  connections: [{ id: 'link', from: 'users', to: 'app', config: {} }],
};
const record: RunRecord = { scenario, interventions: [] };

/** A host in virtual time: each look at the clock costs `costMs`, so slices end as they would on a slow machine. */
function virtualHost(costMs = 0) {
  let now = 0;
  let due: { at: number; callback: () => void }[] = [];
  const frames: Frame[] = [];
  let beats = 0;
  const host = new RunHost(
    {
      now: () => (now += costMs),
      later: (callback, ms) => due.push({ at: now + ms, callback }),
    },
    (message: FromWorker) => {
      if (message.type === 'beat') beats++;
      else frames.push(message.frame);
    },
  );
  const pass = (ms: number): void => {
    const until = now + ms;
    for (;;) {
      due.sort((a, b) => a.at - b.at);
      const next = due[0];
      if (!next || next.at > until) break;
      due = due.slice(1);
      now = Math.max(now, next.at);
      next.callback();
    }
    now = Math.max(now, until);
  };
  return { host, frames, pass, beats: () => beats, last: () => frames.at(-1)! };
}

/** What the same scenario gives when it runs in one go. */
function direct(untilMicros: number): string {
  const simulation = assemble(scenario);
  simulation.advance(untilMicros);
  return simulation.fingerprint;
}

describe('RunHost', () => {
  it('plays at the wanted speed', () => {
    for (const speed of [0.001, 0.1, 1, 25]) {
      const { host, pass, last } = virtualHost();
      host.open(1, record, 0, false);
      host.setSpeed(speed);
      host.play();
      pass(2000);
      const frameMicros = 40_000 * speed;
      expect(last().time).toBeGreaterThanOrEqual(2_000_000 * speed - 2 * frameMicros);
      expect(last().time).toBeLessThanOrEqual(2_000_000 * speed);
      expect(last().achieved).toBeCloseTo(speed, 2);
    }
  });

  it('slows its own clock and says so when it cannot keep up', () => {
    const { host, pass, last } = virtualHost(5);
    const busy = { ...scenario.components[0]!, config: { ratePerSec: 5000 } };
    host.open(
      1,
      { scenario: { ...scenario, components: [busy, scenario.components[1]!] }, interventions: [] },
      0,
      false,
    );
    host.setSpeed(100);
    host.play();
    pass(4000);
    expect(last().achieved).toBeGreaterThan(0);
    expect(last().achieved).toBeLessThan(100);
    expect(last().time).toBeLessThan(400_000_000);
  });

  it('runs the same whatever the speed, pauses and steps', () => {
    const { host, pass, last } = virtualHost();
    host.open(1, record, 0, false);
    host.setSpeed(0.37);
    host.play();
    pass(913);
    host.pause();
    for (let i = 0; i < 25; i++) host.step();
    host.setSpeed(13);
    host.play();
    pass(301);
    host.seek(9_000_000);
    pass(3000);
    expect(last().pace).toBe('paused');
    expect(last().time).toBe(9_000_000);
    expect(last().fingerprint).toBe(direct(9_000_000));
    expect(last().secondFingerprint).toBe(direct(9_000_000));
  });

  it('a step lets one event happen and tells which', () => {
    const { host, last } = virtualHost();
    host.open(1, record, 0, false);
    host.step();
    expect(last().last?.type).toBe('timer');
    const before = last().events;
    host.step();
    expect(last().events).toBe(before + 1);
    expect(last().last?.type).toBe('arrival');
  });

  it('seeks with progress, and plays on if asked to', () => {
    const { host, frames, pass, last } = virtualHost(10);
    host.open(1, record, 60_000_000, true);
    pass(20_000);
    const progress = frames.filter(({ pace }) => pace === 'seeking').map((frame) => frame.progress);
    expect(progress.length).toBeGreaterThan(1);
    expect([...progress].sort((a, b) => a - b)).toEqual(progress);
    expect(last().pace).toBe('playing');
    expect(last().time).toBeGreaterThan(60_000_000);
  });

  it('shows at once what is done to a paused run, and repeats it in a replay', () => {
    const { host, pass, last } = virtualHost();
    host.open(1, record, 5_000_000, false);
    pass(5000);
    const crash = host.intervene({ type: 'fault', target: 'app', fault: 'crash', on: true, params: {} });
    expect(crash.atMicros).toBe(5_000_001);
    expect(last().happened).toEqual([{ intervention: crash, planned: false }]);
    const app = readFaces(last().faces).components.find(({ index }) => index === 1)!;
    expect(app.state & STATE.down).toBe(STATE.down);
    host.seek(7_000_000);
    pass(5000);
    const first = last().fingerprint;
    const again = virtualHost();
    again.host.open(2, { scenario, interventions: [crash] }, 7_000_000, false);
    again.pass(5000);
    expect(again.last().fingerprint).toBe(first);
  });

  it('sends each statistics window once, and the roster when it changes', () => {
    const { host, frames, pass } = virtualHost();
    host.open(1, record, 0, true);
    pass(1100);
    host.intervene({
      type: 'edit',
      edit: { type: 'add-component', component: { id: 'two', kind: 'service', label: 'two', x: 0, y: 0, config: {} } },
    });
    pass(1000);
    host.pause();
    const systemTimes = frames.flatMap(({ windows }) =>
      [...readWindows(windows)].filter(({ component }) => component === -1).map(({ time }) => time),
    );
    expect(systemTimes).toEqual([0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2].map((s) => s * 1e6));
    const rosters = frames.flatMap(({ roster }) => (roster ? [roster.components.map(({ id }) => id)] : []));
    expect(rosters).toEqual([
      ['users', 'app'],
      ['users', 'app', 'two'],
    ]);
  });

  it('beats while it plays, seeks and rests', () => {
    const { host, pass, beats } = virtualHost();
    pass(2000);
    const resting = beats();
    expect(resting).toBeGreaterThanOrEqual(4);
    host.open(1, record, 0, true);
    pass(2000);
    expect(beats() - resting).toBeGreaterThanOrEqual(4);
  });

  it('refuses commands without a run', () => {
    const { host } = virtualHost();
    expect(() => host.play()).toThrow('BP404');
  });

  it('stops with a problem when the simulation fails, and lives on', () => {
    const flood: Scenario = {
      ...scenario,
      components: [{ ...scenario.components[0]!, config: { ratePerSec: 20_000 } }, scenario.components[1]!],
      connections: [{ ...scenario.connections[0]!, config: { timeoutMs: 0 } }],
      faults: [{ atMs: 0, target: 'link', fault: 'cut', params: {} }],
    };
    const { host, pass, last } = virtualHost();
    host.open(1, { scenario: flood, interventions: [] }, 120_000_000, false);
    pass(200_000);
    expect(last().problem?.number).toBe(402);
    expect(last().pace).toBe('paused');
    host.open(2, record, 1_000_000, false);
    pass(2000);
    expect(last().problem).toBeNull();
    expect(last().time).toBe(1_000_000);
  });
});
