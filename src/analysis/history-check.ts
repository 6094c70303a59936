/** A whole history checked: every key for linearizability, every client for what it can rely on. */
import type { Operation } from '../engine/resources/history';
import { checkKey, type KeyVerdict, type Verdict } from './linearizability';
import { checkSessions, type SessionGuarantees } from './session-guarantees';

export interface HistoryCheck extends SessionGuarantees {
  readonly verdict: Verdict;
  readonly operations: number;
  /** False when the beginning is forgotten: only the last operations were checked. */
  readonly whole: boolean;
  /** Microseconds: when the first operation that is kept was sent. */
  readonly since: number;
  readonly keys: number;
  readonly violatedKeys: number;
  readonly undecidedKeys: number;
  /** The key with the fewest operations that contradict each other. */
  readonly worst: KeyVerdict | null;
}

/** Counterexamples are searched for in so many keys: the ones with the fewest operations. */
const MOST_EXAMPLES = 4;

export function checkHistory(operations: readonly Operation[], whole: boolean): HistoryCheck {
  const byKey = new Map<number, Operation[]>();
  for (const operation of operations) {
    const same = byKey.get(operation.key);
    if (same) same.push(operation);
    else byKey.set(operation.key, [operation]);
  }
  let [violatedKeys, undecidedKeys] = [0, 0];
  let worst: KeyVerdict | null = null;
  const keys = [...byKey.values()].sort((a, b) => a.length - b.length || a[0]!.number - b[0]!.number);
  for (const own of keys) {
    const result = checkKey(own, whole, violatedKeys < MOST_EXAMPLES);
    if (result.verdict === 'undecided') undecidedKeys++;
    if (result.verdict !== 'not linearizable') continue;
    violatedKeys++;
    const { length } = result.counterexample;
    if (length > 0 && (!worst || length < worst.counterexample.length)) worst = result;
  }
  return {
    verdict: violatedKeys > 0 ? 'not linearizable' : undecidedKeys > 0 ? 'undecided' : 'linearizable',
    operations: operations.length,
    whole,
    since: operations.reduce((first, { start }) => Math.min(first, start), Infinity),
    keys: byKey.size,
    violatedKeys,
    undecidedKeys,
    worst,
    ...checkSessions(operations),
  };
}
