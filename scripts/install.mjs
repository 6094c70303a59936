// What must be there before anything else can run: a supported Node and the locked dependencies. Only Node's own modules.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** Ends the process with a clear message where the tools would fail with an unclear one. */
export function requireSupportedNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const supported = (major === 20 && minor >= 19) || (major === 22 && minor >= 13) || major >= 24;
  if (supported) return;
  console.error(`Backpressure needs Node 20.19 or newer, 22.13 or newer, or 24 and above; this is ${process.version}.`);
  process.exit(1);
}

/**
 * Whether node_modules holds what the lock asks for. Compares contents rather than file times, which a checkout or a
 * copy changes without meaning.
 */
export function dependenciesAreInstalled() {
  const installedLock = 'node_modules/.package-lock.json';
  if (!existsSync(installedLock)) return false;
  const wanted = JSON.parse(readFileSync('package-lock.json', 'utf8')).packages;
  const installed = JSON.parse(readFileSync(installedLock, 'utf8')).packages;
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    if (path === '' || (optional && !installed[path])) return true;
    return installed[path]?.version === version;
  });
}

/** Runs `npm ci`; returns its exit code. */
export function installDependencies() {
  return spawnSync('npm', ['ci'], { stdio: 'inherit', shell: process.platform === 'win32' }).status ?? 1;
}
