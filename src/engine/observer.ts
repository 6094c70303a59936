/** What may watch a run. Watching never changes it: a run without observers has the same fingerprint. */
export interface MotionObserver {
  /**
   * A message has left. `back` is 0 for a request on its way to the target, 1 for an answer on its way back.
   * `cause` is 0 unless the answer is an error; `late` is 1 when nobody waits for the answer any more.
   * `arrival` is Infinity when the message is lost on the way.
   */
  moved(
    connection: number,
    back: number,
    verb: number,
    write: number,
    cause: number,
    late: number,
    departure: number,
    arrival: number,
    rootSerial: number,
    /** 1 for a first attempt, more for a retry or a hedge. */
    attempt: number,
  ): void;
}

export interface WindowObserver {
  /** A window of all statistics has closed at this time; every component's `stats.row` is fresh. */
  windowClosed(time: number): void;
}

/** What the last event was, for stepping. */
export interface LastEvent {
  readonly time: number;
  readonly type: 'none' | 'arrival' | 'answer' | 'late answer' | 'timeout' | 'timer';
  /** Component where it happened. */
  readonly component: number;
  /** Connection it came over, or −1. */
  readonly connection: number;
  /** Cause of the answer or timeout; 0 for success. */
  readonly cause: number;
}
