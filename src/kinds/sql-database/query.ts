/**
 * Work slots of a query: the server it runs on, how fresh a read is or where in the log a write is, where it stands, how
 * many rows it has locked, the second row it will lock or −1, and the microseconds of work on that.
 */
export const SERVER = 0;
export const FRESHNESS = 1;
export const POSITION = 1;
export const PHASE = 2;
export const HELD = 3;
export const SECOND = 4;
export const REST = 5;

/**
 * Where a query stands: it waits for a connection, the table, its first row or its second one, or it is at work; or
 * nothing comes through between its caller and its server.
 */
export const AT_POOL = 0;
export const AT_TABLE = 1;
export const AT_FIRST = 2;
export const AT_SECOND = 3;
export const RUNNING = 4;
/** Nobody has worked on it, or it is done and its answer does not come through. */
export const STUCK_BEFORE = 5;
export const STUCK_AFTER = 6;
