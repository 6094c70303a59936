// Finds Firefox for the determinism check, or installs Debian's package where we may.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { findProgram } from './find-program.mjs';

const commands = ['firefox-esr', 'firefox'];
const applications = [
  '/Applications/Firefox.app/Contents/MacOS/firefox',
  'C:\\Program Files\\Mozilla Firefox\\firefox.exe',
  '/usr/lib/firefox-esr/firefox-esr',
];

/** @returns {string | undefined} path of Firefox, or undefined if there is none */
export function findFirefox() {
  return findProgram(commands, applications);
}

/** Debian's package, for root on Debian; elsewhere nothing happens. */
export function installFirefox() {
  if (findFirefox() || !existsSync('/etc/debian_version') || process.getuid?.() !== 0) return;
  console.log('No Firefox found; installing the package firefox-esr …');
  const options = { stdio: 'ignore', timeout: 300_000, env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  if (spawnSync('apt-get', ['update', '-qq'], options).status === 0) {
    spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'firefox-esr'], options);
  }
}
