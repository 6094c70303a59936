import { CACHE_FIELDS, CACHE_NAMES } from './cache-fields';
import { CONNECTION_DEFAULTS } from './connection-defaults';
import { CONSUMER_FIELDS } from './consumer-fields';
import { DELIVERY_FIELDS } from './delivery-fields';
import { DISCOVERY_FIELDS } from './discovery-fields';
import { choice, type ConfigOf, type Fields } from './fields';
import { LOCK_FIELDS } from './lock-fields';
import type { Meaning } from './meaning';
import { OUTBOX_FIELDS, OUTBOX_NAMES } from './outbox-fields';
import { OPERATIONS, type OperationId } from './operations';
import { SAGA_FIELDS } from './saga-fields';
import { RESILIENCE_FIELDS, RESILIENCE_NAMES } from './resilience-fields';

const SPRING = 'https://docs.spring.io/spring-cloud-commons/reference/spring-cloud-commons/loadbalancer.html';

/**
 * Fields of a connection, in groups. The source's port and the meaning decide which groups apply.
 * network: always. timeout: always. resilience: all but deliveries, whose attempts belong to the consumer group. route: the source picks one of several targets. plan: a step of the source's plan.
 * consume: a consumer. transact: a participant of a transaction, whose coordinator has retries of its own. What only one
 * kind of source or target needs, its port adds.
 */
export const CONNECTION_FIELDS = {
  rttMs: {
    type: 'number',
    label: 'Round-trip time',
    unit: 'ms',
    default: CONNECTION_DEFAULTS.rttMs,
    min: 0,
    max: 2000,
    help: 'Time to the other side and back, without any work there. Each message takes half of it.',
    real: {
      value: '0.25 ms in one zone, 1 ms across zones, 40 ms from a home, 90 ms across the Atlantic',
      product: 'Cloud networks',
      source: 'https://cloud.ibm.com/docs/vpc?topic=vpc-network-latency-dashboard',
    },
  },
  jitter: {
    type: 'number',
    label: 'Jitter',
    unit: '',
    default: CONNECTION_DEFAULTS.jitter,
    ours: 'work',
    min: 0,
    max: 1.5,
    help: 'How much the delay varies: the sigma of a lognormal factor. 0 is a perfectly steady network, 0.25 the internet.',
  },
  lossPercent: {
    type: 'number',
    label: 'Packet loss',
    unit: '%',
    default: CONNECTION_DEFAULTS.lossPercent,
    min: 0,
    max: 50,
    help: 'TCP sends a lost packet again after 200 ms, then 400 ms, and so on: loss shows as delay, not as an error.',
    real: {
      value: '200 ms first retransmission',
      product: 'Linux TCP',
      source: 'https://docs.kernel.org/networking/ip-sysctl.html',
    },
  },
  bandwidthMbps: {
    type: 'number',
    label: 'Bandwidth',
    unit: 'Mbit/s',
    default: CONNECTION_DEFAULTS.bandwidthMbps,
    min: 0,
    max: 100_000,
    help: 'Messages go out one after another at this rate, in each direction. 0 is without a limit; the least is 0.1.',
    real: {
      value: 'up to 5 Gbit/s for a single flow',
      product: 'Amazon EC2',
      source: 'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-network-bandwidth.html',
    },
  },
  timeoutMs: {
    type: 'number',
    label: 'Timeout',
    unit: 'ms',
    default: CONNECTION_DEFAULTS.timeoutMs,
    min: 0,
    max: 600_000,
    help: 'The caller gives up after this long. 0 waits for ever. The other side is not told and works on.',
    real: {
      value: '60 s',
      product: 'nginx proxy_read_timeout',
      source: 'http://nginx.org/en/docs/http/ngx_http_proxy_module.html',
    },
  },
  on: choice({
    label: 'Used for',
    default: CONNECTION_DEFAULTS.on,
    ours: 'system',
    options: [
      { value: 'all', label: 'reads and writes', help: 'Every request uses this connection.' },
      { value: 'read', label: 'reads only', help: 'Only requests that read use this connection.' },
      { value: 'write', label: 'writes only', help: 'Only requests that write use this connection.' },
    ],
    help: 'Which requests use this connection.',
  }),
  operation: choice<OperationId>({
    label: 'Operation',
    default: CONNECTION_DEFAULTS.operation,
    ours: 'system',
    options: OPERATIONS.map(({ id, label, help }) => ({
      value: id,
      label: id === 'any' ? 'every operation' : label,
      help,
    })),
    help: 'Only requests of this operation use this connection. Clients name the operations of their requests.',
  }),
  weight: {
    type: 'number',
    label: 'Share',
    unit: '',
    default: CONNECTION_DEFAULTS.weight,
    ours: 'system',
    min: 0,
    max: 1000,
    help: 'How much of the traffic goes this way, relative to the other connections that fit.',
  },
  order: {
    type: 'number',
    integer: true,
    label: 'Place in the order',
    unit: '',
    default: CONNECTION_DEFAULTS.order,
    ours: 'system',
    min: 0,
    max: 99,
    help: 'Steps run from small to large. 0 keeps the order in which the connections were drawn.',
  },
  parallel: {
    type: 'toggle',
    label: 'Together with the step before',
    default: CONNECTION_DEFAULTS.parallel,
    ours: 'system',
    help: 'Starts at the same time as the step before instead of after it; both must end before the next step.',
  },
  probabilityPercent: {
    type: 'number',
    label: 'How often',
    unit: '%',
    default: CONNECTION_DEFAULTS.probabilityPercent,
    ours: 'system',
    min: 0,
    max: 100,
    help: 'Share of the requests that take this step.',
  },
  mode: choice({
    label: 'Waits for the answer',
    default: CONNECTION_DEFAULTS.mode,
    ours: 'system',
    options: [
      {
        value: 'sync',
        label: 'yes, synchronous',
        help: 'The request goes on when the answer is here; if it fails, the request fails.',
      },
      {
        value: 'async',
        label: 'no, fire and forget',
        help: 'The request goes on at once and never learns how it ended.',
      },
    ],
    help: 'Whether the request waits for this step.',
  }),
  pool: {
    type: 'number',
    integer: true,
    label: 'Member of pool',
    unit: '',
    default: CONNECTION_DEFAULTS.pool,
    min: 0,
    max: 99,
    help: 'Connections with the same number are one step: each request calls one of them, in turn. 0: a step of its own.',
    real: { value: 'in turn', product: 'Spring Cloud LoadBalancer', source: SPRING },
  },
  consumers: {
    type: 'number',
    integer: true,
    label: 'Consumers in the group',
    unit: '',
    default: CONNECTION_DEFAULTS.consumers,
    ours: 'system',
    min: 1,
    max: 64,
    help: 'Each partition belongs to one consumer of the group, so consumers beyond the number of partitions stay idle.',
  },
  attempts: {
    type: 'number',
    integer: true,
    label: 'Attempts per message',
    unit: '',
    default: CONNECTION_DEFAULTS.attempts,
    min: 1,
    max: 100,
    help: 'A message that fails is delivered again up to this many times; then it goes to the dead letters, or is skipped and counted.',
    real: {
      value: '10',
      product: 'Spring Kafka DefaultErrorHandler',
      source: 'https://docs.spring.io/spring-kafka/reference/kafka/annotation-error-handling.html',
    },
  },
  ...CONSUMER_FIELDS,
  ...DISCOVERY_FIELDS,
  ...LOCK_FIELDS,
  node: {
    type: 'number',
    integer: true,
    label: 'Enters at node',
    unit: '',
    default: CONNECTION_DEFAULTS.node,
    ours: 'system',
    min: 0,
    max: 9,
    help: 'The node of the cluster that this caller talks to. 0 takes the nodes that are up in turn.',
  },
  ...DELIVERY_FIELDS,
  consistency: choice({
    label: 'Replicas to wait for',
    default: CONNECTION_DEFAULTS.consistency,
    options: [
      { value: 'store', label: 'as the store says', help: 'The numbers R and W of the store.' },
      { value: 'one', label: 'one', help: 'Fast and available; may be stale, or lose what was just written.' },
      { value: 'quorum', label: 'a majority', help: 'Reads and writes of a majority meet in one replica at least.' },
      { value: 'all', label: 'all', help: 'One that is missing makes the request fail.' },
    ],
    help: 'The consistency level of the requests of this caller.',
    real: {
      value: 'LOCAL_ONE',
      product: 'Cassandra drivers',
      source: 'https://docs.datastax.com/en/developer/java-driver/latest/manual/core/configuration/reference/',
    },
  }),
  ...CACHE_FIELDS,
  ...OUTBOX_FIELDS,
  ...SAGA_FIELDS,
  ...RESILIENCE_FIELDS,
} satisfies Fields;

