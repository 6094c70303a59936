/** Messages between nodes. */
export const MESSAGE = {
  /** A request waits before the door of a frozen node. */
  enter: 0,
  alive: 1,
  read: 2,
  readDone: 3,
  write: 4,
  written: 5,
  repair: 6,
  repaired: 7,
  hint: 8,
  hintTaken: 9,
  compare: 10,
  compareBack: 11,
} as const;

/** Timers of nodes. */
export const TIMER = { gossip: 0, speculate: 1, handOver: 2, repair: 3 } as const;
