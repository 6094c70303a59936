/**
 * Shortcuts as text: "Mod+Shift+Z", "Shift+1", "P", "?". Mod is ⌘ on Apple's systems and Ctrl elsewhere. Characters that
 * need Shift on some keyboards and not on others (? and +) are named by themselves.
 */

export interface KeyPress {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
}

export function isApple(platform: string): boolean {
  return /mac|iphone|ipad/i.test(platform);
}

const onApple = typeof navigator !== 'undefined' && isApple(navigator.platform);

/** Whether a shortcut is a single character without Ctrl, ⌘ or Alt: those can be switched off (WCAG 2.1.4). */
export function isSingleKey(keys: string): boolean {
  return keys.length === 1;
}

export function matchesKeys(keys: string, press: KeyPress, apple = onApple): boolean {
  const parts = keys.length === 1 ? [keys] : keys.split('+');
  const name = parts.at(-1)!;
  const wants = (modifier: string): boolean => parts.slice(0, -1).includes(modifier);
  const mod = apple ? press.metaKey : press.ctrlKey;
  const otherMod = apple ? press.ctrlKey : press.metaKey;
  if (press.altKey || otherMod || mod !== wants('Mod')) return false;
  if (keys.length === 1 && !/[a-z]/i.test(keys)) return press.key === keys || (keys === '+' && press.key === '=');
  if (press.shiftKey !== wants('Shift')) return false;
  // Shift changes the character of a digit, differently in every layout; its place stays.
  if (/^\d$/.test(name)) return press.code === `Digit${name}`;
  return press.key.toLowerCase() === name.toLowerCase();
}

const NAMES: Readonly<Record<string, string>> = {
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
  Delete: 'Del',
  Backspace: '⌫',
};
const APPLE_NAMES: Readonly<Record<string, string>> = { Mod: '⌘', Shift: '⇧' };

/** The caps to show, in order: ["Ctrl", "Shift", "Z"]. */
export function keyCaps(keys: string, apple = onApple): string[] {
  if (keys.length === 1) return [keys];
  return keys
    .split('+')
    .map((part) => NAMES[part] ?? (apple ? APPLE_NAMES[part] : undefined) ?? (part === 'Mod' ? 'Ctrl' : part));
}

/** For aria-keyshortcuts and tooltips: "Ctrl+Shift+Z". */
export function keyText(keys: string, apple = onApple): string {
  return keyCaps(keys, apple).join(apple ? '' : '+');
}
