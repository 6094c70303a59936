import { describe, expect, it } from 'vitest';
import { keyCaps, type KeyPress, matchesKeys } from './keys';

function press(key: string, more: Partial<KeyPress> = {}): KeyPress {
  return { key, code: '', ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...more };
}

describe('matchesKeys', () => {
  it.each<[keys: string, event: KeyPress, apple: boolean]>([
    ['P', press('p'), false],
    ['Mod+Z', press('z', { ctrlKey: true }), false],
    ['Mod+Z', press('z', { metaKey: true }), true],
    ['Mod+Shift+Z', press('Z', { ctrlKey: true, shiftKey: true }), false],
    // The character that Shift+1 gives differs between layouts.
    ['Shift+1', press('!', { code: 'Digit1', shiftKey: true }), false],
    ['Shift+1', press('+', { code: 'Digit1', shiftKey: true }), false],
    ['?', press('?', { shiftKey: true }), false],
    ['+', press('=', {}), false],
    ['+', press('+', { shiftKey: true }), false],
    ['.', press('.'), false],
    ['Delete', press('Delete'), false],
  ])('%s is pressed', (keys, event, apple) => {
    expect(matchesKeys(keys, event, apple)).toBe(true);
  });

  it.each<[keys: string, event: KeyPress, apple: boolean]>([
    // A letter with a modifier belongs to the browser.
    ['P', press('p', { ctrlKey: true }), false],
    ['P', press('p', { altKey: true }), false],
    ['P', press('P', { shiftKey: true }), false],
    ['?', press('?', { ctrlKey: true, shiftKey: true }), false],
    ['Mod+Z', press('Z', { ctrlKey: true, shiftKey: true }), false],
    ['Mod+Z', press('z', { ctrlKey: true }), true],
    ['Mod+Z', press('z', { metaKey: true }), false],
    ['Shift+1', press('1', { code: 'Digit1' }), false],
  ])('%s is not pressed', (keys, event, apple) => {
    expect(matchesKeys(keys, event, apple)).toBe(false);
  });
});

describe('keyCaps', () => {
  it('names the keys as the system does', () => {
    expect(keyCaps('Mod+Shift+Z', false)).toEqual(['Ctrl', 'Shift', 'Z']);
    expect(keyCaps('Mod+Shift+Z', true)).toEqual(['⌘', '⇧', 'Z']);
    expect(keyCaps('+', false)).toEqual(['+']);
    expect(keyCaps('ArrowUp', false)).toEqual(['↑']);
  });
});
