/**
 * Work slots of a query: the server it runs on (0 is the primary), whether what it reads is out of date, where it stands,
 * how many rows it has locked, the second row it will lock or −1, and the microseconds of work on that.
 */
export const SERVER = 0;
export const STALE = 1;
export const PHASE = 2;
export const HELD = 3;
export const SECOND = 4;
export const REST = 5;

/** Where a query stands: it waits for a connection, the table, its first row or its second one, or it is at work. */
export const AT_POOL = 0;
export const AT_TABLE = 1;
export const AT_FIRST = 2;
export const AT_SECOND = 3;
export const RUNNING = 4;
