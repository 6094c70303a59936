/** What members of the cluster tell each other, and what their timers mean. The owner's own types begin above them. */

/** Messages and timers of nodes below this are Raft's. */
export const RAFT_TYPES = 16;

export const APPEND = 0;
export const APPENDED = 1;
export const ASK_VOTE = 2;
export const VOTE = 3;
export const SNAPSHOT = 4;

export const ELECTION = 8;
export const HEARTBEAT = 9;
export const FLUSHED = 10;
/** The own vote is on disk: now others are asked. */
export const CANVASS = 11;
/** A vote for somebody is on disk: now it is sent. */
export const CAST = 12;
