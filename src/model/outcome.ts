/**
 * How a call can end. The code travels in typed arrays, so the order is append-only: fingerprints depend on it.
 * A cause names the root: it is set where a request dies and carried unchanged to everyone who waited for it.
 */
export interface Cause {
  readonly id: string;
  /** Short words for badges and legends. */
  readonly label: string;
  /** One sentence for a learner. */
  readonly help: string;
  /** What an HTTP client would usually see. */
  readonly status: string;
}

export const CAUSES = [
  { id: 'ok', label: 'answered', help: 'The request was answered in time.', status: '200' },
  {
    id: 'refused',
    label: 'refused',
    help: 'Nobody was listening: the component is down, so the connection was refused at once.',
    status: '502',
  },
  {
    id: 'reset',
    label: 'reset',
    help: 'The component crashed while it held the request, so the connection was reset.',
    status: '502',
  },
  {
    id: 'timeout',
    label: 'timed out',
    help: 'The caller gave up waiting. The other side may still be working on it.',
    status: '504',
  },
  {
    id: 'queue-full',
    label: 'queue full',
    help: 'Every worker was busy and the waiting queue was at its limit, so the request was turned away.',
    status: '503',
  },
  {
    id: 'rate-limited',
    label: 'rate limited',
    help: 'The caller sent more than its allowance; the gateway turned the request away.',
    status: '429',
  },
  {
    id: 'no-backend',
    label: 'no healthy backend',
    help: 'The balancer knew no healthy server to send the request to.',
    status: '503',
  },
  {
    id: 'pool-timeout',
    label: 'pool timeout',
    help: 'No database connection became free in the pool before the waiting limit.',
    status: '503',
  },
  {
    id: 'too-many-connections',
    label: 'too many connections',
    help: 'The database had already accepted its maximum number of connections.',
    status: '503',
  },
  { id: 'error', label: 'error', help: 'The component answered with an internal error.', status: '500' },
  {
    id: 'no-route',
    label: 'no route',
    help: 'The component has no connection that accepts this request.',
    status: '404',
  },
  {
    id: 'unauthorised',
    label: 'unauthorised',
    help: 'The gateway could not confirm who the caller is.',
    status: '401',
  },
  {
    id: 'out-of-memory',
    label: 'out of memory',
    help: 'The store was full and its policy forbids evicting anything to make room.',
    status: '507',
  },
  {
    id: 'no-address',
    label: 'no address',
    help: 'DNS or the registry knew no address for the name, so the caller did not know where to connect to.',
    status: '502',
  },
  {
    id: 'cancelled',
    label: 'cancelled',
    help: 'The caller gave up and said so; the work was stopped.',
    status: '499',
  },
  {
    id: 'deadline-passed',
    label: 'deadline passed',
    help: 'The caller had passed on its deadline, and it was over before the work began.',
    status: '504',
  },
  {
    id: 'breaker-open',
    label: 'breaker open',
    help: 'So many calls had failed that the circuit breaker let no more through for a while.',
    status: '503',
  },
  {
    id: 'bulkhead-full',
    label: 'bulkhead full',
    help: 'As many calls were under way on this connection as it may have at once.',
    status: '503',
  },
  {
    id: 'shed',
    label: 'shed',
    help: 'Turned away on purpose to protect the rest: less important work goes first.',
    status: '503',
  },
  {
    id: 'lock-timeout',
    label: 'lock timeout',
    help: 'Another transaction held the row for longer than the lock timeout.',
    status: '503',
  },
  {
    id: 'deadlock',
    label: 'deadlock',
    help: 'Two transactions waited for each other’s rows. The database rolled this one back so that the other could go on.',
    status: '503',
  },
  {
    id: 'queue-timeout',
    label: 'waited too long',
    help: 'No server had room for it before the waiting limit of the queue.',
    status: '503',
  },
  {
    id: 'no-quorum',
    label: 'no quorum',
    help: 'Too few replicas answered to be sure, so the store refused rather than guess.',
    status: '503',
  },
  {
    id: 'no-leader',
    label: 'no leader',
    help: 'The replicas had no leader who could decide, so the request was refused.',
    status: '503',
  },
  {
    id: 'not-enough-replicas',
    label: 'too few in sync',
    help: 'Fewer replicas were in sync than the topic asks for, so the record was refused.',
    status: '503',
  },
  {
    id: 'read-only',
    label: 'read-only',
    help: 'This node may not write: it is a replica, or it has lost its lease as the primary.',
    status: '503',
  },
  {
    id: 'fenced',
    label: 'fenced',
    help: 'The sender had lost its right in the meantime: a newer token had been seen.',
    status: '409',
  },
  {
    id: 'lock-held',
    label: 'lock held',
    help: 'Somebody else held the lock for longer than the caller would wait.',
    status: '409',
  },
  {
    id: 'aborted',
    label: 'aborted',
    help: 'A participant of the transaction could not agree, so all of it was undone.',
    status: '409',
  },
  {
    id: 'compensated',
    label: 'compensated',
    help: 'A step of the saga failed, and the steps before it were undone by their compensations.',
    status: '409',
  },
  {
    id: 'conflict',
    label: 'conflict',
    help: 'The same write, by its idempotency key, was still being worked on, so its repetition was refused.',
    status: '409',
  },
] as const satisfies readonly Cause[];

export type CauseId = (typeof CAUSES)[number]['id'];

/** Number of causes, `ok` included. Arrays indexed by cause have this length. */
export const CAUSE_COUNT = CAUSES.length;

const codes = new Map<string, number>(CAUSES.map((cause, code) => [cause.id, code]));

/** The code of a cause. Throws on an unknown id: a programming error. */
export function causeCode(id: CauseId): number {
  const code = codes.get(id);
  if (code === undefined) throw new Error(`unknown cause ${id}`);
  return code;
}

export const OK = causeCode('ok');
export const REFUSED = causeCode('refused');
export const RESET = causeCode('reset');
export const TIMEOUT = causeCode('timeout');
export const CANCELLED = causeCode('cancelled');
export const DEADLINE_PASSED = causeCode('deadline-passed');
export const BREAKER_OPEN = causeCode('breaker-open');
export const BULKHEAD_FULL = causeCode('bulkhead-full');
export const SHED = causeCode('shed');
