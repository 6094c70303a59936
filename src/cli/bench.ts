/**
 * How fast the engine is: three fixed scenarios, each run five times, the median reported. Machines differ and are
 * shared, so every figure also comes as a ratio to a bare hold loop (take the next event, draw one exponential time, put
 * an event back) timed in the same process: what remains when there is nothing to simulate.
 */
import { readFileSync } from 'node:fs';
import { argv, memoryUsage, resourceUsage, stdout } from 'node:process';
import { EventQueue, PRIORITY } from '../engine/event-queue';
import { RandomStream } from '../engine/random';
import { exponential } from '../engine/ziggurat';
import { readScenario } from '../format/scenario-codec';
import { assemble } from '../kinds/assemble';
import type { Scenario } from '../model/scenario';
import { textTable } from './text-table';

const RUNS = 5;
const CASES = [
  { file: 'balanced', seconds: 60 },
  { file: 'distributed', seconds: 300 },
  { file: 'overload', seconds: 30 },
] as const;

const HOLD_PENDING = 1_000;
const HOLD_EVENTS = 2_000_000;

interface Run {
  readonly events: number;
  readonly requests: number;
  readonly seconds: number;
}

function timed(work: () => void): number {
  const start = performance.now();
  work();
  return (performance.now() - start) / 1000;
}

/** Events a second of a queue that always holds a thousand events. */
function holdRate(): number {
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

function load(file: string): Scenario {
  const result = readScenario(readFileSync(`scenarios/bench/${file}.scenario.json`, 'utf8'));
  if (!result.ok) throw new Error(`scenarios/bench/${file} is not valid`);
  return result.value.scenario;
}

function runOnce(scenario: Scenario, simulated: number): Run {
  const simulation = assemble(scenario);
  const seconds = timed(() => void simulation.advance(simulated * 1_000_000));
  const { arrivals } = simulation.system.totals(simulation.now);
  return { events: simulation.events, requests: arrivals, seconds };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;
const count = (value: number): string => Math.round(value).toString();

function bench(): void {
  holdRate();
  const rows = [
    ['scenario', 'requests/s', 'events/s', 'hold/s', 'events ÷ hold', 'ns/event', 'simulated ÷ real', 'heap'],
  ];
  const results = CASES.map(({ file, seconds }) => {
    const scenario = load(file);
    runOnce(scenario, seconds / 10);
    // The hold loop is timed next to each run, so that both meet the same neighbours on the machine.
    const pairs = Array.from({ length: RUNS }, () => ({ hold: holdRate(), run: runOnce(scenario, seconds) }));
    const rate = median(pairs.map(({ run }) => run.events / run.seconds));
    const requests = median(pairs.map(({ run }) => run.requests / run.seconds));
    const hold = median(pairs.map(({ hold }) => hold));
    const ratio = median(pairs.map(({ run, hold }) => run.events / run.seconds / hold));
    const speed = median(pairs.map(({ run }) => seconds / run.seconds));
    const { heapUsed, arrayBuffers } = memoryUsage();
    const heap = megabytes(heapUsed + arrayBuffers);
    rows.push([
      file,
      count(requests),
      count(rate),
      count(hold),
      ratio.toFixed(3),
      count(1e9 / rate),
      count(speed),
      heap,
    ]);
    return { scenario: file, requestsPerSec: requests, eventsPerSec: rate, holdsPerSec: hold, ratio };
  });
  const peak = resourceUsage().maxRSS * 1024;
  if (argv.includes('--json')) stdout.write(`${JSON.stringify({ results, peakMemoryBytes: peak })}\n`);
  else
    stdout.write(
      `${textTable(rows).join('\n')}\nmedians of ${RUNS} runs; peak memory of the process ${megabytes(peak)}\n`,
    );
}

bench();
