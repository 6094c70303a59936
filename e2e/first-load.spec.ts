import { expect, test } from '@playwright/test';

test('the site opens without an error and keeps its content security policy', async ({ page }) => {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('requestfailed', (request) => complaints.push(`failed: ${request.url()}`));
  page.on('response', (response) => {
    if (response.status() >= 400) complaints.push(`${response.status()}: ${response.url()}`);
  });

  await page.goto('');
  await expect(page).toHaveTitle(/Backpressure/);
  await expect(page.locator('#root')).not.toBeEmpty();
  expect(complaints).toEqual([]);
});

test('the policy is at work: inline script is refused', async ({ page }) => {
  await page.goto('');
  const ran = await page.evaluate(async () => {
    const script = document.createElement('script');
    let refused = false;
    document.addEventListener('securitypolicyviolation', () => (refused = true));
    try {
      script.textContent = 'document.title = "inline script ran"';
      document.body.append(script);
    } catch {
      return false;
    }
    await new Promise((done) => setTimeout(done, 50));
    return !refused;
  });
  expect(ran).toBe(false);
  await expect(page).not.toHaveTitle('inline script ran');
});
