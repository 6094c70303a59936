// `npm test`: every gate, from a clean checkout, on a machine with Node, npm and git. Installs what is missing, stops at
// the first step that fails, and ends with one line `N passed, N failed`: the unit and browser tests one by one, plus
// one for each other step.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dependenciesAreInstalled, installDependencies, requireSupportedNode } from './install.mjs';

requireSupportedNode();
const { gates, root, run } = await import('./steps.mjs');
process.chdir(root);

const reports = mkdtempSync(join(tmpdir(), 'backpressure-test-'));
const unitReport = join(reports, 'unit.json');
const browserReport = join(reports, 'browser.json');
const readReport = (file) => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined);

async function installIfMissing() {
  return dependenciesAreInstalled() || installDependencies() === 0;
}

/** Playwright's own Chromium where it can be downloaded, else an installed one, else Debian's package, else a message. */
async function ensureBrowser() {
  // Imported here, because it needs the dependencies of the step before.
  const { findBrowser, hasOwnBrowser } = await import('./find-browser.mjs');
  if (!hasOwnBrowser()) {
    console.log('Asking Playwright to download its Chromium …');
    const downloaded = spawnSync(process.execPath, ['node_modules/@playwright/test/cli.js', 'install', 'chromium'], {
      stdio: 'ignore',
      timeout: 300_000,
    });
    if (downloaded.status !== 0) console.log('It cannot be downloaded here; looking for an installed browser.');
  }
  const isDebianRoot = existsSync('/etc/debian_version') && process.getuid?.() === 0;
  if (!findBrowser() && isDebianRoot) {
    console.log('No browser found; installing the package chromium …');
    const options = { stdio: 'inherit', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
    if (spawnSync('apt-get', ['update', '-qq'], options).status === 0) {
      spawnSync('apt-get', ['install', '-y', '-qq', 'chromium'], options);
    }
  }
  const browser = findBrowser();
  console.log(browser ?? 'No Chromium, and none could be installed. Install Chromium or Google Chrome and try again.');
  return browser !== undefined;
}

/** A free port, so that two checkouts can be tested at the same time. */
function freePort() {
  return new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(String(port)));
    });
  });
}

async function unitTests() {
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${unitReport}`];
  const { ok } = await run([...gates.unit, ...reporters]);
  const report = readReport(unitReport);
  return { ok, passed: report?.numPassedTests ?? 0, failed: report?.numFailedTests ?? 0 };
}

async function browserTests() {
  const env = { BACKPRESSURE_E2E_PORT: await freePort(), PLAYWRIGHT_JSON_OUTPUT_FILE: browserReport };
  const { ok } = await run([...gates.browser, '--reporter=list,json'], { env });
  const stats = readReport(browserReport)?.stats;
  return { ok, passed: (stats?.expected ?? 0) + (stats?.flaky ?? 0), failed: stats?.unexpected ?? 0 };
}

/** What could not be tested here; said again at the end. */
const leftOut = [];

async function determinism() {
  const { ok } = await run(gates.determinism);
  const { findFirefox } = await import('./find-firefox.mjs');
  if (!findFirefox()) leftOut.push('the same fingerprints in Firefox: it is not installed');
  return ok;
}

const gate = (command) => async () => (await run(command)).ok;

const steps = [
  ['dependencies', installIfMissing],
  ['browser', ensureBrowser],
  ['typecheck', gate(gates.typecheck)],
  ['typecheck, pure layers', gate(gates.typecheckPure)],
  ['lint', gate(gates.lint)],
  ['format', gate(gates.format)],
  ['unit and property tests', unitTests],
  ['determinism', determinism],
  ['build', gate(gates.build)],
  ['bundle budget', gate(gates.budget)],
  ['browser tests', browserTests],
];

let passed = 0;
let failed = 0;
for (const [name, step] of steps) {
  console.log(`\n── ${name}`);
  const started = process.hrtime.bigint();
  const result = await step();
  const seconds = (Number(process.hrtime.bigint() - started) / 1e9).toFixed(1);

  const counts = typeof result === 'boolean' ? { ok: result, passed: result ? 1 : 0, failed: result ? 0 : 1 } : result;
  passed += counts.passed;
  // A runner that broke before its first test, or that ran none, has failed all the same.
  failed += counts.ok ? counts.failed : Math.max(1, counts.failed);

  console.log(`── ${name}: ${counts.ok ? 'ok' : 'FAILED'} (${seconds} s)`);
  if (!counts.ok) break;
}

rmSync(reports, { recursive: true, force: true });
console.log();
for (const what of leftOut) console.log(`LEFT OUT: ${what}`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
