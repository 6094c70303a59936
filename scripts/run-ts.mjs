// Runs a TypeScript program of this project in Node, which does not read TypeScript itself in all versions we support.
//   node scripts/run-ts.mjs src/cli/main.ts [arguments]
// The entry is bundled without type checking (`npm run check` does that) and then imported, so that arguments, standard
// input and exit code are the program's own. Packages stay outside the bundle and are found in node_modules as usual.
import { rmSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'rolldown';

const root = join(import.meta.dirname, '..');
const [entry, ...programArguments] = process.argv.slice(2);
if (!entry) {
  console.error('usage: node scripts/run-ts.mjs ENTRY [arguments]');
  process.exit(2);
}

// One file per process: programs started side by side must not overwrite each other's bundle.
const file = join(root, 'node_modules/.cache/backpressure', `${basename(entry, '.ts')}-${process.pid}.mjs`);
try {
  await build({
    input: resolve(entry),
    platform: 'node',
    external: (id) => !/^[./]/.test(id) && !/^[A-Za-z]:[\\/]/.test(id),
    logLevel: 'warn',
    output: { file, format: 'esm', codeSplitting: false, sourcemap: 'inline' },
  });
} catch (error) {
  console.error(error.message);
  process.exit(1);
}

process.on('exit', () => rmSync(file, { force: true }));
process.setSourceMapsEnabled(true);
process.argv = [process.execPath, resolve(entry), ...programArguments];
await import(pathToFileURL(file).href);
