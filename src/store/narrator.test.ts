import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { assemble } from '../kinds/assemble';
import { smallSystem } from '../kinds/small-system';
import { plainText } from '../analysis/narrator';
import type { Scenario } from '../model/scenario';
import { FrameWriter } from '../worker/frame-writer';
import { replaceDocument } from './document-store';
import { liveRun } from './live-run';
import { narratorStore, startNarrator } from './narrator';
import { INITIAL_RUN, type Mark, runStore } from './run-store';

/** A third of the requests goes to each; checks notice a death after three failures, half a second apart. */
const scenario: Scenario = {
  ...smallSystem({
    components: {
      users: ['client', { ratePerSec: 200, arrivals: 'constant' }],
      balancer: ['load-balancer', { checkIntervalMs: 500, checkTimeoutMs: 200 }],
      a: ['service', { serviceTime: 'constant', meanMs: 10 }],
      b: ['service', { serviceTime: 'constant', meanMs: 10 }],
      c: ['service', { serviceTime: 'constant', meanMs: 10 }],
    },
    connections: { 'users>balancer': {}, 'balancer>a': {}, 'balancer>b': {}, 'balancer>c': {} },
    faults: [{ atMs: 3000, durationMs: 5000, target: 'b', fault: 'crash', params: {} }],
  }),
};

/** Runs it with a frame every `frameMs`, as the session would show it. */
function play(untilMs: number, frameMs: number): void {
  liveRun.clear();
  runStore.setState(INITIAL_RUN);
  const simulation = assemble(scenario, []);
  const frames = new FrameWriter(simulation);
  let marks: Mark[] = [];
  simulation.onIntervention = (intervention, planned) => (marks = [...marks, { intervention, planned }]);
  for (let ms = frameMs; ms <= untilMs; ms += frameMs) {
    simulation.advance(ms * 1000);
    const frame = {
      run: 1,
      time: simulation.now,
      events: simulation.events,
      pace: 'playing' as const,
      achieved: 1,
      progress: 1,
      fingerprint: '',
      secondFingerprint: '',
      roster: frames.takeRoster(),
      faces: frames.takeFaces(),
      windows: frames.windows.take(),
      motion: new Float64Array(0),
      perDot: 1,
      happened: [],
      last: null,
      problem: null,
    };
    liveRun.take(frame, 0, 1);
    runStore.setState({ begun: true, time: simulation.now, marks });
  }
}

function story(): string[] {
  return narratorStore
    .getState()
    .happenings.map(
      ({ atMicros, by, words }) => `${by ? 'by ' : ''}${(atMicros / 1e6).toFixed(1)} ${plainText(words)}`,
    );
}

describe('the narrator', () => {
  beforeAll(() => startNarrator());
  beforeEach(() => replaceDocument(scenario));

  it('tells a crash, what it costs, and how the balancer notices', () => {
    play(13_000, 50);
    const told = story();
    expect(told[0]).toBe('3.0 b crashed');
    expect(told).toContainEqual(expect.stringMatching(/^by 3\.\d b: the first call fails \(refused\)$/));
    expect(told).toContainEqual(expect.stringMatching(/^[45]\.\d balancer took b out$/));
    expect(told).toContainEqual(
      expect.stringMatching(/^4\.\d b: nothing fails any more \(refused\), after \d+ calls$/),
    );
    expect(told).toContainEqual('8.0 b restarted');
    expect(told.at(-1)).toMatch(/^(8|9)\.\d balancer sends requests to b again$/);
    expect(narratorStore.getState().marks.map(({ type, planned }) => [type, planned])).toEqual([
      ['fault', true],
      ['recovery', true],
    ]);
  });

  it('says "by" when frames are far apart, and begins anew with every run', () => {
    play(6_000, 1_000);
    expect(story()).toContainEqual(expect.stringMatching(/^by [56]\.0 balancer took b out$/));
    play(2_000, 50);
    expect(story()).toEqual([]);
  });
});
