import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from './pages/test';

async function violations(page: Page): Promise<string[]> {
  const { violations: found } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    .analyze();
  return found.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`));
}

for (const scheme of ['light', 'dark'] as const) {
  test.describe(scheme, () => {
    test.use({ colorScheme: scheme });

    test('the empty page and the gallery are accessible', async ({ playground, page }) => {
      await playground.open();
      expect(await violations(page)).toEqual([]);
      await page.getByRole('button', { name: 'Open an example' }).click();
      await expect(page.getByRole('dialog').getByText('Monolith')).toBeVisible();
      expect(await violations(page)).toEqual([]);
    });

    test('a system that has run and failed is accessible, with a component selected', async ({ playground, page }) => {
      await playground.open('example=high-availability');
      await playground.seek(12);
      await playground.card('server-2').click({ position: { x: 60, y: 14 } });
      await expect(page.getByRole('tab', { name: 'Configure' })).toBeVisible();
      expect(await violations(page)).toEqual([]);
    });
  });
}
