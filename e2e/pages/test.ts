import { test as base, expect } from '@playwright/test';
import { Playground } from './playground';

/** Every journey fails on a console error, an uncaught exception, a failed request or a policy violation. */
export const test = base.extend<{ playground: Playground; complaints: string[] }>({
  complaints: [
    async ({ context }, use) => {
      const complaints: string[] = [];
      context.on('page', (page) => {
        page.on('console', (message) => {
          if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
        });
        page.on('pageerror', (error) => complaints.push(String(error)));
        page.on('requestfailed', (request) => {
          // A lazy part that the page no longer needs when it closes.
          if (request.failure()?.errorText !== 'net::ERR_ABORTED') complaints.push(`failed: ${request.url()}`);
        });
      });
      await use(complaints);
      expect(complaints).toEqual([]);
    },
    { auto: true },
  ],
  playground: async ({ page }, use) => {
    await use(new Playground(page));
  },
});

export { expect };
