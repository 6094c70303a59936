/**
 * What a connection does. The target's port decides: a connection to Redis carries commands, one to Kafka publishes.
 * One call carries one verb; operations say whether the caller reads or writes.
 */
export const MEANINGS = [
  'request',
  'cache',
  'query',
  'publish',
  'deliver',
  'lock',
  'register',
  'discover',
  'measure',
  'scale',
] as const;
export type Meaning = (typeof MEANINGS)[number];

/** What a connection of this meaning says on its label and to screen readers: source … target. */
export const MEANING_WORDS: Readonly<Record<Meaning, string>> = {
  request: 'calls',
  cache: 'caches in',
  query: 'queries',
  publish: 'publishes to',
  deliver: 'delivers to',
  lock: 'takes locks at',
  register: 'registers with',
  discover: 'looks up addresses in',
  measure: 'watches',
  scale: 'scales',
};

/** Verbs of a call. Append-only: fingerprints depend on the numbers. */
export const VERB = {
  request: 0,
  get: 1,
  set: 2,
  del: 3,
  query: 4,
  publish: 5,
  deliver: 6,
  /** A health check. Answered by anyone alive, never counted as traffic. */
  probe: 7,
  /** An instance tells a registry that it is alive. */
  heartbeat: 8,
  /** Asks a registry who is there. */
  lookup: 9,
  /** Asks for a measurement; the result is the value. */
  measure: 10,
  /** Asks for another number of instances: the key. */
  scale: 11,
  acquire: 12,
  renew: 13,
  release: 14,
  /** The first and the second phase of a distributed transaction. */
  prepare: 15,
  commit: 16,
  abort: 17,
  /** Undoes, as the business sees it, what an earlier request of the same saga did. */
  compensate: 18,
  /** A step of a saga: done once, however often it is asked for under the same number. */
  perform: 19,
  /** Asks a participant for the next prepared transaction of the caller after the one in the key; the result is its number. */
  recover: 20,
} as const;

/** Verb that a caller without finer knowledge (a client, a load balancer) uses on a connection of this meaning. */
export function plainVerb(meaning: Meaning, write: boolean): number {
  switch (meaning) {
    case 'request':
      return VERB.request;
    case 'cache':
      return write ? VERB.set : VERB.get;
    case 'query':
      return VERB.query;
    case 'publish':
      return VERB.publish;
    case 'deliver':
      return VERB.deliver;
    case 'lock':
      return VERB.acquire;
    case 'register':
      return VERB.heartbeat;
    case 'discover':
      return VERB.lookup;
    case 'measure':
      return VERB.measure;
    case 'scale':
      return VERB.scale;
  }
}

/** Operations of a request. */
export const READ = 0;
export const WRITE = 1;
