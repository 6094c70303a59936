import { expect, test } from './pages/test';

test('a newcomer builds client, balancer, two services and a database with the pointer, and sees traffic', async ({
  playground,
  page,
}) => {
  await playground.open();
  await playground.dragFromPalette('Client', 90, 220);
  await playground.dragFromPalette('Load balancer', 300, 220);
  await playground.dragFromPalette('Service', 520, 100);
  await playground.dragFromPalette('Service', 520, 340);
  await playground.dragFromPalette('SQL database', 740, 220);
  await expect(page.locator('[data-card]')).toHaveCount(5);

  await playground.dragConnection('client-1', 'load-balancer-1');
  await playground.dragConnection('load-balancer-1', 'service-1');
  await playground.dragConnection('load-balancer-1', 'service-2');
  await playground.dragConnection('service-1', 'sql-database-1');
  await playground.dragConnection('service-2', 'sql-database-1');
  await expect(playground.connections).toHaveCount(5);

  await playground.play();
  await playground.waitUntil(3);
  await playground.pause();
  for (const id of ['client-1', 'load-balancer-1', 'service-1', 'service-2', 'sql-database-1']) {
    await expect(playground.card(id)).toContainText(/\d\/s/);
    const percentile = id === 'load-balancer-1' ? '2 of 2 healthy' : /p99 [\d.]+ (ms|µs)/;
    await expect(playground.card(id)).toContainText(percentile);
  }
  // A hundred requests a second reach the balancer: Poisson, so within five standard deviations over two seconds.
  const rate = Number(/([\d.]+)\/s/.exec(await playground.card('load-balancer-1').innerText())?.[1]);
  expect(rate).toBeGreaterThan(100 - 5 * Math.sqrt(100 / 2));
  expect(rate).toBeLessThan(100 + 5 * Math.sqrt(100 / 2));
});

test('the same by keyboard alone', async ({ playground, page }) => {
  await playground.open();
  const { keyboard } = page;
  /** Adds what the search finds first; it has the focus then. */
  const add = async (search: string, id: string): Promise<void> => {
    await keyboard.press('n');
    await expect(page.getByRole('searchbox').or(page.locator('.palette input'))).toBeFocused();
    await keyboard.type(search);
    await keyboard.press('Enter');
    await expect(playground.card(id)).toBeFocused();
  };
  await add('client', 'client-1');
  await add('balancer', 'load-balancer-1');
  await add('service', 'service-1');
  await add('service', 'service-2');
  await add('sql', 'sql-database-1');
  await expect(page.locator('[data-card]')).toHaveCount(5);

  const connect = async (from: string, to: string): Promise<void> => {
    await playground.card(from).focus();
    await keyboard.press('c');
    await playground.card(to).focus();
    await keyboard.press('Enter');
  };
  await connect('client-1', 'load-balancer-1');
  await connect('load-balancer-1', 'service-1');
  await connect('load-balancer-1', 'service-2');
  await connect('service-1', 'sql-database-1');
  await connect('service-2', 'sql-database-1');
  await expect(playground.connections).toHaveCount(5);

  await playground.card('client-1').focus();
  await keyboard.press('p');
  await playground.waitUntil(2);
  await keyboard.press('p');
  await expect(playground.card('sql-database-1')).toContainText(/p99 [\d.]+ (ms|µs)/);
});

test('a crashed service fails requests, the health check notices, and it comes back', async ({ playground }) => {
  await playground.open('example=distributed-architecture');
  await playground.play();
  await playground.waitUntil(2);
  const balancer = playground.page.locator('[data-card*="balancer"]').first();
  await playground.fromMenu('shop-1', 'Crash');
  await expect(playground.card('shop-1')).toHaveClass(/is-down/);
  await expect(playground.deaths('shop-1')).toContainText(/refused \d+/);
  await expect(balancer).toContainText('2 of 3 healthy');
  await playground.fromMenu('shop-1', 'Restart');
  await expect(playground.card('shop-1')).not.toHaveClass(/is-down/);
  await expect(balancer).toContainText('3 of 3 healthy');
});

test('undo and redo work during a run without restarting it', async ({ playground, page }) => {
  await playground.open('example=monolith');
  await playground.play();
  await playground.waitUntil(1);
  const cards = page.locator('[data-card]');
  const before = await cards.count();
  await playground.paletteItem('Redis').click();
  await expect(cards).toHaveCount(before + 1);
  await page.keyboard.press('Control+z');
  await expect(cards).toHaveCount(before);
  await page.keyboard.press('Control+Shift+z');
  await expect(cards).toHaveCount(before + 1);
  const seconds = await playground.seconds();
  expect(seconds).toBeGreaterThanOrEqual(1);
  await playground.waitUntil(seconds + 0.5);
});
