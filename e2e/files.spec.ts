import { expect, test } from './pages/test';

test('a saved file opens again as the same system', async ({ playground, page }) => {
  await playground.open('example=cache-aside');
  const cards = await page.locator('[data-card]').count();
  const download = page.waitForEvent('download');
  await page.keyboard.press('Control+s');
  const file = await (await download).path();

  await page.goto('about:blank');
  await playground.open();
  const chooser = page.waitForEvent('filechooser');
  await page.keyboard.press('Control+o');
  await (await chooser).setFiles(file);
  await expect(page.locator('[data-card]')).toHaveCount(cards);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Cache-aside');
});

test('a file that is no scenario is refused by number and changes nothing', async ({ playground, page }) => {
  await playground.open('example=monolith');
  const chooser = page.waitForEvent('filechooser');
  await page.keyboard.press('Control+o');
  await (await chooser).setFiles({ name: 'x.json', mimeType: 'application/json', buffer: Buffer.from('{"a":1}') });
  await expect(page.getByText(/BP103/)).toBeVisible();
  await expect(page.locator('[data-card]')).toHaveCount(3);
});

test('work is there again after a reload', async ({ playground, page }) => {
  await playground.open();
  await playground.paletteItem('Redis').click();
  await expect.poll(() => page.evaluate(() => localStorage.getItem('backpressure.documents'))).toContain('components');
  await page.reload();
  await expect(playground.card('redis-1')).toBeVisible();
});
