// `npm run check`: the quick gates, for use before every commit. Everything but the property tests, the runs of whole
// scenarios, the build and the browser tests, which `npm test` adds. Runs two gates at a time and reports all that fail.
import { availableParallelism } from 'node:os';
import { gates, run } from './steps.mjs';

/** Many seeds, long runs, whole scenarios and linted snippets: `npm test` has them. */
const slow = [
  '**/*.property.test.ts',
  '**/*-theory.test.ts',
  '**/registry-runs.test.ts',
  '**/lint-bans.test.ts',
  '**/golden-vectors.test.ts',
  'src/kinds/redis/eviction-policies.test.ts',
  'src/kinds/redis/stampede.test.ts',
  'src/cli/failures*.test.ts',
  'src/cli/architectures.test.ts',
];

// The longest first, so that the short ones fill the gaps.
const waiting = [
  ['unit tests', [...gates.unit, ...slow.flatMap((pattern) => ['--exclude', pattern])]],
  ['lint', [...gates.lint, '--cache', '--cache-location', 'node_modules/.cache/eslint/']],
  ['typecheck', gates.typecheck],
  ['format', [...gates.format, '--cache', '--cache-location', 'node_modules/.cache/prettier/.prettier-cache']],
  ['typecheck, pure layers', gates.typecheckPure],
];

let failed = 0;

async function work() {
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const [name, command] = next;
    const { ok, seconds, output } = await run(command, { capture: true });
    console.log(`${ok ? 'ok    ' : 'FAILED'} ${name} (${seconds.toFixed(1)} s)`);
    if (!ok) {
      failed += 1;
      console.log(output.trimEnd());
    }
  }
}

await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, work));
console.log(failed === 0 ? 'All gates pass.' : `${failed} of the gates failed.`);
process.exitCode = failed === 0 ? 0 : 1;
