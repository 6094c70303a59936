import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from './pages/test';

test('the history of an available store is not linearizable, with an example; that of a consistent one is', async ({
  playground,
  page,
}) => {
  await playground.open('example=cap-side-by-side');
  // As fast as it can, and to the same moment every time.
  await playground.seek(45);

  const check = async (id: string, name: string) => {
    await playground.card(id).click({ position: { x: 60, y: 14 } });
    await page.getByRole('tab', { name: 'Metrics' }).click();
    await playground.inspector.getByRole('button', { name: 'Check the history' }).click();
    const dialog = page.getByRole('dialog', { name: `History of ${name}` });
    await expect(dialog.locator('.history-verdict')).toBeVisible({ timeout: 20_000 });
    return dialog;
  };

  const available = await check('ap', 'Available store');
  await expect(available.getByRole('heading', { name: 'Not linearizable up to 45.00 s', exact: true })).toBeVisible();
  const example = available.getByRole('list').first().getByRole('listitem');
  expect(await example.count()).toBeGreaterThanOrEqual(2);
  await expect(example.filter({ hasText: 'This cannot be explained.' })).toHaveCount(1);
  // The drawing shows the same operations, in the same words.
  await expect(available.locator('.history-bar')).toHaveCount(await example.count());
  const impossible = await available.locator('.history-bar.is-impossible').textContent();
  await expect(example.filter({ hasText: 'This cannot be explained.' })).toContainText(impossible!);
  await expect(available).toContainText('their order is exact, the lengths are not');
  const { violations } = await new AxeBuilder({ page })
    .include('[role="dialog"]')
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    .analyze();
  expect(violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`))).toEqual([]);
  await page.keyboard.press('Escape');
  await expect(available).toBeHidden();

  const consistent = await check('cp', 'Consistent store');
  await expect(consistent.getByRole('heading', { name: 'Linearizable up to 45.00 s', exact: true })).toBeVisible();
  await expect(consistent.locator('.history-bar')).toHaveCount(0);
});
