import { execFileSync } from 'node:child_process';
import { expect, test } from './pages/test';
import { Playground } from './pages/playground';

/** What the command line says of a link: the same engine, without a browser. */
function commandLine(link: string, seconds: number): { fingerprint: string } {
  const output = execFileSync(
    process.execPath,
    ['scripts/run-ts.mjs', 'src/cli/main.ts', 'run', link, '--duration', `${seconds}s`, '--json'],
    { encoding: 'utf8' },
  );
  return JSON.parse(output) as { fingerprint: string };
}

test('a link opened elsewhere gives the same run, in the browser and on the command line', async ({
  playground,
  browser,
}) => {
  await playground.open('example=high-availability');
  await playground.play();
  await playground.waitUntil(2);
  await playground.fromMenu('server-3', 'Crash');
  await expect(playground.card('server-3')).toHaveClass(/is-down/);
  await playground.waitUntil(3);
  await playground.pause();
  const link = await playground.shareLink();
  // On a slow machine the crash comes later; what is compared lies behind it.
  const second = Math.ceil(await playground.seconds()) + 1;
  await playground.seek(second);
  const here = await playground.fingerprint();
  expect(here.second).toBe(second);

  const elsewhere = await browser.newContext();
  const reader = new Playground(await elsewhere.newPage());
  await reader.open(new URL(link).hash.slice(1));
  await reader.seek(second);
  expect(await reader.fingerprint()).toEqual(here);
  await expect(reader.card('server-3')).toHaveClass(/is-down/);
  await elsewhere.close();

  expect(commandLine(link, second).fingerprint).toBe(here.value);
});

for (const [name, damage, words] of [
  ['corrupted', (link: string) => link.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')), /BP30\d/],
  ['truncated', (link: string) => link.slice(0, -20), /BP303/],
] as const) {
  test(`a ${name} link is refused in words and leaves local work alone`, async ({ playground, page }) => {
    await playground.open('example=cache-aside');
    const link = await playground.shareLink();
    await playground.paletteItem('Client').click();
    await expect(page.locator('[data-card="client-1"]')).toBeVisible();
    await expect.poll(() => page.evaluate(() => localStorage.length)).toBeGreaterThan(0);
    const saved = await page.evaluate(() => JSON.stringify(localStorage));

    await page.evaluate((hash) => (location.hash = hash), new URL(damage(link)).hash);
    await expect(page.getByText(words)).toBeVisible();
    await expect(page.locator('[data-card="client-1"]')).toBeVisible();
    expect(await page.evaluate(() => JSON.stringify(localStorage))).toBe(saved);

    await page.reload();
    await expect(page.locator('[data-card="client-1"]')).toBeVisible();
  });
}

test('opening a link never touches local work', async ({ playground, page }) => {
  await playground.open('example=monolith');
  const link = await playground.shareLink();
  await playground.open();
  await page.goto('about:blank');
  await playground.open();
  await playground.paletteItem('Redis').click();
  await expect(page.locator('[data-card="redis-1"]')).toBeVisible();
  await expect.poll(() => page.evaluate(() => localStorage.length)).toBeGreaterThan(0);

  await page.goto('about:blank');
  await playground.open(new URL(link).hash.slice(1));
  await expect(page.locator('[data-card="redis-1"]')).toHaveCount(0);
  await page.goto('about:blank');
  await playground.open();
  await expect(page.locator('[data-card="redis-1"]')).toBeVisible();
});
