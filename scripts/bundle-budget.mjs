// Fails if opening the site loads more JavaScript than a slow connection should carry. Counted is what the page needs
// before it can do anything: index.html's entry and its static imports. What is loaded on demand is not counted; the
// workers are listed apart, because they load beside the page.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const budgetKb = 200;
const dist = join(import.meta.dirname, '../dist');
const manifest = JSON.parse(readFileSync(join(dist, '.vite/manifest.json'), 'utf8'));

/** Compressed size in kB (1000 bytes). */
const gzipKb = (file) => gzipSync(readFileSync(join(dist, file)), { level: 9 }).length / 1000;

function staticImportsOf(entry, seen = new Set()) {
  if (seen.has(entry)) return seen;
  seen.add(entry);
  for (const imported of manifest[entry].imports ?? []) staticImportsOf(imported, seen);
  return seen;
}

function list(title, files) {
  const sizes = files.map((file) => [file, gzipKb(file)]).sort((a, b) => b[1] - a[1]);
  const total = sizes.reduce((sum, [, size]) => sum + size, 0);
  console.log(`${title}: ${total.toFixed(1)} kB gzip`);
  for (const [file, size] of sizes) console.log(`  ${size.toFixed(1).padStart(7)} kB  ${file}`);
  return total;
}

const firstLoad = [...staticImportsOf('index.html')]
  .map((key) => manifest[key].file)
  .filter((file) => file.endsWith('.js'));
const workers = readdirSync(join(dist, 'assets'))
  .filter((name) => /worker.*\.js$/.test(name))
  .map((name) => `assets/${name}`)
  .filter((file) => !firstLoad.includes(file));

const total = list('First load', firstLoad);
if (workers.length > 0) list('Workers', workers);

if (total > budgetKb) {
  console.error(`The first load exceeds its budget of ${budgetKb} kB by ${(total - budgetKb).toFixed(1)} kB.`);
  console.error('Load what the first view does not need with a dynamic import().');
  process.exit(1);
}
console.log(`Budget: ${budgetKb} kB, ${(budgetKb - total).toFixed(1)} kB left.`);
