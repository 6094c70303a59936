import { choice, type ConfigOf } from '../../model/fields';
import { coreFields } from '../core-fields';

export const NARAYANA = 'https://docs.jboss.org/jbosstm/5.0.0.M1/guides/failure_recovery_guide/ch04.html';
export const ATOMIKOS = 'https://www.atomikos.com/Documentation/JtaProperties';

export const TEMPORAL = 'https://docs.temporal.io/encyclopedia/retry-policies';

export const fields = {
  protocol: choice({
    label: 'Protocol',
    default: 'two-phase',
    ours: 'system',
    options: [
      {
        value: 'two-phase',
        label: 'Two-phase commit',
        help: 'All promise, then all commit: in the end all or nothing. Each keeps its locks until it has heard the decision, and a reader that takes no locks may see one commit a moment before another.',
      },
      {
        value: 'saga',
        label: 'Saga',
        help: 'One step after the other, each final at once. If one fails, those before it are undone. No locks, and others see what may yet be undone.',
      },
    ],
    help: 'How all participants change together.',
  }),
  stepAttempts: {
    type: 'number',
    integer: true,
    label: 'Attempts at a step',
    unit: '',
    default: 3,
    min: 1,
    max: 100,
    help: 'How often a step is tried before the saga turns back and undoes what it has done.',
    real: { value: 'without limit', product: 'Temporal maximum attempts', source: TEMPORAL },
    when: { field: 'protocol', is: ['saga'] },
  },
  undoAttempts: {
    type: 'number',
    integer: true,
    label: 'Attempts at a compensation',
    unit: '',
    default: 0,
    min: 0,
    max: 100,
    help: 'How often undoing a step is tried before the saga is stuck and somebody has to look at it. 0: until it works.',
    real: { value: 'without limit', product: 'Temporal maximum attempts', source: TEMPORAL },
    when: { field: 'protocol', is: ['saga'] },
  },
  pivot: {
    type: 'number',
    integer: true,
    label: 'No way back after step',
    unit: '',
    default: 0,
    ours: 'system',
    min: 0,
    max: 16,
    help: 'The steps after this one are never a reason to turn back: they are tried until they are done. 0: every step may turn the saga back.',
    when: { field: 'protocol', is: ['saga'] },
  },
  semanticLock: {
    type: 'toggle',
    label: 'One saga for each key at a time',
    default: false,
    ours: 'off',
    help: 'Sagas and reads of a key that come through here wait until the one before is over, so they never see what may be undone. Who goes around it is not protected.',
    when: { field: 'protocol', is: ['saga'] },
  },
  logMedianMs: {
    type: 'number',
    label: 'Writing a decision, median',
    unit: 'ms',
    default: 0.5,
    ours: 'work',
    min: 0.001,
    max: 60_000,
    help: 'Time to bring a decision to the disk. Decisions that come meanwhile share the next write.',
  },
  logP99Ms: {
    type: 'number',
    label: 'Writing a decision, p99',
    unit: 'ms',
    default: 5,
    ours: 'work',
    min: 0.001,
    max: 600_000,
    help: 'One write in a hundred takes longer. Values below the median count as the median.',
  },
  retryMs: {
    type: 'number',
    label: 'Asks again after',
    unit: 'ms',
    default: 200,
    min: 1,
    max: 600_000,
    help: 'A participant that has not confirmed a decision is told again after this pause, for as long as it takes. In a saga, the pause before another attempt; it doubles each time, up to 100 times this.',
    real: { value: '10 s', product: 'Atomikos recovery_delay; Temporal begins with 1 s', source: ATOMIKOS },
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
