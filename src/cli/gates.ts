/**
 * `npm run gates`: 10 000 random systems must all come to rest and break no invariant on the way, 3 000 more must in which
 * clusters grow and shrink, and 1 000 must be the same in slices as in one piece.
 *   --count N     how many systems (three tenths of them for clusters, one for slices; default 10 000)
 *   --only NAME   only this gate, for all of the count: liveness, invariants, membership or slices
 *   --first N     the number of the first system (default 1)
 *   --jobs N      processes that share the work (default: as many as there are cores, at most 4)
 * A failure prints the number of the system and a share link, and the exit code is 1. Put the link into
 * src/validation/once-failed.ts, so that it is tested for ever.
 */
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { argv, execPath, stderr, stdout } from 'node:process';
import { parseArgs } from 'node:util';
import { checkInvariants } from '../validation/invariants';
import { checkLiveness, checkMembership } from '../validation/liveness';
import { checkSlicing } from '../validation/slicing';

const { values: options } = parseArgs({
  args: argv.slice(2),
  options: {
    count: { type: 'string', default: '10000' },
    first: { type: 'string', default: '1' },
    jobs: { type: 'string' },
    only: { type: 'string' },
    every: { type: 'string', default: '1' },
    child: { type: 'boolean', default: false },
  },
});

interface Gate {
  readonly name: string;
  readonly share: number;
  check(number: number): string;
}

const ALL_GATES: readonly Gate[] = [
  { name: 'liveness', share: 1, check: checkLiveness },
  { name: 'invariants', share: 1, check: checkInvariants },
  { name: 'membership', share: 0.3, check: checkMembership },
  { name: 'slices', share: 0.1, check: checkSlicing },
];
const GATES = options.only
  ? ALL_GATES.filter(({ name }) => name === options.only).map((gate) => ({ ...gate, share: 1 }))
  : ALL_GATES;

type Tally = Record<string, number>;

function words(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${words(error.cause)}`;
}

/** Every so-many-th system from the first one on; one line of JSON at the end. */
function work(first: number, last: number, every: number): Tally {
  const tally: Tally = {};
  const note = (key: string): void => void (tally[key] = (tally[key] ?? 0) + 1);
  for (const { name, share, check } of GATES) {
    const end = first + Math.ceil((last - first) * share);
    for (let number = first; number < end; number += every) {
      try {
        note(`${name}: ${check(number)}`);
      } catch (error) {
        note(`${name}: FAILED`);
        stderr.write(`FAILED ${name}: ${words(error)}\n`);
      }
      if ((number - first) % (500 * every) === 0) stderr.write(`${name} ${number} of ${end - 1}\n`);
    }
  }
  return tally;
}

function inChild(first: number, count: number, every: number): Promise<Tally> {
  const numbers = ['--first', String(first), '--count', String(count), '--every', String(every)];
  if (options.only) numbers.push('--only', options.only);
  const child = spawn(execPath, ['scripts/run-ts.mjs', 'src/cli/gates.ts', '--child', ...numbers], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (text: Buffer) => (output += text.toString()));
  return new Promise((done, failed) => {
    child.on('close', (code) => {
      if (code === 0) done(JSON.parse(output) as Tally);
      else failed(new Error(`a process ended with code ${code}`));
    });
  });
}

async function main(): Promise<number> {
  const [first, count, every] = [Number(options.first), Number(options.count), Number(options.every)];
  if (options.child) {
    stdout.write(JSON.stringify(work(first, first + count, every)));
    return 0;
  }
  const jobs = Math.max(1, Number(options.jobs ?? Math.min(4, availableParallelism())));
  const tallies = await Promise.all(Array.from({ length: jobs }, (_, i) => inChild(first + i, count - i, jobs)));
  const total: Tally = {};
  for (const tally of tallies) for (const [key, n] of Object.entries(tally)) total[key] = (total[key] ?? 0) + n;
  for (const key of Object.keys(total).sort()) stdout.write(`${key} ${total[key]}\n`);
  const failed = Object.keys(total).some((key) => key.endsWith('FAILED'));
  stdout.write(failed ? 'The gates are shut.\n' : 'The gates are open.\n');
  return failed ? 1 : 0;
}

process.exitCode = await main();
