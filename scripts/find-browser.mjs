// Finds a Chromium for the browser tests: Playwright's own where it is installed, otherwise the system's.
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from '@playwright/test';

const commands = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'];

const installedApplications = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** @returns {boolean} whether Playwright's own Chromium, the version the tests are written for, is installed */
export function hasOwnBrowser() {
  return existsSync(chromium.executablePath());
}

/** @returns {string | undefined} path of the browser's program, or undefined if there is none */
export function findBrowser() {
  if (hasOwnBrowser()) return chromium.executablePath();
  const onPath = commands.flatMap((command) =>
    (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, command)),
  );
  return [...onPath, ...installedApplications].find(isExecutable);
}
