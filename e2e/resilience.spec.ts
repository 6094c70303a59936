import { expect, test } from './pages/test';

test('a preset is chosen on a connection, drawn on it, and undone in one step', async ({ playground, page }) => {
  await playground.open('example=retry-storm');
  await playground.selectConnection('users-service');
  const preset = playground.inspector.getByRole('combobox', { name: 'Preset' });
  await playground.choose('Preset', 'resilience4j');
  await expect(playground.badge()).toContainText('×3');
  await expect(playground.badge()).toContainText('0/25');
  await expect(playground.inspector.locator('.resilience-group').filter({ hasText: 'Circuit breaker' })).toContainText(
    'opens at 50 % of 100 calls',
  );
  await playground.choose('Preset', 'Envoy');
  await expect(playground.badge()).toContainText('×2');
  await expect(playground.inspector).toContainText('a share of the calls under way');
  await playground.choose('Preset', 'AWS SDK standard, from Nov 2026');
  await expect(playground.inspector.getByRole('spinbutton', { name: /First pause when throttled/ })).toHaveValue(
    /^1\D?000$/,
  );
  await page.keyboard.press('Escape');
  await playground.canvas.click({ position: { x: 20, y: 20 } });
  await page.keyboard.press('Control+z');
  await playground.selectConnection('users-service');
  await expect(preset).toContainText('Envoy');
});

test('an open breaker shows on its connection, and its figures in the panel', async ({ playground, page }) => {
  await playground.open('example=retry-storm');
  await playground.selectConnection('users-service');
  await playground.choose('Preset', 'Hystrix');
  await playground.fromMenu('service', 'Crash');
  await playground.play();
  await expect(playground.badge()).toContainText(/open|probing/, { timeout: 30_000 });
  await playground.pause();
  await playground.selectConnection('users-service');
  await expect(playground.inspector).toContainText('Failed since the start');
  await expect(page.locator('.card-deaths').first()).toContainText(/breaker/);
});

test('costs are counted while a system runs, and say what they are made of', async ({ playground, page }) => {
  await playground.open('example=high-availability');
  await playground.seek(8);
  const cost = playground.inspector.getByRole('region', { name: 'Cost' });
  await expect(cost).toContainText(/\$/);
  await expect(cost).toContainText('Per hour');
  await playground.card('server-1').click({ position: { x: 60, y: 14 } });
  await page.getByRole('tab', { name: 'Metrics' }).click();
  await expect(playground.inspector).toContainText('Cost, at the rates of the last two seconds');
  await playground.inspector.getByRole('button', { name: 'Prices' }).click();
  await expect(page.getByRole('dialog', { name: 'Reference' }).getByRole('heading', { name: 'Prices' })).toBeVisible();
});

test('a fault that comes by chance is planned, happens, and is the same again with the same seed', async ({
  playground,
}) => {
  await playground.open('example=monolith');
  await playground.inspector.getByRole('button', { name: 'Plan a fault' }).click();
  const form = playground.inspector.getByRole('form', { name: 'Planned fault' });
  await form.getByLabel('What', { exact: true }).selectOption({ index: 1 });
  await form.getByLabel('Fault', { exact: true }).selectOption('Crash');
  await form.getByLabel('comes and goes by chance').check();
  await form.getByRole('spinbutton', { name: /In order for/ }).fill('3');
  await form.getByRole('spinbutton', { name: /Out of order for/ }).fill('1');
  await form.getByRole('spinbutton', { name: /^From/ }).fill('0');
  await form.getByRole('button', { name: 'Plan it' }).click();
  await expect(playground.inspector).toContainText('by chance: after 3 s on average, for 1 s');
  await playground.seek(30);
  const marks = playground.page.locator('.time-mark').first();
  await expect(marks).toBeAttached();
  const { value } = await playground.fingerprint();
  await playground.seek(1);
  await playground.seek(30);
  expect((await playground.fingerprint()).value).toBe(value);
});

test('another seed restarts the run itself', async ({ playground, page }) => {
  await playground.open('example=monolith');
  await playground.play();
  await playground.waitUntil(1);
  await playground.pause();
  await page.getByRole('button', { name: /^seed 7/ }).click();
  const field = page.getByLabel('Seed, a whole number');
  await field.fill('42');
  await expect(page.getByText('This run has seed 7.')).toBeVisible();
  await page.getByRole('button', { name: 'Restart with 42' }).click();
  await expect(page.getByRole('button', { name: 'seed 42', exact: true })).toBeVisible();
  expect(await playground.seconds()).toBe(0);
});
