import type { ConfigOf } from '../../model/fields';
import { coreFields } from '../core-fields';

export const NARAYANA = 'https://docs.jboss.org/jbosstm/5.0.0.M1/guides/failure_recovery_guide/ch04.html';
export const ATOMIKOS = 'https://www.atomikos.com/Documentation/JtaProperties';

export const fields = {
  logMedianMs: {
    type: 'number',
    label: 'Writing a decision, median',
    unit: 'ms',
    default: 0.5,
    min: 0.001,
    max: 60_000,
    help: 'Time to bring a decision to the disk. Decisions that come meanwhile share the next write.',
  },
  logP99Ms: {
    type: 'number',
    label: 'Writing a decision, p99',
    unit: 'ms',
    default: 5,
    min: 0.001,
    max: 600_000,
    help: 'One write in a hundred takes longer. Values below the median count as the median.',
  },
  retryMs: {
    type: 'number',
    label: 'Tells a decision again after',
    unit: 'ms',
    default: 1000,
    min: 1,
    max: 600_000,
    help: 'A participant that has not confirmed a decision is told again after this pause, for as long as it takes.',
    real: { value: '10 s', product: 'Atomikos com.atomikos.icatch.recovery_delay', source: ATOMIKOS },
  },
  recoveryS: {
    type: 'number',
    label: 'Looks for forgotten promises every',
    unit: 's',
    default: 10,
    min: 1,
    max: 3600,
    help: 'It asks participants what they hold for it, after a restart and then this often, and aborts what was never decided.',
    real: {
      value: '120 s',
      product: 'Narayana periodicRecoveryPeriod',
      source: NARAYANA,
    },
  },
  ...coreFields(100, 'Processor time to take in a transaction. Waiting for participants costs nothing.'),
} as const;

export type CoordinatorConfig = ConfigOf<typeof fields>;
