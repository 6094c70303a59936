import { describe, expect, it } from 'vitest';
import { assemble } from '../kinds/assemble';
import { EMPTY_SCENARIO, type Scenario } from '../model/scenario';
import { buildReport } from './report';

const SYSTEM: Scenario = {
  ...EMPTY_SCENARIO,
  components: [
    { id: 'users', kind: 'client', label: 'Users', x: 0, y: 0, config: { ratePerSec: 100, arrivals: 'constant' } },
    {
      id: 'api',
      kind: 'service',
      label: 'API',
      x: 0,
      y: 0,
      config: { serviceTime: 'constant', meanMs: 20, workers: 4 },
    },
    { id: 'idle', kind: 'service', label: 'Idle', x: 0, y: 0, config: {} },
  ],
  connections: [{ id: 'link', from: 'users', to: 'api', config: { rttMs: 10, jitter: 0 } }],
};

describe('a report', () => {
  it('gives the figures of a system that can be worked out by hand', () => {
    const simulation = assemble(SYSTEM);
    simulation.advance(1_000_000);
    simulation.resetTotals();
    simulation.advance(3_000_000);
    const report = buildReport(simulation, { warmupMicros: 1_000_000 });
    expect(report).toMatchObject({ durationMs: 3000, measuredMs: 2000, seed: 7, fingerprint: simulation.fingerprint });
    // 100 requests a second, evenly; each takes 20 ms of one worker of four and 10 ms of network.
    expect(report.endToEnd).toMatchObject({ goodputPerSec: 100, errorRatio: 0, errors: {} });
    expect(report.endToEnd.offeredPerSec).toBeCloseTo(100, 0);
    expect(report.endToEnd.latencyMs).toEqual({ mean: 30, p50: 30, p95: 30, p99: 30, p999: 30, max: 30 });
    const [users, api] = report.components;
    expect(users).toMatchObject({ id: 'users', utilisation: null, meanResponseMs: 30, meanWaitMs: null });
    expect(api).toMatchObject({ completionsPerSec: 100, meanWaitMs: 0, meanResponseMs: 20, errors: {} });
    expect(api!.utilisation).toBeCloseTo(0.5, 6);
    expect(api!.meanInSystem).toBeCloseTo(2, 6);
    // Two services of two virtual CPUs: one half busy, one idle; 0.36 million good requests an hour.
    expect(report.cost.perHour).toBeCloseTo(0.1632, 9);
    expect(report.cost.idlePerHour).toBeCloseTo(0.1224, 6);
    expect(report.cost.perMillionGood).toBeCloseTo(0.1632 / 0.36, 6);
  });

  it('says null where there is nothing to measure, and never NaN', () => {
    const simulation = assemble(SYSTEM);
    const atStart = buildReport(simulation, { warmupMicros: 0 });
    expect(atStart.endToEnd).toMatchObject({ offeredPerSec: null, goodputPerSec: null, errorRatio: null });
    simulation.advance(1_000_000);
    const report = buildReport(simulation, { warmupMicros: 0 });
    expect(report.components[2]).toMatchObject({ arrivalsPerSec: 0, meanResponseMs: null, meanWaitMs: null });
    for (const each of [atStart, report]) expect(JSON.parse(JSON.stringify(each))).toEqual(each);
  });

  it('counts errors where they arose and where they were felt', () => {
    const simulation = assemble({ ...SYSTEM, faults: [{ atMs: 0, target: 'api', fault: 'crash', params: {} }] });
    simulation.advance(1_000_000);
    const { endToEnd, components, plannedFaults } = buildReport(simulation, { warmupMicros: 0 });
    expect(endToEnd.errorRatio).toBe(1);
    expect(components[1]!.errors).toEqual({ refused: expect.any(Number) as number });
    expect(endToEnd.errors['refused']).toBeGreaterThan(90);
    expect(plannedFaults).toHaveLength(1);
  });

  it('holds the log of what was done by hand', () => {
    const simulation = assemble(SYSTEM);
    simulation.advance(500_000);
    const done = simulation.intervene({ type: 'fault', target: 'link', fault: 'cut', on: true, params: {} });
    simulation.advance(1_000_000);
    expect(buildReport(simulation, { warmupMicros: 0 }).interventions).toEqual([done]);
  });
});
