import { cpuUsage, memoryUsage } from 'node:process';
import { EventQueue, PRIORITY } from '../engine/event-queue';
import { RandomStream } from '../engine/random';
import type { Simulation } from '../engine/simulation';
import { exponential } from '../engine/ziggurat';
import { assemble } from '../kinds/assemble';
import type { Scenario } from '../model/scenario';
import { FrameWriter } from '../worker/frame-writer';
import { MotionRecorder } from '../worker/motion-recorder';

const HOLD_PENDING = 1_000;
const HOLD_EVENTS = 2_000_000;

export interface Figures {
  /** Requests and events a second of processor time. */
  readonly requests: number;
  readonly events: number;
  /** The same of the fastest run: neighbours on the machine only ever slow a run down. */
  readonly bestRequests: number;
  readonly bestEvents: number;
  /** Events a second over those of the hold loop beside it. */
  readonly ratio: number;
  /** Simulated seconds in a second of processor time. */
  readonly simulated: number;
  readonly peakBytes: number;
  /** Most events that waited in the queue, and most calls under way. */
  readonly peakPending: number;
  readonly peakCalls: number;
}

/** Seconds of processor time, collecting garbage included: on a machine shared with others, the clock on the wall lies. */
function timed(work: () => void): number {
  const start = cpuUsage();
  work();
  const { user, system } = cpuUsage(start);
  return (user + system) / 1e6;
}

/** Events a second of a queue that always holds a thousand events. */
export function holdRate(): number {
  const random = new RandomStream(7, 'bench', 'hold');
  const queue = new EventQueue();
  const push = (now: number): void => {
    const wait = Math.floor(exponential(random) * 1_000_000 + 0.5);
    queue.push(now + wait, PRIORITY.timer, 0, 0, 0, 0, 0);
  };
  for (let i = 0; i < HOLD_PENDING; i++) push(0);
  const seconds = timed(() => {
    for (let i = 0; i < HOLD_EVENTS; i++) {
      queue.pop();
      push(queue.time);
    }
  });
  return HOLD_EVENTS / seconds;
}

/** What the page sees of a run that plays at its own speed: dots and windows, taken out four times a simulated second. */
function watch(simulation: Simulation): () => void {
  const motion = new MotionRecorder();
  motion.setSpeed(1);
  simulation.motion = motion;
  const frames = new FrameWriter(simulation);
  return () => {
    motion.buffer.take();
    motion.takeDensity();
    frames.windows.take();
  };
}

const SLICE = 250_000;

interface Run {
  readonly events: number;
  readonly requests: number;
  readonly seconds: number;
  readonly bytes: number;
  readonly pending: number;
  readonly calls: number;
}

function runOnce(scenario: Scenario, simulated: number, traced: boolean): Run {
  const simulation = assemble(scenario);
  const take = traced ? watch(simulation) : null;
  const end = simulated * 1_000_000;
  let [bytes, pending, calls, looks] = [0, 0, 0, 0];
  let inLooks = 0;
  const all = timed(() => {
    for (let at = SLICE; at <= end; at += SLICE) {
      simulation.advance(at);
      take?.();
      if (simulation.queue.size > pending) pending = simulation.queue.size;
      if (simulation.calls.live > calls) calls = simulation.calls.live;
      if (looks++ % 40 !== 0) continue;
      inLooks += timed(() => {
        const { heapUsed, arrayBuffers } = memoryUsage();
        bytes = Math.max(bytes, heapUsed + arrayBuffers);
      });
    }
  });
  const { arrivals } = simulation.system.totals(simulation.now);
  return { events: simulation.events, requests: arrivals, seconds: all - inLooks, bytes, pending, calls };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

/**
 * Medians of several runs of a scenario, each next to a hold loop, so that both meet the same neighbours. A whole run goes
 * before them: the shortest last a quarter of a second, and would still be compiled while they are measured.
 */
export function measure(scenario: Scenario, simulated: number, runs: number, traced: boolean): Figures {
  runOnce(scenario, simulated, traced);
  const pairs = Array.from({ length: runs }, () => {
    const hold = holdRate();
    return { hold, run: runOnce(scenario, simulated, traced) };
  });
  const of = (value: (run: Run, hold: number) => number): number =>
    median(pairs.map(({ run, hold }) => value(run, hold)));
  const best = (value: (run: Run) => number): number => Math.max(...pairs.map(({ run }) => value(run)));
  return {
    bestRequests: best(({ requests, seconds }) => requests / seconds),
    bestEvents: best(({ events, seconds }) => events / seconds),
    requests: of(({ requests, seconds }) => requests / seconds),
    events: of(({ events, seconds }) => events / seconds),
    ratio: of(({ events, seconds }, hold) => events / seconds / hold),
    simulated: of(({ seconds }) => simulated / seconds),
    peakBytes: Math.max(...pairs.map(({ run }) => run.bytes)),
    peakPending: Math.max(...pairs.map(({ run }) => run.pending)),
    peakCalls: Math.max(...pairs.map(({ run }) => run.calls)),
  };
}
