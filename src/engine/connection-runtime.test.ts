import { describe, expect, it } from 'vitest';
import { CONNECTION_FIELDS, type ConnectionConfig } from '../model/connection-fields';
import { completeConfig, type Settings } from '../model/fields';
import { ConnectionRuntime } from './connection-runtime';
import { RandomStream } from './random';
import { exponential } from './ziggurat';

function connection(settings: Settings): ConnectionRuntime {
  const runtime = new ConnectionRuntime('link', 0, 0, 1, 'request', 7);
  runtime.configure(completeConfig(CONNECTION_FIELDS, { rttMs: 0, jitter: 0, ...settings }) as ConnectionConfig);
  return runtime;
}

describe('bandwidth', () => {
  it('sends one message after another, each direction for itself', () => {
    const link = connection({ bandwidthMbps: 8, rttMs: 2 });
    // 1000 bytes at 8 Mbit/s take a millisecond; half the round trip comes on top.
    expect([link.delay(0, 1000, false), link.delay(0, 1000, false), link.delay(500, 1000, false)]).toEqual([
      2000, 3000, 3500,
    ]);
    expect(link.delay(500, 1000, true)).toBe(2000);
    expect(link.delay(10_000, 1000, false)).toBe(2000);
  });

  it('0 is no limit', () => {
    const link = connection({});
    expect(link.delay(0, 1e9, false)).toBe(0);
  });

  it('queues like M/D/1', () => {
    const link = connection({ bandwidthMbps: 8 });
    const stream = new RandomStream(11, 'test', 'arrival');
    const service = 1000;
    const load = 0.7;
    const count = 400_000;
    let now = 0;
    let sum = 0;
    for (let i = 0; i < count; i++) {
      now += (service / load) * exponential(stream);
      sum += link.delay(now, 1000, false);
    }
    // Pollaczek–Khinchine for constant service: wait = ρ s / 2(1 − ρ).
    const theory = service + (load * service) / (2 * (1 - load));
    expect(Math.abs(sum / count / theory - 1)).toBeLessThan(0.02);
  });
});

describe('loss', () => {
  const arrivals = (settings: Settings): { overtakes: number; mean: number } => {
    const link = connection({ lossPercent: 10, rttMs: 2, ...settings });
    let [latest, overtakes, sum] = [0, 0, 0];
    const count = 20_000;
    for (let i = 0; i < count; i++) {
      const now = i * 1000;
      const delay = link.delay(now, 500, false);
      sum += delay;
      if (now + delay < latest) overtakes++;
      latest = Math.max(latest, now + delay);
    }
    return { overtakes, mean: sum / count };
  };

  it('on gRPC holds up every message behind the lost one; with a connection each they pass', () => {
    const rest = arrivals({});
    const grpc = arrivals({ protocol: 'grpc' });
    expect(rest.overtakes).toBeGreaterThan(1000);
    expect(grpc.overtakes).toBe(0);
    // 1 ms, and 0.2 s × Σ 2^(k−1) 0.1^k = 25 ms, for those that are lost themselves.
    expect(rest.mean / 26_000).toBeGreaterThan(0.9);
    expect(rest.mean / 26_000).toBeLessThan(1.1);
    expect(grpc.mean).toBeGreaterThan(5 * rest.mean);
  });

  it('of every packet delivers after the fifteenth time: the pauses double to two minutes and stay there', () => {
    const link = connection({ lossPercent: 100 });
    // 0.2 + 0.4 + … + 102.4 s, then five times 120 s.
    expect(link.delay(0, 500, false)).toBe((204.6 + 600) * 1e6);
  });
});
