import type { Link } from '../../engine/behaviour';
import type { EventHandle } from '../../engine/event-queue';

/** A server behind the balancer, as this balancer sees it. */
export interface Backend {
  link: Link;
  /** Requests sent there whose outcome is still open. */
  active: number;
  /** What policies compare: open requests, or network connections at layer 4. */
  load: number;
  /** The registry, if there is one, knows it. */
  listed: boolean;
  /** What the active checks say. */
  healthy: boolean;
  /** Health checks in a row that spoke against `healthy`. */
  against: number;
  /** Number of the last check sent; an answer to an earlier one comes too late. */
  check: number;
  /** The outcome of that check is still open. */
  checking: boolean;
  /** Grows when the rhythm of the checks is set anew. */
  rhythm: number;
  nextCheck: EventHandle;
  checkTimeout: EventHandle;
  /** Requests in a row that failed. */
  failures: number;
  ejected: boolean;
  /** Ejections that have not been forgiven yet: each lasts longer than the one before. */
  ejections: number;
  /** When the last ejection ended. */
  returnedAt: number;
  /** Number of the ejection going on; a timer of an earlier one comes too late. */
  ejection: number;
  /** When it came back from a failure and began to warm up, or −1. */
  warmingSince: number;
  /** Its share of the traffic at this moment: that of the connection, less while it warms up. */
  share: number;
  /** May be chosen: trusted, or everybody is in a panic. */
  eligible: boolean;
  /** How much load it may have: Infinity without a limit. */
  room: number;
  /** Left out of the choice for one request, which has been there already. */
  tried: boolean;
}

/** What the face says of a backend; the numbers are those of the face element `targets`. */
export const BACKEND_STATE = { down: 0, healthy: 1, ejected: 2, draining: 3, warming: 4, unlisted: 5 } as const;

export function newBackend(link: Link): Backend {
  return {
    link,
    active: 0,
    load: 0,
    listed: true,
    healthy: true,
    against: 0,
    check: 0,
    checking: false,
    rhythm: 0,
    nextCheck: -1,
    checkTimeout: -1,
    failures: 0,
    ejected: false,
    ejections: 0,
    returnedAt: 0,
    ejection: 0,
    warmingSince: -1,
    share: link.config.weight,
    eligible: true,
    room: Infinity,
    tried: false,
  };
}

/** It is listed, its checks succeed and it was not ejected. */
export function trusted(backend: Backend): boolean {
  return backend.listed && backend.healthy && !backend.ejected;
}

export function stateOf(backend: Backend): number {
  if (!backend.listed) return BACKEND_STATE.unlisted;
  if (!backend.healthy) return BACKEND_STATE.down;
  if (backend.ejected) return BACKEND_STATE.ejected;
  if (backend.link.config.weight === 0) return BACKEND_STATE.draining;
  return backend.warmingSince >= 0 ? BACKEND_STATE.warming : BACKEND_STATE.healthy;
}
