import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from './pages/test';

test('the card of a partitioned cluster names its numbers, and nothing stands outside of it', async ({
  playground,
  page,
}) => {
  await playground.open('example=minority-leader');
  await playground.seek(25);
  const store = playground.card('store');
  await expect(store.locator('.is-caption')).toHaveText('logterm');
  await expect(store.locator('.card-tags')).toHaveText('partitioned');
  // Two sides, told by letters, and two leaders.
  await expect(store.locator('.card-member b')).toHaveText(['A', 'B', 'B', 'A', 'A']);
  const right = (box: { x: number; width: number } | null): number => box!.x + box!.width;
  const edge = right(await store.boundingBox());
  for (const value of await store.locator('.card-member .card-value').all()) {
    expect(right(await value.boundingBox())).toBeLessThan(edge);
  }
  await expect(page.getByRole('button', { name: /^Store is partitioned \(2 nodes\), at 20/ })).toBeVisible();
});

test('a node that is down says so, and a component where requests die now is not called healthy', async ({
  playground,
}) => {
  await playground.open('example=lost-writes');
  const database = playground.card('database');
  // Before there is a run the card has its three servers already.
  await expect(database.locator('.card-member:not(.is-caption)')).toHaveCount(3);
  await playground.seek(22);
  await expect(database).toHaveAttribute('aria-label', /failing/);
  await expect(database.locator('.card-member.is-cross')).toHaveCount(1);
  await playground.open('example=raft-election');
  await playground.seek(20);
  await expect(playground.card('store').locator('.card-member.is-cross')).toContainText('down');
  await expect(playground.card('store')).toHaveAttribute('aria-label', /healthy/);
});

test('faults are told in the words of their options', async ({ playground, page }) => {
  await playground.open('example=redis-failover');
  await expect(page.locator('.planned-item')).toContainText('shard 1, with the master cut off, for 30 s');
  await expect(page.locator('.time-mark').first()).toHaveAttribute(
    'aria-label',
    /\(shard 1, with the master cut off\)/,
  );
});

test('by keyboard alone: find an example, play it, break it, check its history', async ({ playground, page }) => {
  const { keyboard } = page;
  await playground.open();
  await playground.command('open');
  const search = page.getByRole('searchbox', { name: 'Search the examples' });
  await expect(search).toBeVisible({ timeout: 30_000 });
  await search.focus();
  await keyboard.type('heartbeats votes');
  await expect(page.locator('.example-card')).toHaveCount(1);
  await keyboard.press('Tab');
  await keyboard.press('Enter');
  const store = playground.card('store');
  await expect(store).toBeVisible();

  await store.focus();
  await keyboard.press('p');
  await playground.waitUntil(3);
  await keyboard.press('Enter');
  await playground.command('partition the nodes');
  await expect(store.locator('.card-tags')).toHaveText('partitioned');
  await playground.waitUntil(6);
  await playground.command('check the history');
  const dialog = page.getByRole('dialog', { name: 'History of Store' });
  await expect(dialog.locator('.history-verdict')).toBeVisible({ timeout: 20_000 });
  await keyboard.press('Escape');
  await expect(dialog).toBeHidden();
});

for (const [name, theme, width, height] of [
  ['a tablet', 'light', 1024, 768],
  ['a projector', 'projector', 1280, 720],
] as const) {
  test(`on ${name} no number of the charts is cut off`, async ({ playground, page }) => {
    await page.addInitScript(
      (value) => localStorage.setItem('backpressure.view', JSON.stringify({ theme: value })),
      theme,
    );
    await page.setViewportSize({ width, height });
    await playground.open('example=order-saga');
    await playground.seek(26);
    const charts = page.locator('.dock-charts .chart');
    await expect(charts).toHaveCount(4);
    await expect(charts.first().locator('.chart-legend b').last()).toHaveText(/\d/);
    for (const chart of await charts.all()) {
      const legend = (await chart.locator('.chart-legend').boundingBox())!;
      for (const number of await chart.locator('.chart-legend li:not([hidden]) b').all()) {
        const box = (await number.boundingBox())!;
        expect(box.x + box.width).toBeLessThanOrEqual(legend.x + legend.width + 1);
        expect(box.y + box.height).toBeLessThanOrEqual(legend.y + legend.height + 1);
      }
    }
    const { violations } = await new AxeBuilder({ page })
      .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
      .analyze();
    expect(violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`))).toEqual([]);
  });
}
