/**
 * How messages make a saga without a coordinator: what a step tells, and what a message asks it for. Fields of the
 * connections of workers.
 */
import { CONNECTION_DEFAULTS } from './connection-defaults';
import { choice, type Fields } from './fields';

export const SAGA_FIELDS = {
  asks: choice({
    label: 'A message asks to',
    default: CONNECTION_DEFAULTS.asks,
    ours: 'system',
    options: [
      { value: 'work', label: 'do the work', help: 'Each message is worked on.' },
      {
        value: 'undo',
        label: 'undo it',
        help: 'The compensation: the step that the same request has brought about before is undone.',
      },
    ],
    help: 'What a worker that is a step of a saga does with the messages from here.',
  }),
  tells: choice({
    label: 'Published when',
    default: CONNECTION_DEFAULTS.tells,
    ours: 'system',
    options: [
      { value: 'done', label: 'the work is done', help: 'The next step may begin.' },
      { value: 'refused', label: 'the work is refused', help: 'The steps before this one have to be undone.' },
      { value: 'undone', label: 'the work is undone', help: 'The step before this one may be undone in its turn.' },
    ],
    help: 'Which event of a step of a saga is published here.',
  }),
} as const satisfies Fields;
