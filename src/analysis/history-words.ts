/** What a check of a history found, in words for people who learn. */
import { ENDED, type Operation } from '../engine/resources/history';
import { toSeconds } from '../model/units';
import type { HistoryCheck } from './history-check';

export interface HistoryWords {
  /** Short: for a heading. */
  readonly verdict: string;
  readonly sentences: readonly string[];
  /** The operations of the counterexample, one after the other; the impossible one says so. */
  readonly example: readonly string[];
}

const VERDICTS = {
  linearizable: 'Linearizable',
  'not linearizable': 'Not linearizable',
  undecided: 'Undecided',
} as const;

/** `callers` are the labels of the components, by index. */
export function historyWords(check: HistoryCheck, callers: readonly string[]): HistoryWords {
  const { verdict, worst } = check;
  return {
    verdict: check.operations === 0 ? 'Nothing to check' : VERDICTS[verdict],
    sentences: [checked(check), meaning(check), ...sessions(check, callers)].filter((text) => text !== ''),
    example: (worst?.counterexample ?? []).map((operation) => {
      const impossible = operation.number === worst?.culprit?.number ? ' This cannot be explained.' : '';
      return `${operationWords(operation, callers)}${impossible}`;
    }),
  };
}

/** "Shop, user 12: wrote value 7, from 3.2041 s to 3.2102 s." */
export function operationWords(operation: Operation, callers: readonly string[]): string {
  const { outcome, start, end } = operation;
  const from = `from ${seconds(start)}`;
  const until = Number.isFinite(end) ? ` to ${seconds(end)}` : ', with no known end';
  const failed = outcome === ENDED.failed ? ', and was told that it had failed' : '';
  return `${clientWords(operation, callers)} ${deedWords(operation)}, ${from}${until}${failed}.`;
}

export function clientWords({ caller, user }: Operation, callers: readonly string[]): string {
  return `${callers[caller] ?? 'client'}, user ${user + 1},`;
}

export function deedWords({ write, value }: Operation): string {
  if (write) return `wrote value ${value}`;
  return value === 0 ? 'read nothing' : `read value ${value}`;
}

function seconds(micros: number): string {
  return `${toSeconds(micros).toFixed(4)} s`;
}

function checked({ operations, keys, whole, since }: HistoryCheck): string {
  if (operations === 0) return 'No client has done anything yet.';
  const span = whole ? 'of the whole run' : `since ${seconds(since)}; what came before is forgotten`;
  return `${operations} operations on ${keys} ${keys === 1 ? 'key' : 'keys'} were checked, ${span}.`;
}

function meaning({ verdict, operations, keys, violatedKeys, undecidedKeys, worst }: HistoryCheck): string {
  if (operations === 0) return '';
  switch (verdict) {
    case 'linearizable':
      return 'Everything that clients saw could have come from a single copy that does one thing at a time, in an order that respects what was over before something else began.';
    case 'undecided':
      return `For ${undecidedKeys} of ${keys} keys too many orders are possible to try them all. No contradiction was found.`;
    case 'not linearizable': {
      const example = worst ? ` The shortest contradiction that was found is on key ${worst.key}:` : '';
      return `On ${violatedKeys} of ${keys} keys clients saw what no single copy could have shown them, in whatever order it had done things.${example}`;
    }
  }
}

function sessions({ operations, readYourWrites, monotonicReads }: HistoryCheck, callers: readonly string[]): string[] {
  if (operations === 0) return [];
  const first = ([before, read]: readonly [Operation, Operation]): string =>
    ` First: ${clientWords(read, callers)} ${deedWords(before)} and at ${seconds(read.end)} ${deedWords(read)}.`;
  const own = readYourWrites.example;
  const back = monotonicReads.example;
  return [
    own
      ? `Reads that missed an own earlier write: ${readYourWrites.violations}.${first(own)}`
      : 'Every client saw its own writes.',
    back
      ? `Reads that saw something older than the same client had seen before: ${monotonicReads.violations}.${first(back)}`
      : 'No client saw a value older than one it had seen before.',
  ];
}
