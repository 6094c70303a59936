import { describe, expect, it } from 'vitest';
import { readKeptView } from './keep-view';

describe('readKeptView', () => {
  it('takes what it knows', () => {
    expect(
      readKeptView({
        theme: 'dark',
        motion: 'rates',
        snap: false,
        minimap: true,
        panels: { palette: false, dock: true },
      }),
    ).toEqual({
      theme: 'dark',
      motion: 'rates',
      snap: false,
      minimap: true,
      panels: { palette: false, inspector: true, dock: true },
    });
  });

  it.each([null, 'text', 7, [], { theme: 'pink', motion: 1, snap: 'yes', panels: null, dialog: 'share' }])(
    'takes nothing from %j',
    (stored) => {
      expect(readKeptView(stored)).toEqual({});
    },
  );
});
