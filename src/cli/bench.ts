/**
 * `npm run bench`: how fast the engine is. Four systems, each run several times with nobody watching and with what the
 * page watches (motion and windows); medians are reported. Machines differ and are shared, so every figure also comes as
 * a ratio to a bare hold loop (take the next event, draw one exponential time, put an event back), timed next to it in
 * the same process. Then: what twice the load and twice the components cost.
 *   --json    results as JSON     --runs N    runs of each (default 5)     --publish    write docs/performance.md
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { loadavg, cpus } from 'node:os';
import { argv, resourceUsage, stdout, version } from 'node:process';
import { parseArgs } from 'node:util';
import { BENCH_CASES, SCALING_CASES } from './bench-cases';
import { holdRate, measure } from './bench-measure';
import { type BenchResults, benchMarkdown, benchText } from './bench-report';

const MARKDOWN = 'docs/performance.md';
/** From here on `npm run bench:ui` has written it. */
const BROWSER = /^## In the browser$.*/ms;

const { values: options } = parseArgs({
  args: argv.slice(2),
  options: {
    json: { type: 'boolean', default: false },
    runs: { type: 'string', default: '5' },
    publish: { type: 'boolean', default: false },
  },
});

function bench(runs: number): BenchResults {
  // The mean over the last minute, before the bench itself adds to it.
  const loadBefore = loadavg()[0]!;
  const holdsPerSec = holdRate();
  const cases = BENCH_CASES.map(({ name, scenario, seconds, target }) => ({
    name,
    target,
    off: measure(scenario(), seconds, runs, false),
    on: measure(scenario(), seconds, runs, true),
  }));
  const scaling = SCALING_CASES.map(({ name, small, large, seconds }) => ({
    name,
    small: measure(small(), seconds, runs, false),
    large: measure(large(), seconds / 2, runs, false),
  }));
  const machine = { cpu: cpus()[0]?.model ?? 'unknown processor', cores: cpus().length, loadBefore, node: version };
  return { runs, machine, holdsPerSec, cases, scaling, peakMemoryBytes: resourceUsage().maxRSS * 1024 };
}

const results = bench(Math.max(1, Number(options.runs)));
stdout.write(options.json ? `${JSON.stringify(results)}\n` : benchText(results));
if (options.publish) {
  const browser = BROWSER.exec(readFileSync(MARKDOWN, 'utf8'))?.[0];
  writeFileSync(MARKDOWN, benchMarkdown(results) + (browser ? `\n${browser}` : ''));
}
