/** How a component that recognises what comes again looks it up, and how long it keeps it. */
import type { Field } from '../model/fields';

export const STRIPE = 'https://docs.stripe.com/api/idempotent_requests';

/** `what` comes again. The time matters when keys are stored, the window when anything is remembered. */
export const dedupFields = (what: string, stored: Field['when'] & object, remembered: Field['when'] & object) =>
  ({
    dedupMs: {
      type: 'number',
      label: 'Time to look up and store a key',
      unit: 'ms',
      default: 1,
      ours: 'work',
      min: 0,
      max: 10_000,
      help: `Added to the work on every ${what}.`,
      when: stored,
    },
    dedupWindowS: {
      type: 'number',
      label: 'Remembers for',
      unit: 's',
      default: 86_400,
      min: 1,
      max: 2_592_000,
      help: `A ${what} that comes again later than this is taken for a new one. At most a million are remembered.`,
      real: { value: '24 h at least', product: 'Stripe', source: STRIPE },
      when: remembered,
    },
  }) as const;
