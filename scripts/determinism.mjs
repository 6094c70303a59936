// `npm run determinism`: the same scenarios have the same fingerprints in Node, Chromium and Firefox. One bundle runs in
// all three; the browsers load it from a server on this computer and send back what they computed. Browsers that are not
// installed are named and left out; Node alone is not enough to pass.
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'rolldown';
import { findBrowser } from './find-browser.mjs';
import { findFirefox, installFirefox } from './find-firefox.mjs';
import { root } from './steps.mjs';

const PATIENCE_MS = 300_000;
const folder = join(root, 'scenarios/starters');
const scenarios = readdirSync(folder)
  .filter((file) => file.endsWith('.scenario.json'))
  .sort()
  .map((file) => ({ name: file.split('.')[0], text: readFileSync(join(folder, file), 'utf8') }));

const work = mkdtempSync(join(tmpdir(), 'backpressure-determinism-'));
const bundle = join(work, 'fingerprints.mjs');
await build({
  input: join(root, 'src/validation/fingerprints.ts'),
  logLevel: 'warn',
  output: { file: bundle, format: 'esm', codeSplitting: false },
});

const page = `<!doctype html><meta charset="utf-8"><title>Fingerprints</title><script type="module">
const send = (body) => fetch('/result', { method: 'POST', body: JSON.stringify(body) });
try {
  const { fingerprints } = await import('/fingerprints.mjs');
  const scenarios = await (await fetch('/scenarios.json')).json();
  await send({ result: fingerprints(scenarios) });
} catch (error) {
  await send({ error: String(error?.stack ?? error) });
}
</script>`;

/** Opens the page in a browser and waits for what it sends back. */
function inBrowser(program, argumentsFor) {
  return new Promise((done, failed) => {
    const profile = mkdtempSync(join(work, 'profile-'));
    let child;
    const server = createServer((request, response) => {
      const answer = (type, body) => response.writeHead(200, { 'Content-Type': type }).end(body);
      if (request.method === 'POST') {
        let text = '';
        request.on('data', (part) => (text += part));
        request.on('end', () => {
          answer('text/plain', '');
          const { result, error } = JSON.parse(text);
          finish(error ? new Error(error) : undefined, result);
        });
      } else if (request.url === '/') answer('text/html; charset=utf-8', page);
      else if (request.url === '/fingerprints.mjs') answer('text/javascript; charset=utf-8', readFileSync(bundle));
      else if (request.url === '/scenarios.json') answer('application/json', JSON.stringify(scenarios));
      else response.writeHead(404).end();
    });
    const timer = setTimeout(() => finish(new Error(`no answer after ${PATIENCE_MS / 1000} s`)), PATIENCE_MS);
    let finished = false;
    const finish = (error, result) => {
      if (finished) return;
      finished = true;
      clearTimeout(timer);
      server.close();
      server.closeAllConnections();
      // The browser and the processes it started.
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch {
        child?.kill('SIGKILL');
      }
      if (error) failed(error);
      else done(result);
    };
    server.listen(0, '127.0.0.1', () => {
      const address = `http://127.0.0.1:${server.address().port}/`;
      child = spawn(program, argumentsFor(profile, address), { stdio: 'ignore', detached: true });
      child.on('error', finish);
    });
  });
}

const chromiumArguments = (profile, address) => [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  `--user-data-dir=${profile}`,
  address,
];

function firefoxArguments(profile, address) {
  const preferences = {
    'browser.shell.checkDefaultBrowser': false,
    'browser.aboutwelcome.enabled': false,
    'datareporting.policy.dataSubmissionEnabled': false,
    'toolkit.telemetry.reportingpolicy.firstRun': false,
    'app.update.enabled': false,
    'network.captive-portal-service.enabled': false,
    'network.connectivity-service.enabled': false,
  };
  const lines = Object.entries(preferences).map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${value});`);
  writeFileSync(join(profile, 'user.js'), lines.join('\n'));
  return ['--headless', '--no-remote', '--profile', profile, address];
}

installFirefox();
const places = [
  ['Chromium', findBrowser(), chromiumArguments],
  ['Firefox', findFirefox(), firefoxArguments],
];

const { fingerprints } = await import(pathToFileURL(bundle).href);
const expected = fingerprints(scenarios);
for (const { name } of scenarios) console.log(`${name.padEnd(28)} ${expected[name]}`);
console.log(`and ${Object.keys(expected).length - scenarios.length} random systems`);

let compared = 0;
let failed = false;
async function compare([name, program, argumentsFor]) {
  if (!program) {
    console.log(`${name}: not installed, LEFT OUT`);
    return;
  }
  try {
    const result = await inBrowser(program, argumentsFor);
    const different = Object.keys(expected).filter((scenario) => result[scenario] !== expected[scenario]);
    compared++;
    failed ||= different.length > 0;
    for (const scenario of different)
      console.log(`${name}: ${scenario}: ${result[scenario]}, not ${expected[scenario]}`);
    if (different.length === 0) console.log(`${name}: the same as Node, all ${Object.keys(expected).length}`);
  } catch (error) {
    failed = true;
    console.log(`${name}: ${error.message}`);
  }
}
await Promise.all(places.map(compare));
rmSync(work, { recursive: true, force: true, maxRetries: 5 });
if (compared === 0) console.log('No browser to compare with.');
process.exitCode = failed || compared === 0 ? 1 : 0;
