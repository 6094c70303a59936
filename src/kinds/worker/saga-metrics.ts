import type { MetricSpec } from '../../model/metrics';

/** Of a worker that is a step of a saga. All but the first two are told by the first step, of whole sagas. */
export const SAGA_METRICS: readonly MetricSpec[] = [
  {
    id: 'undone',
    type: 'counter',
    label: 'Compensations',
    unit: 'steps',
    help: 'Steps that were undone here.',
  },
  {
    id: 'refused',
    type: 'counter',
    label: 'Refused',
    unit: 'steps',
    help: 'Steps whose work was refused here.',
  },
  {
    id: 'sagas',
    type: 'gauge',
    label: 'Sagas under way',
    unit: 'sagas',
    help: 'Sagas that are neither done nor undone, the stuck ones included. Seen from outside.',
  },
  {
    id: 'sagasDone',
    type: 'counter',
    label: 'Sagas done',
    unit: 'sagas',
    help: 'Sagas all of whose steps have happened once.',
  },
  {
    id: 'sagasCompensated',
    type: 'counter',
    label: 'Sagas compensated',
    unit: 'sagas',
    help: 'Sagas that turned back after some of their steps, all of which were undone.',
  },
  {
    id: 'sagasStuck',
    type: 'gauge',
    label: 'Sagas stuck',
    unit: 'sagas',
    help: 'Sagas half done or undone too often, to which nothing has happened for long: a message is missing, or came twice. Seen from outside, once a second.',
  },
  {
    id: 'afterEnd',
    type: 'counter',
    label: 'Steps after the end',
    unit: 'steps',
    help: 'Steps and compensations that happened after their saga was over: late, or once more. Seen from outside.',
  },
  {
    id: 'moneyOff',
    type: 'gauge',
    label: 'Money off',
    unit: '€',
    help: 'Missing or too much in sagas that are stuck, or that went on after their end. Seen from outside.',
  },
  {
    id: 'moneyInFlight',
    type: 'gauge',
    label: 'Money in flight',
    unit: '€',
    help: 'Paid and not yet received, or the other way round, in sagas under way. Seen from outside.',
  },
  {
    id: 'dirtyReads',
    type: 'counter',
    label: 'Used and undone later',
    unit: 'requests',
    help: 'Requests that read or changed something that a saga had changed and later undid. Seen from outside; no real system can count them.',
  },
];
