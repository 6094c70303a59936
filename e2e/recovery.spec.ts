import { expect, test } from './pages/test';

test('a worker that hangs is replaced, the run rebuilt, and no edit lost', async ({ playground, page }) => {
  await playground.open('example=monolith');
  await playground.play();
  await playground.waitUntil(2);
  await playground.paletteItem('Redis').click();
  await expect(playground.card('redis-1')).toBeVisible();

  const [worker] = page.workers();
  // A task that never ends, as an endless loop in a handler would be.
  await worker!.evaluate(() => {
    setTimeout(() => {
      for (;;);
    }, 0);
  });
  await expect(page.getByText(/BP403/)).toBeVisible({ timeout: 10_000 });
  const seconds = await playground.seconds();
  await playground.waitUntil(seconds + 1);
  await expect(playground.card('redis-1')).toBeVisible();
  await expect.poll(() => page.workers().length).toBe(1);
});
