/** Which failures count for what: tables by cause code, looked up once for every attempt. */
import { CAUSE_COUNT, type CauseId, causeCode } from '../../model/outcome';

function table(ids: readonly CauseId[]): Uint8Array {
  const marks = new Uint8Array(CAUSE_COUNT);
  for (const id of ids) marks[causeCode(id)] = 1;
  return marks;
}

/** The request cannot have been worked on. */
const NEVER_ARRIVED: readonly CauseId[] = ['refused', 'no-address'];
/** The other side could not, or would not, just now. */
const SERVER_ERRORS: readonly CauseId[] = [
  ...NEVER_ARRIVED,
  'reset',
  'error',
  'queue-full',
  'no-backend',
  'pool-timeout',
  'too-many-connections',
  'out-of-memory',
  'breaker-open',
  'bulkhead-full',
  'shed',
  'lock-timeout',
  'deadlock',
];

/** What the field `retryOn` names. */
export const RETRYABLE = {
  connect: table(NEVER_ARRIVED),
  errors: table(SERVER_ERRORS),
  failures: table([...SERVER_ERRORS, 'timeout', 'rate-limited', 'conflict']),
} as const;

/** Mistakes of the caller say nothing about the health of the other side. */
const CALLERS_FAULT = table(['no-route', 'unauthorised', 'cancelled', 'conflict']);

/** Whether the outcome counts as a failure for breakers and limits. */
export function isFailure(cause: number): boolean {
  return cause !== 0 && CALLERS_FAULT[cause] === 0;
}
