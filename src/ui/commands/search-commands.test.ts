import { describe, expect, it } from 'vitest';
import { fit, search } from './search-commands';

const TITLES = ['Play', 'Step one event', 'Fit selection', 'Refuse', 'Redo', 'SQL database', 'Save as a file', 'Café'];

function found(query: string): string[] {
  return search(query, TITLES, (title) => [title]);
}

describe('search', () => {
  it.each([
    ['play', ['Play']],
    ['file', ['Save as a file']],
    ['sql', ['SQL database']],
    // The beginnings of words, in order.
    ['fs', ['Fit selection']],
    ['sta', []],
    ['cafe', ['Café']],
    ['one step', ['Step one event']],
    ['xyz', []],
  ])('%s', (query, titles) => {
    expect(found(query)).toEqual(titles);
  });

  it('lists everything in its order when nothing is asked for', () => {
    expect(found(' ')).toEqual(TITLES);
  });

  it('puts a title before a mere mention', () => {
    const entries = [
      { title: 'Find a command', words: 'share' },
      { title: 'Share a link', words: '' },
    ];
    expect(search('share', entries, ({ title, words }) => [title, words])[0]?.title).toBe('Share a link');
  });
});

describe('fit', () => {
  it('prefers the whole over the beginning, and the beginning over the middle', () => {
    const scores = ['redo', 'redo move', 'undo or redo', 'predominant', 'play'].map((text) => fit('redo', text));
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    expect(new Set(scores.slice(0, 4)).size).toBe(4);
    expect(scores[4]).toBe(0);
  });
});
