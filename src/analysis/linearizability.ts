/**
 * Whether what clients saw could have come from one copy that does one thing at a time: linearizability (Herlihy, Wing
 * 1990). The search is that of Wing and Gong (1993) with the memory of Lowe (2017): try operations that are open at the
 * same time in every order, and never twice the same set of done ones with the same value. One key at a time, because a
 * system is linearizable exactly when each of its objects is.
 *
 * Writes have values of their own, so a read names the write that it saw; 0 is a key never written.
 */
import { ENDED, type Operation } from '../engine/resources/history';

export type Verdict = 'linearizable' | 'not linearizable' | 'undecided';

export interface KeyVerdict {
  readonly key: number;
  readonly verdict: Verdict;
  readonly operations: number;
  /** Few operations that cannot all be explained, by their beginning; empty unless not linearizable. */
  readonly counterexample: readonly Operation[];
  /** The one of them with whose end the contradiction was there. */
  readonly culprit: Operation | null;
}

/** More states than this for one question, and the answer is "undecided". */
const MOST_STATES = 200_000;

/** The value of a key before its first operation, when nobody knows it. */
const UNKNOWN = -1;

/**
 * Checks one key. `whole`: the history begins with the run, so the key was never written before. Otherwise operations are
 * missing at its beginning, and what these may have written is not held against anybody. The counterexample takes long.
 */
export function checkKey(
  operations: readonly Operation[],
  whole: boolean,
  wantsExample = true,
  mostStates = MOST_STATES,
): KeyVerdict {
  const key = operations[0]?.key ?? 0;
  const all = search(explain(operations, whole), whole, mostStates);
  const result = { key, operations: operations.length, verdict: all };
  if (all !== 'not linearizable' || !wantsExample) return { ...result, counterexample: [], culprit: null };
  const counterexample = shortest(operations, whole, mostStates);
  // It is always a read that cannot be explained any more.
  const reads = counterexample.filter(({ write }) => !write);
  const culprit = reads.reduce<Operation | null>((last, read) => (last && last.end >= read.end ? last : read), null);
  return { ...result, counterexample, culprit };
}

/**
 * The operations that say something: reads that ended well and writes that may have happened. A write without an end that
 * nobody has seen need not have happened; one that was seen happened before the end of the first read that saw it.
 */
function explain(operations: readonly Operation[], whole: boolean): Operation[] {
  const reads = operations.filter(({ write, outcome }) => !write && outcome === ENDED.ok);
  const firstSeen = new Map<number, number>();
  for (const { value, end } of reads) firstSeen.set(value, Math.min(end, firstSeen.get(value) ?? Infinity));
  const writes = operations.flatMap((operation): Operation[] => {
    const { write, outcome, value, end } = operation;
    if (!write || value === 0 || outcome === ENDED.failed) return [];
    const seen = firstSeen.get(value);
    if (seen === undefined) return outcome === ENDED.ok ? [operation] : [];
    return [{ ...operation, end: Math.min(end, Math.max(seen, operation.start)) }];
  });
  if (whole) return [...reads, ...writes].sort(byStart);
  // Values whose writes are forgotten: reads of them say nothing, they may have been written at any time before.
  const known = new Set(writes.map(({ value }) => value));
  return [...reads.filter(({ value }) => known.has(value)), ...writes].sort(byStart);
}

function byStart(a: Operation, b: Operation): number {
  return a.start - b.start || a.end - b.end || a.number - b.number;
}

/** What of a history was known at a time: later ends were not, nor whether open writes would happen. */
function prefix(operations: readonly Operation[], time: number): Operation[] {
  return operations.flatMap((operation): Operation[] => {
    const { start, end, write } = operation;
    if (start > time || (!write && end > time)) return [];
    return end <= time ? [operation] : [{ ...operation, end: Infinity, outcome: ENDED.unknown }];
  });
}

/**
 * A few operations that contradict each other. First the shortest beginning of the history that cannot be explained; then
 * every operation without which it still cannot be is left out: reads, and writes that no read needs.
 */
function shortest(operations: readonly Operation[], whole: boolean, mostStates: number): Operation[] {
  const fails = (some: readonly Operation[]): boolean =>
    search(explain(some, whole), whole, mostStates) === 'not linearizable';
  const ends = [...new Set(operations.map(({ end }) => end).filter(Number.isFinite))].sort((a, b) => a - b);
  let [low, high] = [0, ends.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (fails(prefix(operations, ends[middle]!))) high = middle;
    else low = middle + 1;
  }
  // In a forgotten beginning a value may come from anywhere: which writes are known must not change.
  let rest = prefix(operations, ends[low]!).filter(({ outcome }) => outcome !== ENDED.failed);
  // Halves first: histories are long, counterexamples are short.
  for (let step = Math.max(1, rest.length >> 1); step >= 1;) {
    const before = rest.length;
    for (let from = 0; from < rest.length;) {
      const less = without(rest, new Set(rest.slice(from, from + step)));
      if (less.length < rest.length && fails(less)) rest = less;
      else from += step;
    }
    if (step > 1) step >>= 1;
    else if (rest.length === before) break;
  }
  // With the writes that the reads name, whenever they came, and as they really ended.
  const numbers = new Set(rest.map(({ number }) => number));
  const seen = new Set(rest.filter(({ write }) => !write).map(({ value }) => value));
  return operations
    .filter(({ number, write, value }) => numbers.has(number) || (write && value > 0 && seen.has(value)))
    .sort(byStart);
}

