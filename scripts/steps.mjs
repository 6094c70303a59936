// The gates of the project, shared by check.mjs and test.mjs so that both run the same commands.
import { spawn } from 'node:child_process';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '..');

/** Arguments for this Node, so that neither a shell nor npm stands between us and the tool. */
export const gates = {
  typecheck: ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json'],
  typecheckPure: ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.pure.json'],
  // Without ESLint's cache: a rule that reads types can change its mind about a file when another file changes.
  lint: ['node_modules/eslint/bin/eslint.js', '.', '--max-warnings=0'],
  format: ['node_modules/prettier/bin/prettier.cjs', '--check', '.', '--log-level=warn'],
  // Vitest colours its output even where nobody looks at it live.
  unit: ['node_modules/vitest/vitest.mjs', 'run', ...(process.stdout.isTTY ? [] : ['--no-color'])],
  build: ['node_modules/vite/bin/vite.js', 'build', '--logLevel=warn'],
  budget: ['scripts/bundle-budget.mjs'],
  determinism: ['scripts/determinism.mjs'],
  browser: ['node_modules/@playwright/test/cli.js', 'test'],
};

/**
 * Runs Node with these arguments in the project's folder.
 * @param {string[]} nodeArguments
 * @param {{ env?: Record<string, string>, capture?: boolean }} [options] `capture` returns the output instead of showing it
 * @returns {Promise<{ ok: boolean, seconds: number, output: string }>}
 */
export function run(nodeArguments, { env = {}, capture = false } = {}) {
  const started = process.hrtime.bigint();
  return new Promise((done) => {
    const child = spawn(process.execPath, nodeArguments, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', capture ? 'pipe' : 'inherit', capture ? 'pipe' : 'inherit'],
    });
    let output = '';
    child.stdout?.on('data', (text) => (output += text));
    child.stderr?.on('data', (text) => (output += text));
    child.on('close', (code) => {
      done({ ok: code === 0, seconds: Number(process.hrtime.bigint() - started) / 1e9, output });
    });
  });
}
