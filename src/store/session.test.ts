import { beforeEach, describe, expect, it, vi } from 'vitest';
import { EMPTY_SCENARIO, type Intervention, type RunRecord, type Scenario } from '../model/scenario';
import type { Deed, FromWorker } from '../worker/protocol';
import type { RunClientEvents } from '../worker/run-client';
import { RunHost } from '../worker/run-host';
import { configureComponent, documentStore, renameComponent, undo } from './document-store';
import { liveRun } from './live-run';
import { runStore } from './run-store';
import {
  currentRecord,
  injectFault,
  openRecord,
  pause,
  play,
  replayRun,
  restart,
  restartWithSeed,
  seek,
  startSession,
} from './session';

/** The real host in virtual time, in place of the worker. */
const wall = vi.hoisted(() => ({ now: 0, due: [] as { at: number; callback: () => void }[] }));

function pass(ms: number): void {
  const until = wall.now + ms;
  for (;;) {
    wall.due.sort((a, b) => a.at - b.at);
    const next = wall.due[0];
    if (!next || next.at > until) break;
    wall.due.shift();
    wall.now = Math.max(wall.now, next.at);
    next.callback();
  }
  wall.now = until;
}

vi.mock('../worker/run-client', () => ({
  RunClient: class {
    readonly host: RunHost;
    log: Intervention[] = [];
    run = 0;
    constructor(events: RunClientEvents) {
      this.host = new RunHost(
        { now: () => wall.now, later: (callback, ms) => void wall.due.push({ at: wall.now + ms, callback }) },
        (message: FromWorker) => {
          if (message.type === 'frame') events.frame(message.frame);
        },
      );
    }
    async open(record: RunRecord, until = 0, thenPlay = false) {
      this.log = [...record.interventions];
      this.host.open(++this.run, record, until, thenPlay);
    }
    async play() {
      this.host.play();
    }
    async pause() {
      this.host.pause();
    }
    async close() {
      this.host.close();
    }
    async setSpeed(speed: number) {
      this.host.setSpeed(speed);
    }
    async seek(until: number) {
      this.host.seek(until);
    }
    async intervene(deed: Deed) {
      const intervention = this.host.intervene(deed);
      this.log.push(intervention);
      return intervention;
    }
  },
}));

const scenario: Scenario = {
  ...EMPTY_SCENARIO,
  components: [
    { id: 'users', kind: 'client', label: 'users', x: 0, y: 0, config: { ratePerSec: 100 } },
    { id: 'app', kind: 'service', label: 'app', x: 300, y: 0, config: {} },
  ],
  connections: [{ id: 'link', from: 'users', to: 'app', config: {} }],
};

startSession();

beforeEach(() => openRecord({ scenario, interventions: [] }));

/** Lets promises of the session settle. */
async function settle(): Promise<void> {
  for (let i = 0; i < 10; i++) await Promise.resolve();
}

async function playFor(ms: number): Promise<void> {
  await play();
  pass(ms);
  await pause();
}

describe('a session', () => {
  it('plays the document on the canvas', async () => {
    await playFor(3000);
    expect(runStore.getState().time).toBeGreaterThan(2_900_000);
    expect(liveRun.history.of('app')!.recent(0)).toBeGreaterThan(50);
    expect(currentRecord()).toEqual({ scenario, interventions: [] });
  });

  it('turns edits of a running document into interventions, and undo into another', async () => {
    await playFor(1000);
    configureComponent('app', 'workers', 2);
    await settle();
    await playFor(1000);
    undo();
    await settle();
    await playFor(1000);
    const { scenario: start, interventions } = currentRecord();
    expect(start).toEqual(scenario);
    expect(interventions.map((each) => each.type === 'edit' && each.edit)).toEqual([
      { type: 'configure-component', id: 'app', config: { workers: 2 } },
      { type: 'configure-component', id: 'app', config: {} },
    ]);
    expect(documentStore.getState().scenario).toEqual(scenario);
  });

  it('keeps names and places out of the run, but in what is shared', async () => {
    await playFor(1000);
    await injectFault('app', 'crash', true);
    renameComponent('app', 'orders');
    await settle();
    const record = currentRecord();
    expect(record.interventions).toHaveLength(1);
    expect(record.scenario.components[1]!.label).toBe('orders');
  });

  it('gives the same fingerprint when what was shared is opened and run to the same time', async () => {
    await playFor(1000);
    await injectFault('app', 'crash', true);
    await playFor(500);
    await injectFault('app', 'crash', false);
    configureComponent('app', 'workers', 1);
    await settle();
    await seek(5_000_000);
    pass(5000);
    const { fingerprint } = runStore.getState();
    const shared = currentRecord();
    openRecord(shared);
    expect(documentStore.getState().scenario).toEqual(scenario);
    await seek(5_000_000);
    pass(5000);
    expect(runStore.getState().fingerprint).toBe(fingerprint);
    // The replayed edit shows on the canvas, without becoming the reader's own step.
    expect(documentStore.getState().scenario.components[1]!.config).toEqual({ workers: 1 });
    expect(documentStore.getState().past).toEqual([]);
  });

  it('goes back in time by replaying, and forward again to the same state', async () => {
    await playFor(1000);
    configureComponent('app', 'workers', 3);
    await settle();
    await seek(4_000_000);
    pass(5000);
    const { fingerprint } = runStore.getState();
    await seek(500_000);
    pass(5000);
    expect(runStore.getState().time).toBe(500_000);
    expect(documentStore.getState().scenario.components[1]!.config).toEqual({});
    await seek(4_000_000);
    pass(5000);
    expect(runStore.getState().fingerprint).toBe(fingerprint);
    expect(documentStore.getState().scenario.components[1]!.config).toEqual({ workers: 3 });
  });

  it('restarts with the document as it is and repeats nothing', async () => {
    await playFor(1000);
    configureComponent('app', 'workers', 3);
    await injectFault('app', 'crash', true);
    await settle();
    await restart();
    expect(runStore.getState()).toMatchObject({ time: 0, begun: false, marks: [] });
    await playFor(1000);
    expect(currentRecord().interventions).toEqual([]);
    expect(currentRecord().scenario.components[1]!.config).toEqual({ workers: 3 });
  });

  it('restarts with another seed, and plays on when it was playing', async () => {
    await playFor(1000);
    const { fingerprint } = runStore.getState();
    expect(runStore.getState().seed).toBe(scenario.seed);
    await restartWithSeed(4711);
    expect(runStore.getState()).toMatchObject({ pace: 'paused', begun: false, time: 0 });
    await playFor(1000);
    expect(runStore.getState().seed).toBe(4711);
    expect(runStore.getState().fingerprint).not.toBe(fingerprint);
    await play();
    pass(500);
    await restartWithSeed(scenario.seed);
    pass(1000);
    expect(runStore.getState()).toMatchObject({ pace: 'playing', seed: scenario.seed });
    await pause();
    // The change is one step, and the run goes back to it when it is undone and restarted.
    undo();
    await settle();
    expect(documentStore.getState().scenario.seed).toBe(4711);
    expect(runStore.getState().seed).toBe(scenario.seed);
  });

  it('replays the same run from its start', async () => {
    await playFor(700);
    await injectFault('app', 'crash', true);
    await seek(2_000_000);
    pass(3000);
    const { fingerprint } = runStore.getState();
    await replayRun();
    expect(runStore.getState().time).toBe(0);
    await seek(2_000_000);
    pass(3000);
    expect(runStore.getState().fingerprint).toBe(fingerprint);
    expect(runStore.getState().marks).toHaveLength(1);
  });
});
