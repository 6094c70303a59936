import { expect, test } from './pages/test';

test('zones are put on the canvas by drag, by click and by keyboard, and take in what stands in them', async ({
  playground,
  page,
}) => {
  await playground.open();
  await playground.dragFromPalette('Service', 300, 220);
  await playground.dragFromPalette('Zone', 300, 220);
  await expect(playground.place('zone-1')).toBeVisible();
  await expect(playground.inspector).toContainText('Zone · 1 component');

  await page.keyboard.press('Escape');
  await playground.paletteItem('Region').click();
  await expect(playground.place('region-1')).toHaveAttribute('aria-pressed', 'true');

  await page.keyboard.press('n');
  await page.keyboard.type('zone');
  await page.keyboard.press('Enter');
  await expect(playground.place('zone-2')).toBeFocused();
  // They do not cover one another.
  const [first, second] = await Promise.all(
    ['zone-1', 'zone-2'].map(async (id) => (await page.locator(`.place[data-id="${id}"]`).boundingBox())!),
  );
  expect(second!.x >= first!.x + first!.width || second!.y >= first!.y + first!.height).toBe(true);

  const before = (await playground.place('zone-2').boundingBox())!.x;
  await page.keyboard.press('ArrowRight');
  await expect.poll(async () => (await playground.place('zone-2').boundingBox())!.x).toBeGreaterThan(before);
  await page.keyboard.press('Delete');
  await expect(playground.place('zone-2')).toHaveCount(0);
});

test('a zone goes dark: it says so, the balancer notices, and the other zone carries everything', async ({
  playground,
}) => {
  await playground.open('example=two-zones');
  await playground.seek(19);
  await expect(playground.card('load-balancer')).toContainText('2 of 2 healthy');
  await playground.seek(26);
  await expect(playground.place('zone-a')).toContainText('lost its power');
  await expect(playground.card('app-a')).toHaveClass(/is-down/);
  await expect(playground.card('load-balancer')).toContainText('1 of 2 healthy');
  await expect(playground.card('users').locator('.card-deaths')).toContainText('timed out');
  await playground.seek(46);
  await expect(playground.place('zone-a')).not.toContainText('lost its power');
  await expect(playground.card('load-balancer')).toContainText('2 of 2 healthy');
});

test('the outline shows places, and moves a component from one to another', async ({ playground, page }) => {
  await playground.open('example=two-zones');
  await playground.seek(22);
  await playground.command('Outline');
  const outline = page.getByRole('dialog', { name: 'Outline' });
  const places = outline.getByRole('table', { name: 'Places' });
  await expect(places.getByRole('row', { name: /Zone A/ })).toContainText('lost its power');
  await outline.getByLabel('Place of Database').selectOption('Zone A');
  await expect(places.getByRole('row', { name: /Zone A/ }).locator('.is-number')).toHaveText('2');
  await expect(places.getByRole('row', { name: /Zone B/ }).locator('.is-number')).toHaveText('1');
  await page.keyboard.press('Escape');
  // Where an outage lasts, whoever comes in is hit too.
  await playground.play();
  await expect(playground.card('database')).toHaveClass(/is-down/);
});

test('a large system has its places on the map', async ({ playground, page }) => {
  await playground.open('example=two-zones');
  await expect(page.locator('.react-flow__minimap')).toHaveCount(0);
  for (let i = 0; i < 7; i++) await playground.paletteItem('Redis').click();
  await expect(page.locator('.map-place')).toHaveCount(3);
  await expect(page.locator('.map-place.is-zone')).toHaveCount(2);
});
