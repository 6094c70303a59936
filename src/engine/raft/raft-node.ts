import { NumberQueue } from '../resources/number-queue';
import { NO_TIMER, type NodeTimer } from '../resources/cluster-net';
import { RaftLog } from './raft-log';

export const ROLE = { follower: 0, preCandidate: 1, candidate: 2, leader: 3 } as const;

/** Nobody. */
export const NONE = -1;
/** Most nodes of a cluster. */
export const MOST_NODES = 9;
/** How many rounds of heartbeats a leader remembers the beginning of. */
const ROUNDS = 64;

/** Everything one member of the cluster knows. Term, vote and the durable part of the log survive its process. */
export class RaftNode {
  // — on disk —
  term = 0;
  votedFor = NONE;
  readonly log = new RaftLog();
  /** The log is on disk up to this index. */
  durable = 0;
  /** The state machine has taken in the log up to this index. */
  applied = 0;

  // — in memory —
  role: number = ROLE.follower;
  leader = NONE;
  commit = 0;
  /** When a leader was heard last. */
  heardAt = -Infinity;
  electionDue = 0;
  electionTimer: NodeTimer = NO_TIMER;
  electionTimerAt = 0;
  /** How long it waits for a leader, by its own clock. */
  timeout = 0;
  /** Who has voted for it, as bits. */
  votes = 0;
  /** Of a follower: its log agrees with the leader's up to this index. */
  matched = 0;
  /** The newest round of heartbeats that it has heard of. */
  heardRound = 0;
  flushing = false;
  flushTarget = 0;

  // — of a leader, by follower —
  /** The first entry of its own term: what is committed before it, it cannot be sure of. */
  termStart = 0;
  readonly next = new Float64Array(MOST_NODES);
  readonly match = new Float64Array(MOST_NODES);
  /** Entries were refused: only one message at a time until they fit. */
  readonly probing = new Uint8Array(MOST_NODES);
  /** Heartbeats sent since a follower answered. */
  readonly quiet = new Int32Array(MOST_NODES);
  readonly ackedRound = new Float64Array(MOST_NODES);
  round = 0;
  /** The round that reads wait for; 0 for none. */
  readRound = 0;
  confirmedRound = 0;
  readonly #roundAt = new Float64Array(ROUNDS);
  /** Reads that wait, three numbers each: ticket, the round that confirms it, the index it needs. */
  readonly reads = new NumberQueue();

  // — settings of this one —
  /** How fast its clock runs: below 1 is slow, so all its waits are longer. */
  clockRate = 1;
  /** Times as long as usual for a flush of its disk. */
  diskSlowness = 1;

  roundBegins(now: number): void {
    this.#roundAt[++this.round % ROUNDS] = now;
  }

  /** When a round of heartbeats was sent, if it is not too long ago. */
  roundAt(round: number): number {
    return round === 0 || round <= this.round - ROUNDS ? -Infinity : this.#roundAt[round % ROUNDS]!;
  }

  /** What its process held is lost. */
  forget(): void {
    this.role = ROLE.follower;
    this.leader = NONE;
    this.commit = this.applied;
    this.heardAt = -Infinity;
    this.electionTimer = NO_TIMER;
    this.votes = 0;
    this.matched = 0;
    this.heardRound = 0;
    this.flushing = false;
    this.readRound = 0;
    this.reads.clear();
    this.log.truncate(this.durable + 1);
  }
}
