import { describe, expect, it } from 'vitest';
import { CONNECTION_DEFAULTS } from './connection-defaults';
import { CONNECTION_FIELDS } from './connection-fields';

describe('fields of a connection', () => {
  it('have the defaults that are listed apart, and no other', () => {
    const defaults = Object.fromEntries(
      Object.entries(CONNECTION_FIELDS).map(([name, field]) => [name, field.default]),
    );
    expect(defaults).toEqual(CONNECTION_DEFAULTS);
  });
});
