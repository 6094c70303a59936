/** What the parts of a store have in common: timers, and what a command notes about itself. */

/** Timers. Of node 0: `executed`; of the others: `others` and up. */
export const TIMER = { executed: 0, missed: 1, promote: 2, demote: 3, learn: 4, look: 5, waited: 6, others: 16 };

/** Work slots: the node, offset of the change, its answer, the shard it moved to or −1, when a WAIT began in ms. */
export const NODE = 0;
export const OFFSET = 1;
export const ANSWER = 2;
export const MOVED = 3;
export const SINCE = 4;
