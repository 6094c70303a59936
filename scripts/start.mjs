// `npm start`: installs and builds what is missing or out of date, then serves the site.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { dependenciesAreInstalled, installDependencies, requireSupportedNode } from './install.mjs';

requireSupportedNode();
process.chdir(join(import.meta.dirname, '..'));

if (!dependenciesAreInstalled()) {
  console.log('Installing the dependencies …');
  if (installDependencies() !== 0) process.exit(1);
}

/** Time of the newest file at or below `path`; 0 if there is none. */
function newest(path) {
  if (!existsSync(path)) return 0;
  const found = statSync(path);
  if (!found.isDirectory()) return found.mtimeMs;
  // The folder's own time changes when a file is removed from it.
  return Math.max(found.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

const sources = ['src', 'public', 'scenarios', 'scripts', 'index.html', 'vite.config.ts', 'package-lock.json'];
if (Math.max(...sources.map(newest)) > newest('dist/index.html')) {
  console.log('Building the site …');
  const build = spawnSync(process.execPath, ['node_modules/vite/bin/vite.js', 'build', '--logLevel', 'warn'], {
    stdio: 'inherit',
  });
  if (build.status !== 0) process.exit(1);
}

const { serve } = await import('./serve.mjs');
console.log(`Backpressure is at ${await serve({ port: 4173 })} (stop with Ctrl+C)`);
