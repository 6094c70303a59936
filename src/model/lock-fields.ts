/** How requests take a lock: fields of the connection to a lock service. */
import { CONNECTION_DEFAULTS } from './connection-defaults';
import { choice, type Fields } from './fields';

export const LOCK_FIELDS = {
  lockScope: choice({
    label: 'Locks',
    default: CONNECTION_DEFAULTS.lockScope,
    ours: 'system',
    options: [
      {
        value: 'key',
        label: 'the key of the request',
        help: 'Requests about different things do not wait for each other.',
      },
      { value: 'one', label: 'one lock for all', help: 'Only one request at a time gets through, as with a leader.' },
    ],
    help: 'What the lock protects. It is held until the request has run its whole plan.',
  }),
  leaseMs: {
    type: 'number',
    label: 'Lease',
    unit: 'ms',
    default: CONNECTION_DEFAULTS.leaseMs,
    min: 1,
    max: 3_600_000,
    help: 'When the holder is not heard of for so long, the next one gets the lock. Short: soon free after a crash. Long: safer against pauses.',
    real: {
      value: '30 s; etcd 60 s',
      product: 'Redisson lockWatchdogTimeout',
      source: 'https://redisson.pro/docs/configuration/',
    },
  },
  renews: {
    type: 'toggle',
    label: 'Renews the lease',
    default: CONNECTION_DEFAULTS.renews,
    real: { value: 'on', product: 'Redisson watchdog', source: 'https://redisson.pro/docs/configuration/' },
    help: 'After each third of the lease, while the request goes on.',
  },
} as const satisfies Fields;
