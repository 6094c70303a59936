import { expect, test } from './pages/test';

test('a link opens a page of the reference: what is modelled, left out, and where each default comes from', async ({
  playground,
}) => {
  const reference = await playground.openReference('service');
  await expect(reference.getByRole('heading', { name: 'Service', exact: true })).toBeVisible();
  for (const heading of ['What it models', 'What it leaves out', 'Try this', 'Sources']) {
    await expect(reference.getByRole('heading', { name: heading })).toBeVisible();
  }
  const workers = reference.getByRole('row', { name: /^Workers/ });
  await expect(workers).toContainText('200');
  await expect(workers.getByRole('link', { name: /Tomcat/ })).toHaveAttribute('href', /tomcat\.apache\.org/);
});

test('every page of the reference can be read, and its search finds by what is inside', async ({ playground }) => {
  const reference = await playground.openReference('connections');
  const entries = reference.locator('.reference-entry');
  const titles = await entries.allInnerTexts();
  expect(titles).toEqual(expect.arrayContaining(['Client', 'Kafka', 'Connections', 'Zones and regions', 'Prices']));
  for (const title of titles) {
    await reference.getByRole('button', { name: title, exact: true }).click();
    await expect(reference.getByRole('heading', { name: title, level: 2 })).toBeVisible();
  }
  await reference.getByRole('searchbox').fill('availability zone');
  await expect(entries.first()).toHaveText('Zones and regions');
  await reference.getByRole('searchbox').press('Enter');
  const distances = reference.getByRole('table', { name: /Milliseconds there and back/ });
  // Frankfurt to Washington DC, as measured.
  await expect(distances.getByRole('row', { name: /^Frankfurt/ })).toContainText('91');
});

test('the sceptic finds theory beside measurement, and every case agrees', async ({ playground, page }) => {
  await playground.open('example=monolith');
  await playground.command('How honest is this?');
  const dialog = page.getByRole('dialog', { name: 'How honest is this?' });
  const table = dialog.getByRole('table', { name: 'Theory and measurement' });
  await expect(table).toBeVisible({ timeout: 30_000 });
  await expect(table.getByRole('columnheader')).toHaveText([
    'Measured',
    'Theory',
    'Simulation',
    '95 % interval',
    'Verdict',
  ]);
  await expect(table.getByRole('cell', { name: 'agrees' }).first()).toBeVisible();
  await expect(table.locator('tr.is-failed')).toHaveCount(0);
  await dialog.getByRole('button', { name: /^Reference of all/ }).click();
  await expect(page.getByRole('dialog', { name: 'Reference' })).toBeVisible();
});
