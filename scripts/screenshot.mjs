// Takes the README's picture from the running, built site: `npm run build` first, then `npm run screenshot`.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import { findBrowser } from './find-browser.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const server = spawn(process.execPath, ['scripts/serve.mjs', '--port', '4190'], { cwd: root });
const address = await new Promise((done) => {
  server.stdout.on('data', (text) => {
    const found = /http:\/\/\S+/.exec(String(text));
    if (found) done(found[0]);
  });
});
const browser = await chromium.launch({ executablePath: findBrowser(), args: ['--no-sandbox', '--disable-gpu'] });
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, colorScheme: 'light' });
  await page.goto(`${address}#example=high-availability`);
  await page.getByRole('button', { name: 'Play', exact: true }).click();
  // Four seconds after the planned crash the others have taken over.
  await page.getByRole('timer').filter({ hasText: /^14\./ }).waitFor();
  await page.getByRole('button', { name: 'Pause', exact: true }).click();
  // The pointer leaves, so that no tooltip covers the picture.
  await page.mouse.move(700, 560);
  await page.screenshot({ path: `${root}docs/screenshot.png` });
} finally {
  await browser.close();
  server.kill();
}