/** Leaves operations out; a write that somebody still reads has to stay. */
function without(operations: readonly Operation[], gone: ReadonlySet<Operation>): Operation[] {
  const left = operations.filter((operation) => !gone.has(operation));
  const read = new Set(left.filter(({ write }) => !write).map(({ value }) => value));
  return operations.filter((operation) => !gone.has(operation) || (operation.write && read.has(operation.value)));
}

/** An operation's beginning or its end in a list that gets shorter as operations are done. */
interface Entry {
  readonly operation: number;
  readonly end: boolean;
  previous: Entry | null;
  next: Entry | null;
}

function search(operations: readonly Operation[], whole: boolean, mostStates: number): Verdict {
  const count = operations.length;
  const [head, begins, ends] = entriesOf(operations);
  const done = new Uint32Array((count + 31) >> 5);
  const states = new Set<string>();
  const stack: { readonly operation: number; readonly before: number; readonly chosen: boolean }[] = [];
  const seen = new Set(operations.filter(({ write }) => !write).map((read) => read.value));
  const unseen = operations.map((operation) => operation.write && !seen.has(operation.value));
  let value = whole ? 0 : UNKNOWN;
  /** Words of `done` beyond this one have never been touched. */
  let highest = 0;
  /**
   * Does an operation next; false when that has been tried. Before a write go all writes that have begun and that nobody
   * sees: it hides them, wherever they are.
   */
  const take = (at: number): boolean => {
    const { value: own, write } = operations[at]!;
    const hidden: number[] = [];
    for (let other = head.next; write && other && !other.end; other = other.next) {
      if (unseen[other.operation] && other.operation !== at) hidden.push(other.operation);
    }
    const all = [at, ...hidden];
    for (const each of all) {
      done[each >> 5]! |= 1 << (each & 31);
      highest = Math.max(highest, each >> 5);
    }
    // What nobody sees is all the same.
    const state = `${unseen[at] ? 'unseen' : own}:${openPart(done, highest)}`;
    if (states.has(state)) {
      for (const each of all) done[each >> 5]! &= ~(1 << (each & 31));
      return false;
    }
    states.add(state);
    for (const each of all) {
      stack.push({ operation: each, before: value, chosen: write && each === at });
      unlink(begins[each]!);
      unlink(ends[each]!);
    }
    value = own;
    return true;
  };
  /** Takes back what was done since the last write, and that write. Where to go on, or null when nothing is left. */
  const back = (): Entry | null => {
    for (let last = stack.pop(); last; last = stack.pop()) {
      const at = last.operation;
      value = last.before;
      done[at >> 5]! &= ~(1 << (at & 31));
      relink(ends[at]!);
      relink(begins[at]!);
      // A read that fits now may as well be done now: doing it later opens no other way.
      if (last.chosen) return begins[at]!.next;
    }
    return null;
  };
  let entry = head.next;
  while (head.next) {
    if (states.size >= mostStates) return 'undecided';
    const read = openRead(head, operations, value);
    if (read >= 0) {
      entry = take(read) ? head.next : back();
    } else {
      while (entry && !entry.end && !(operations[entry.operation]!.write && take(entry.operation))) entry = entry.next;
      entry = entry && !entry.end ? head.next : back();
    }
    if (!entry && head.next) return 'not linearizable';
  }
  return 'linearizable';
}

/** A read of this value that has begun before anybody else must have ended, or −1. */
function openRead(head: Entry, operations: readonly Operation[], value: number): number {
  for (let entry = head.next; entry && !entry.end; entry = entry.next) {
    const { write, value: own } = operations[entry.operation]!;
    if (!write && own === value) return entry.operation;
  }
  return -1;
}

/** Sets of done operations differ only behind those that are all done. */
function openPart(done: Uint32Array, highest: number): string {
  let first = 0;
  while (first < highest && done[first] === 0xffffffff) first++;
  return `${first}:${done.subarray(first, highest + 1).join()}`;
}

/** Beginnings and ends in the order of time; at the same time a beginning comes first, so that they overlap. */
function entriesOf(operations: readonly Operation[]): [head: Entry, begins: Entry[], ends: Entry[]] {
  const head: Entry = { operation: -1, end: false, previous: null, next: null };
  const begins = operations.map((_, operation): Entry => ({ operation, end: false, previous: null, next: null }));
  const ends = operations.map((_, operation): Entry => ({ operation, end: true, previous: null, next: null }));
  const time = ({ operation, end }: Entry): number => operations[operation]![end ? 'end' : 'start'];
  const all = [...begins, ...ends].sort((a, b) => {
    const [at, other] = [time(a), time(b)];
    // Infinity less Infinity is no number.
    return at === other ? Number(a.end) - Number(b.end) || a.operation - b.operation : at - other;
  });
  let last = head;
  for (const entry of all) {
    last.next = entry;
    entry.previous = last;
    last = entry;
  }
  return [head, begins, ends];
}

function unlink(entry: Entry): void {
  entry.previous!.next = entry.next;
  if (entry.next) entry.next.previous = entry.previous;
}

function relink(entry: Entry): void {
  entry.previous!.next = entry;
  if (entry.next) entry.next.previous = entry;
}
