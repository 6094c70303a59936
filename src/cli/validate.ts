/**
 * `npm run validate`: every golden vector, the table, and the two files that publish it. Exit code 1 when a vector fails.
 *   --only V1,V5   these vectors alone; the numbers of the others stay as they were published. With `none` only the
 *                  two files are written again
 *   --jobs 2       how many processes share the work (default: as many as there are cores, at most 4)
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { argv, execPath, stdout } from 'node:process';
import { parseArgs } from 'node:util';
import { goldenVectors } from '../validation/golden-vectors';
import {
  type PublishedVector,
  publish,
  reworded,
  validationMarkdown,
  validationTable,
} from '../validation/publication';
import { runVector } from '../validation/vector';
import { shippedScenarios } from './shipped-scenarios';

const MARKDOWN = 'docs/validation.md';
const JSON_FILE = 'public/validation.json';

const { values: options } = parseArgs({
  args: argv.slice(2),
  options: { only: { type: 'string' }, jobs: { type: 'string' }, child: { type: 'boolean', default: false } },
});

function readPublished(): PublishedVector[] {
  return (JSON.parse(readFileSync(JSON_FILE, 'utf8')) as { vectors: PublishedVector[] }).vectors;
}

/** One vector in a process of its own; its result comes as one line of JSON. */
function inChild(id: string): Promise<PublishedVector> {
  const child = spawn(execPath, ['scripts/run-ts.mjs', 'src/cli/validate.ts', '--child', '--only', id], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (text: Buffer) => (output += text.toString()));
  return new Promise((done, failed) => {
    child.on('close', (code) => {
      if (code === 0) done(JSON.parse(output) as PublishedVector);
      else failed(new Error(`${id} ended with code ${code}`));
    });
  });
}

async function main(): Promise<number> {
  const only = options.only?.split(',');
  const vectors = goldenVectors(shippedScenarios()).filter(({ id }) => only?.includes(id) ?? true);
  if (options.child) {
    stdout.write(JSON.stringify(publish(runVector(vectors[0]!))));
    return 0;
  }
  const results = new Map<string, PublishedVector>();
  const waiting = [...vectors];
  const before = existsSync(JSON_FILE) ? readPublished() : [];
  // After each vector, so that a run that is stopped loses nothing.
  const write = (): void => {
    const declared = goldenVectors(shippedScenarios());
    const found = declared.map((vector) => {
      const last = before.find(({ id }) => id === vector.id);
      return results.get(vector.id) ?? (last && reworded(last, vector));
    });
    const all = found.filter((vector) => vector !== undefined);
    const waiting = declared.filter((_, i) => found[i] === undefined).map(({ id }) => id);
    writeFileSync(JSON_FILE, `${JSON.stringify({ vectors: all }, null, 2)}\n`);
    writeFileSync(MARKDOWN, validationMarkdown(all, waiting));
  };
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const started = performance.now();
      const result = await inChild(next.id);
      results.set(next.id, result);
      write();
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      stdout.write(`${result.verdict === 'pass' ? 'pass' : 'FAIL'}  ${next.id}  ${next.title} (${seconds} s)\n`);
    }
  };
  const jobs = Math.max(1, Number(options.jobs ?? Math.min(4, availableParallelism())));
  await Promise.all(Array.from({ length: jobs }, worker));
  // Also when there was nothing to run: the list of what waits may have changed.
  write();
  const published = vectors.map(({ id }) => results.get(id)!);
  stdout.write(`\n${validationTable(published)}\n`);
  stdout.write(`\nwritten: ${MARKDOWN}, ${JSON_FILE}\n`);
  return published.every(({ verdict }) => verdict === 'pass') ? 0 : 1;
}

process.exitCode = await main();
