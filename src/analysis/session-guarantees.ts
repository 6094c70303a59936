/**
 * What each client can rely on for itself (Terry et al. 1994): it sees its own writes, and never something older than it
 * has seen already. Values rise with the order in which the store took the writes.
 */
import { ENDED, type Operation } from '../engine/resources/history';

export interface SessionCheck {
  readonly violations: number;
  /** Of the first one: what the client had written or seen, and the read that came after it. */
  readonly example: readonly [before: Operation, read: Operation] | null;
}

export interface SessionGuarantees {
  readonly readYourWrites: SessionCheck;
  readonly monotonicReads: SessionCheck;
}

export function checkSessions(operations: readonly Operation[]): SessionGuarantees {
  const sessions = new Map<string, Operation[]>();
  for (const operation of operations) {
    if (operation.outcome !== ENDED.ok) continue;
    const name = `${operation.caller} ${operation.user} ${operation.key}`;
    const session = sessions.get(name);
    if (session) session.push(operation);
    else sessions.set(name, [operation]);
  }
  const all = [...sessions.values()];
  return { readYourWrites: check(all, true), monotonicReads: check(all, false) };
}

/** Reads that saw an older value than the newest of the own writes, or of the own reads, that had ended before. */
function check(sessions: readonly (readonly Operation[])[], ofWrites: boolean): SessionCheck {
  let violations = 0;
  let example: SessionCheck['example'] = null;
  for (const session of sessions) {
    const ended = session.filter(({ write }) => write === ofWrites).sort((a, b) => a.end - b.end);
    const reads = session.filter(({ write }) => !write).sort((a, b) => a.start - b.start);
    let next = 0;
    let newest: Operation | null = null;
    for (const read of reads) {
      for (; next < ended.length && ended[next]!.end <= read.start; next++) {
        if (!newest || ended[next]!.value > newest.value) newest = ended[next]!;
      }
      if (!newest || read.value >= newest.value) continue;
      violations++;
      if (!example || read.end < example[1].end) example = [newest, read];
    }
  }
  return { violations, example };
}
