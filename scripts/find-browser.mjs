// Finds a Chromium for the browser tests: Playwright's own where it is installed, otherwise the system's.
import { existsSync } from 'node:fs';
import { chromium } from '@playwright/test';
import { findProgram } from './find-program.mjs';

const commands = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'];

const installedApplications = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

/** @returns {boolean} whether Playwright's own Chromium, the version the tests are written for, is installed */
export function hasOwnBrowser() {
  return existsSync(chromium.executablePath());
}

/** @returns {string | undefined} path of the browser's program, or undefined if there is none */
export function findBrowser() {
  if (hasOwnBrowser()) return chromium.executablePath();
  return findProgram(commands, installedApplications);
}
