import { expect, it } from 'vitest';
import { kindOf } from '../../kinds/registry';
import type { Settings } from '../../model/fields';
import { thatEnd } from './waits-for-ever';

const QUORUM = { replication: 'quorum' };

it.each<[Settings, Settings]>([
  [
    { ...QUORUM, replicas: 2, quorum: 5 },
    { ...QUORUM, replicas: 2, quorum: 2 },
  ],
  [
    { ...QUORUM, replicas: 1, quorum: 2 },
    { ...QUORUM, replicas: 1 },
  ],
  [
    { ...QUORUM, replicas: 3, quorum: 3 },
    { ...QUORUM, replicas: 3, quorum: 3 },
  ],
  [
    { ...QUORUM, quorum: 2 },
    { ...QUORUM, quorum: 2 },
  ],
  [
    { replicas: 1, quorum: 2 },
    { replicas: 1, quorum: 2 },
  ],
])('a commit waits for no more replicas than there are: %o becomes %o', (settings, expected) => {
  expect(thatEnd(kindOf('sql-database'), settings)).toEqual(expected);
});