export type ConnectionConfig = ConfigOf<typeof CONNECTION_FIELDS>;
export type ConnectionFieldName = keyof ConnectionConfig;

const GROUPS = {
  network: ['rttMs', 'jitter', 'lossPercent', 'bandwidthMbps'],
  timeout: ['timeoutMs'],
  route: ['on', 'operation', 'weight'],
  plan: ['on', 'operation', 'order', 'parallel', 'probabilityPercent', 'mode', 'pool'],
  consume: ['consumers', 'attempts'],
  transact: ['order', 'parallel'],
  cache: CACHE_NAMES,
  publish: OUTBOX_NAMES,
  resilience: RESILIENCE_NAMES,
} as const satisfies Record<string, readonly ConnectionFieldName[]>;

/**
 * How a source uses its connections: it routes each request to one, runs them as a plan, hands out messages, steers
 * (heartbeats, lookups and orders that are no part of any request), or coordinates a transaction of all of them.
 */
export type ConnectionUse = 'route' | 'plan' | 'deliver' | 'control' | 'transact';

/**
 * The fields that matter on a connection, in the order in which the inspector shows them: those of its target, those of
 * its use, or those its source has `instead`, and what every connection has.
 */
export function connectionFieldNames(
  use: ConnectionUse,
  meaning: Meaning,
  extra: readonly ConnectionFieldName[] = [],
  instead: readonly ConnectionFieldName[] | null = null,
): readonly ConnectionFieldName[] {
  const own =
    instead ??
    {
      route: GROUPS.route,
      plan: GROUPS.plan,
      deliver: GROUPS.consume,
      control: [],
      transact: GROUPS.transact,
    }[use];
  const resilience = use === 'route' || use === 'plan' ? GROUPS.resilience : [];
  const cache = meaning === 'cache' && use === 'plan' ? GROUPS.cache : [];
  const publish = meaning === 'publish' && use === 'plan' ? GROUPS.publish : [];
  const names: ConnectionFieldName[] = [
    ...extra,
    ...own,
    ...cache,
    ...publish,
    ...GROUPS.timeout,
    ...resilience,
    ...GROUPS.network,
  ];
  // A cache inside cache-aside has no place of its own to wait: it is always synchronous.
  if (use !== 'plan') return names;
  if (meaning === 'lock') return names.filter((name) => name !== 'mode' && name !== 'pool');
  if (meaning === 'cache') return names.filter((name) => !['mode', 'parallel', 'pool'].includes(name));
  return meaning === 'request' ? names : names.filter((name) => name !== 'pool');
}
