import { defineConfig } from '@playwright/test';
import { findBrowser } from './scripts/find-browser.mjs';

// The tests drive the built site, as a reader gets it: run `npm run build` first (`npm test` does).
const port = Number(process.env.BACKPRESSURE_E2E_PORT ?? 4183);
const baseURL = `http://127.0.0.1:${port}/`;

export default defineConfig({
  testDir: 'e2e',
  testMatch: '*.spec.ts',
  outputDir: 'test-results',
  fullyParallel: true,
  forbidOnly: Boolean(process.env.CI),
  workers: 2,
  // A test that passes only at the second try tells about a fault, in the site or in the test.
  retries: 0,
  // Two browsers that draw in software on two cores are slow; a journey that hangs still ends.
  timeout: 120_000,
  expect: { timeout: 10_000 },
  reporter: 'list',
  use: {
    baseURL,
    browserName: 'chromium',
    viewport: { width: 1280, height: 800 },
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: findBrowser(),
      args: [
        // Containers and root accounts have no sandbox to offer; only our own pages are opened.
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  webServer: {
    command: `node scripts/serve.mjs --port ${port} --strict-port`,
    url: baseURL,
    reuseExistingServer: false,
    timeout: 20_000,
  },
});
