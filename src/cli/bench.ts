/**
 * `npm run bench`: how fast the engine is. Four systems, each run several times with nobody watching and with what the
 * page watches (motion and windows); medians are reported. Machines differ and are shared, so every figure also comes as
 * a ratio to a bare hold loop (take the next event, draw one exponential time, put an event back), timed next to it in
 * the same process. Then: what twice the load and twice the components cost.
 *   --json    results as JSON     --runs N    runs of each (default 5)
 */
import { argv, resourceUsage, stdout } from 'node:process';
import { parseArgs } from 'node:util';
import { BENCH_CASES, SCALING_CASES } from './bench-cases';
import { type Figures, holdRate, measure } from './bench-measure';
import { textTable } from './text-table';

const { values: options } = parseArgs({
  args: argv.slice(2),
  options: { json: { type: 'boolean', default: false }, runs: { type: 'string', default: '5' } },
});
const runs = Math.max(1, Number(options.runs));

/** More than this share of the events per second lost to twice the size is too much. */
const MOST_LOST = 0.2;

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;
const count = (value: number): string => Math.round(value).toString();

function line(name: string, { requests, events, ratio, simulated, peakBytes, peakPending }: Figures): string[] {
  return [
    name,
    count(requests),
    count(events),
    ratio.toFixed(3),
    count(simulated),
    megabytes(peakBytes),
    count(peakPending),
  ];
}

const HEADINGS = [
  '',
  'requests/s',
  'events/s',
  'events ÷ hold',
  'simulated ÷ real time',
  'peak heap',
  'peak events pending',
];

function bench(): void {
  const hold = holdRate();
  const rows = [HEADINGS];
  const results: Record<string, { off: Figures; on: Figures }> = {};
  for (const { name, scenario, seconds } of BENCH_CASES) {
    const off = measure(scenario(), seconds, runs, false);
    const on = measure(scenario(), seconds, runs, true);
    results[name] = { off, on };
    rows.push(line(name, off));
    const slower = 100 * (1 - on.events / off.events);
    rows.push(line(`    traced (${slower.toFixed(0)} % slower)`, on));
  }
  const scaling: Record<string, { small: Figures; large: Figures; lost: number; verdict: string }> = {};
  const scalingRows = [['', 'events/s before', 'events/s after', 'lost', 'verdict']];
  for (const { name, small, large, seconds } of SCALING_CASES) {
    const before = measure(small(), seconds, runs, false);
    const after = measure(large(), seconds / 2, runs, false);
    // By the ratio to the hold loop, because the machine may have become slower meanwhile.
    const lost = 1 - after.ratio / before.ratio;
    const verdict = lost <= MOST_LOST ? 'ok' : 'TOO MUCH';
    scaling[name] = { small: before, large: after, lost, verdict };
    scalingRows.push([name, count(before.events), count(after.events), `${(lost * 100).toFixed(0)} %`, verdict]);
  }
  const peak = resourceUsage().maxRSS * 1024;
  if (options.json) {
    stdout.write(`${JSON.stringify({ runs, holdsPerSec: hold, results, scaling, peakMemoryBytes: peak })}\n`);
    return;
  }
  stdout.write(`${textTable(rows).join('\n')}\n\n${textTable(scalingRows).join('\n')}\n\n`);
  stdout.write(
    `medians of ${runs} runs, in seconds of processor time; the hold loop makes ${count(hold)} events/s alone; `,
  );
  stdout.write(`peak memory of the process ${megabytes(peak)}\n`);
}

bench();
