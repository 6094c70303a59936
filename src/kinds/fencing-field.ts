import { choice } from '../model/fields';
import type { MetricSpec } from '../model/metrics';

const KLEPPMANN = 'https://martin.kleppmann.com/2016/02/08/how-to-do-distributed-locking.html';

/** Of stores whose writers take locks: whether they look at the tokens. */
export const oldTokensField = choice({
  label: 'Old tokens of locks',
  default: 'accept',
  options: [
    {
      value: 'accept',
      label: 'are accepted',
      help: 'As most stores do: the last write wins, and they are only counted.',
    },
    {
      value: 'reject-row',
      label: 'are rejected by each row',
      help: 'A write is refused when a newer holder of the lock has written the same row: fenced.',
    },
    {
      value: 'reject-all',
      label: 'are rejected by all rows',
      help: 'A write is refused when a newer holder of the lock has written anything: for one lock that protects all.',
    },
  ],
  help: 'What happens to a write under a lock that somebody else has got meanwhile. Writes without a lock are not affected.',
  real: { value: 'accepted', product: 'PostgreSQL, Amazon S3', source: KLEPPMANN },
});

export type FencingMode = 'accept' | 'reject-row' | 'reject-all';

export const zombieWritesMetric: MetricSpec = {
  id: 'zombieWrites',
  type: 'counter',
  label: 'Writes of old holders',
  unit: 'writes',
  help: 'Accepted although a newer holder of the lock had written: two holders at once.',
};
