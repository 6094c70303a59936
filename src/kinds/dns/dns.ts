import { type FaultSpec, SLOW } from '../../model/faults';
import type { ConfigOf } from '../../model/fields';
import { defineKind } from '../kind';

const RFC_8767 = 'https://www.rfc-editor.org/rfc/rfc8767';
const RFC_2308 = 'https://www.rfc-editor.org/rfc/rfc2308';
const RESOLV_CONF = 'https://man7.org/linux/man-pages/man5/resolv.conf.5.html';
const ROUTE_53 = 'https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-values-shared.html';
const AWS_OUTAGE = 'https://aws.amazon.com/message/101925/';

const fields = {
  ttlSeconds: {
    type: 'number',
    label: 'Time to live',
    unit: 's',
    default: 30,
    min: 0,
    max: 86_400,
    help: 'How long a caller may keep an answer. A change reaches everybody only after this time. 0 asks every time.',
    real: {
      value: '60 s or less for records with health checks',
      product: 'Amazon Route 53, advice',
      source: ROUTE_53,
    },
  },
  caches: {
    type: 'number',
    integer: true,
    label: 'Resolver caches per connection',
    unit: '',
    default: 20,
    ours: 'system',
    min: 1,
    max: 1000,
    help: 'How many caches stand behind each connection: 1 for a single program, many for users at home. Each keeps an answer of its own.',
  },
  lookupMs: {
    type: 'number',
    label: 'Lookup',
    unit: 'ms',
    default: 20,
    ours: 'work',
    min: 0,
    max: 60_000,
    help: 'How long it takes to ask when the cache has no answer. A cached answer costs nothing.',
  },
  lookupTimeoutMs: {
    type: 'number',
    label: 'Lookup timeout',
    unit: 'ms',
    default: 2000,
    min: 1,
    max: 60_000,
    help: 'How long a resolver waits when the name servers are silent. Then the lookup has failed.',
    real: { value: '5 s, two attempts', product: 'Linux resolver', source: RESOLV_CONF },
  },
  negativeTtlSeconds: {
    type: 'number',
    label: 'Time to live of "no address"',
    unit: 's',
    default: 5,
    min: 0,
    max: 86_400,
    help: 'An answer without an address is kept, too. For this long the caller does not even ask again.',
    real: { value: '1 to 3 hours suggested as a maximum', product: 'RFC 2308', source: RFC_2308 },
  },
  staleIfError: {
    type: 'toggle',
    label: 'Use old answers in need',
    default: false,
    help: 'When a lookup fails or brings no address, the caller goes on with the last address it had.',
    real: { value: 'off; 30 s when it is on', product: 'RFC 8767', source: RFC_8767 },
  },
} as const;

export type DnsConfig = ConfigOf<typeof fields>;

export const SERVERS_DOWN: FaultSpec = {
  id: 'servers-down',
  label: 'Take the name servers down',
  undo: 'Bring them back',
  done: 'lost its name servers',
  undone: 'has its name servers back',
  help: 'Lookups get no answer. Cached answers go on working until their time is over.',
  params: {},
};

export const EMPTY_ANSWER: FaultSpec = {
  id: 'empty-answer',
  label: 'Empty the record',
  undo: 'Restore the record',
  done: 'answers without an address',
  undone: 'answers with addresses again',
  help: 'Lookups are answered, but there is no address in the answer, and this is cached, too.',
  params: {},
};

export const STALE_ANSWER: FaultSpec = {
  id: 'stale-answer',
  label: 'Freeze the answers',
  undo: 'Let them change',
  done: 'gives only old answers',
  undone: 'gives present answers again',
  help: 'Caches keep what they have, and lookups find the record as it was: no change of addresses gets through.',
  params: {},
};

const STATES = ['{} waiting for an answer', 'the record is empty', 'answers are frozen', 'name servers are down'];

