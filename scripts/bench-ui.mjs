// `npm run bench:ui`: plays 100 components at 5 000 requests a second on the built site (`npm run build` first) and reports
/* global performance, requestAnimationFrame -- what runs in the page */
// how long its frames take and how fast the run really goes.
//   --seconds 60   how long to watch     --json   the result as JSON     --publish   write it into docs/performance.md
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from '@playwright/test';
import { findBrowser } from './find-browser.mjs';
import { root } from './steps.mjs';

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    json: { type: 'boolean', default: false },
    publish: { type: 'boolean', default: false },
  },
});
const seconds = Number(options.seconds);
if (!existsSync(join(root, 'dist/index.html'))) {
  console.error('There is no built site: run `npm run build` first.');
  process.exit(1);
}

const link = execFileSync(process.execPath, ['scripts/run-ts.mjs', 'src/cli/bench-link.ts'], {
  cwd: root,
  encoding: 'utf8',
});
/** Its section is the last one of the page; the rest belongs to `npm run bench`. */
function publish({ componentsDrawn, framesPerSec, medianMs, p95Ms, maxMs, over50Ms, simulatedSecondsPerSecond }) {
  const file = join(root, 'docs/performance.md');
  const text = readFileSync(file, 'utf8').replace(/\n## In the browser\n.*/s, '');
  const ms = (value) => `${value.toFixed(1)} ms`;
  const section = `
## In the browser

Written by \`npm run bench:ui -- --publish\`: the built site plays ${componentsDrawn} components at 5 000 requests a second for ${seconds} s in
Chromium without a graphics card, drawn by the same two cores that simulate.

| frames a second | median frame | 95 % of frames within | longest frame | frames over 50 ms | simulated seconds a second |
| --: | --: | --: | --: | --: | --: |
| ${framesPerSec.toFixed(1)} | ${ms(medianMs)} | ${ms(p95Ms)} | ${ms(maxMs)} | ${over50Ms} | ${simulatedSecondsPerSecond.toFixed(2)} |
`;
  writeFileSync(file, text + section);
}

const server = spawn(process.execPath, ['scripts/serve.mjs', '--port', '4191'], { cwd: root });
const address = await new Promise((done) => {
  server.stdout.on('data', (text) => {
    const found = /http:\/\/\S+/.exec(String(text));
    if (found) done(found[0]);
  });
});
const browser = await chromium.launch({ executablePath: findBrowser(), args: ['--no-sandbox', '--disable-gpu'] });
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(`${address}#${link}`);
  await page.locator('[data-card]').first().waitFor();
  await page.getByRole('button', { name: 'Play', exact: true }).click();
  const clock = page.getByRole('timer');
  const shown = async () => Number.parseFloat((await clock.innerText()).replace(/[^\d.]/g, ''));
  // The first seconds compile the code and fill the system.
  await page.waitForTimeout(5000);
  const before = await shown();
  const frames = await page.evaluate(
    (ms) =>
      new Promise((done) => {
        const times = [];
        let last = performance.now();
        const end = last + ms;
        const next = (now) => {
          times.push(now - last);
          last = now;
          if (now < end) requestAnimationFrame(next);
          else done(times);
        };
        requestAnimationFrame(next);
      }),
    seconds * 1000,
  );
  const played = (await shown()) - before;
  const cards = await page.locator('[data-card]').count();
  const sorted = [...frames].sort((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  const result = {
    componentsDrawn: cards,
    seconds,
    frames: frames.length,
    framesPerSec: frames.length / seconds,
    medianMs: at(0.5),
    p95Ms: at(0.95),
    maxMs: at(1),
    over50Ms: frames.filter((time) => time > 50).length,
    simulatedSecondsPerSecond: played / seconds,
  };
  if (options.publish) publish(result);
  if (options.json) console.log(JSON.stringify(result));
  else {
    const ms = (value) => `${value.toFixed(1)} ms`;
    console.log(`${cards} cards drawn of 100 components, 5 000 requests/s, ${seconds} s in Chromium`);
    console.log(
      `${result.framesPerSec.toFixed(1)} frames/s; simulated ${result.simulatedSecondsPerSecond.toFixed(2)} s in a second`,
    );
    console.log(`frame times: median ${ms(result.medianMs)}, p95 ${ms(result.p95Ms)}, longest ${ms(result.maxMs)}`);
    console.log(`frames over 50 ms: ${result.over50Ms}`);
  }
} finally {
  await browser.close();
  server.kill();
}
