import { describe, expect, it } from 'vitest';
import { CONNECTION_DEFAULTS } from './connection-defaults';
import { CONNECTION_FIELDS } from './connection-fields';
import type { Field } from './fields';

describe('fields of a connection', () => {
  it('have the defaults that are listed apart, and no other', () => {
    const defaults = Object.fromEntries(
      Object.entries(CONNECTION_FIELDS).map(([name, field]) => [name, field.default]),
    );
    expect(defaults).toEqual(CONNECTION_DEFAULTS);
  });

  it('quote where a default comes from, or say why there is nothing to quote', () => {
    for (const [name, field] of Object.entries<Field>(CONNECTION_FIELDS)) {
      expect([field.real, field.ours].filter(Boolean), `${name}: “real” with a source, or “ours”`).toHaveLength(1);
    }
  });
});