export const dns = defineKind({
  id: 'dns',
  title: 'DNS',
  summary: 'Turns a name into an address; every caller keeps the answer for a while.',
  category: 'Edge',
  icon: 'M4 4h13a3 3 0 0 1 3 3v13H7a3 3 0 0 1-3-3zM8 9h8M8 13h8M8 17h5',
  docs: {
    models: [
      'Each caller has resolver caches. An answer is used until its time to live is over, then the next request looks the name up again; who comes meanwhile waits for the same lookup.',
      'Addresses are given out in turn, in proportion to the shares of the connections, and regardless of their health. A share of 0 takes an address out. Reads and writes have a name each.',
      'A change takes effect cache by cache: after t seconds, the fraction 1 − t / TTL still goes to the old address. An address that was taken away is refused.',
      'An answer without an address is cached as well. Old answers may be used in need.',
      'Who gives up is let go; the lookup goes on for the others.',
    ],
    leavesOut: [
      'In reality the answer goes back and the client connects directly; here the requests travel through this card, so that you can see which address they use.',
      'Name servers as machines: root, zones, delegation, load, and limits on queries.',
      'Health checks of addresses, answers by place, several addresses in one answer and the choice among them.',
      'RFC 8767 allows old answers only when the servers are silent; here they help against an empty record, too, as a program does that remembers its last good address.',
      'Programs that ignore the time to live.',
    ],
    tryThis: [
      'Send traffic to a new service by setting the share of the old one to 0, and count how long the old one is still asked.',
      'Crash one of two targets: half of the callers fails, and goes on failing until you change the record and the answers run out.',
      'Empty the record for a moment: the failures last longer than the fault, because no address is cached, too.',
      'Take the name servers down with a long and with a short time to live.',
    ],
    sources: [
      { title: 'RFC 1035: Domain names, implementation', url: 'https://www.rfc-editor.org/rfc/rfc1035' },
      { title: 'RFC 2308: Negative caching of DNS queries', url: RFC_2308 },
      { title: 'RFC 8767: Serving stale data', url: RFC_8767 },
      { title: 'AWS: summary of the DynamoDB disruption of October 2025', url: AWS_OUTAGE },
    ],
  },
  in: [{ id: 'requests', label: 'Requests', accepts: 'request' }],
  out: [
    {
      id: 'addresses',
      label: 'Addresses',
      sends: ['request', 'query', 'cache', 'publish'],
      use: 'route',
      // The way beyond the card stands for the same connection: the caller's own timeout speaks for both.
      defaults: { timeoutMs: 60_000 },
    },
  ],
  fields,
  metrics: [
    {
      id: 'cached',
      type: 'ratio',
      label: 'Answered by caches',
      unit: '%',
      help: 'Share of the requests whose caller still had an answer, compared with lookups.',
      of: 'hits',
      against: 'lookups',
    },
    {
      id: 'hits',
      type: 'counter',
      label: 'Cached answers used',
      unit: 'requests',
      help: 'Requests that needed no lookup.',
    },
    {
      id: 'lookups',
      type: 'counter',
      label: 'Lookups',
      unit: 'lookups',
      help: 'Questions to the name servers.',
      realName: 'coredns_dns_requests_total',
    },
    {
      id: 'failedLookups',
      type: 'counter',
      label: 'Failed lookups',
      unit: 'lookups',
      help: 'Lookups without an answer, or with an answer that has no address.',
      realName: 'NXDOMAIN, NODATA and SERVFAIL responses',
    },
    {
      id: 'staleAnswers',
      type: 'counter',
      label: 'Old answers used in need',
      unit: 'lookups',
      help: 'Failed lookups after which the caller went on with the last address it had.',
      realName: 'coredns_cache_served_stale_total',
    },
  ],
  face: [
    { type: 'words', place: 'headline', phrases: ['answers live {} s'] },
    { type: 'targets', label: 'addresses' },
    { type: 'ratio', label: 'cached' },
    { type: 'words', place: 'footer', phrases: STATES },
  ],
  faults: [SLOW, SERVERS_DOWN, EMPTY_ANSWER, STALE_ANSWER],
  version: 1,
  migrations: [],
});
