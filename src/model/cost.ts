/**
 * Unit prices, as data: what capacity costs by the hour, used or not, and what use costs.
 * They are there to compare designs with each other, not to plan a bill.
 */
import type { Config } from './fields';

export const PRICES_LABEL = 'Illustrative list prices, rounded, us-east-1 style, 2026; not a quote.';
export const CURRENCY = '$';

const SECONDS_PER_HOUR = 3600;
const HPA = 'https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/';

/** Dollars per virtual CPU and hour: m7g.large has two of them for 0.0816. */
export const VCPU_HOUR = 0.0408;
const REDIS_NODE_HOUR = 0.15;
const SQL_NODE_HOUR = 0.16;
const STORAGE_NODE_HOUR = 0.13;
const BROKER_HOUR = 0.21;
const CLOUD_QUEUE_MILLION = 0.4;
const TOPIC_MILLION = 0.5;
/** mq.m5.large. */
const QUEUE_NODE_HOUR = 0.29;
const BALANCER_HOUR = 0.0225;
/** A load balancer's capacity unit: so many requests a second. */
const LCU_HOUR = 0.008;
const REQUESTS_PER_LCU = 1000;
const GATEWAY_MILLION = 1;
const FUNCTION_MILLION = 0.2;
const FUNCTION_GB_SECOND = 0.0000166667;
const FUNCTION_GB = 0.5;
const CDN_MILLION = 1;
const DNS_MILLION = 0.4;
const GET_MILLION = 0.4;
const PUT_MILLION = 5;
/** Nodes of databases and brokers are priced with two virtual CPUs. */
const NODE_VCPUS = 2;
/** Brokers of a topic with three replicas. */
const BROKERS = 3;

/** What a component did, over the time that is priced. */
export interface Usage {
  readonly requestsPerSec: number;
  /** Calls inside, on average. */
  readonly inSystem: number;
  /** The kind's own metrics by id; counters per second. */
  readonly metrics: Readonly<Record<string, number | null>>;
}

export interface KindPrice {
  /** How it is priced, in words. */
  readonly basis: string;
  readonly source: string;
  /** Dollars per hour for what stands there, busy or idle. */
  capacity?(config: Config, usage: Usage): number;
  /** Dollars per hour for what was done. */
  usage?(usage: Usage): number;
}

const perHour = (requestsPerSec: number, perMillion: number): number =>
  (requestsPerSec * SECONDS_PER_HOUR * perMillion) / 1e6;

function count(config: Config, field: string, otherwise: number): number {
  const value = config[field];
  return typeof value === 'number' ? value : otherwise;
}

/** By the id of the kind. A kind without capacity and usage costs nothing here, and says why. */
export const KIND_PRICES: Readonly<Record<string, KindPrice>> = {
  client: { basis: 'Clients are the users’ own machines: free.', source: '' },
  dns: {
    basis: '0.40 per million queries that reach the name servers.',
    source: 'https://aws.amazon.com/route53/pricing/',
    usage: ({ requestsPerSec, metrics }) => perHour(metrics['lookups'] ?? requestsPerSec, DNS_MILLION),
  },
  cdn: {
    basis: '0.01 per 10 000 requests. Bytes (0.085 per GB) are not counted.',
    source: 'https://aws.amazon.com/cloudfront/pricing/',
    usage: ({ requestsPerSec }) => perHour(requestsPerSec, CDN_MILLION),
  },
  'load-balancer': {
    basis: '0.0225 per hour, and 0.008 per hour for each 1000 requests a second.',
    source: 'https://aws.amazon.com/elasticloadbalancing/pricing/',
    capacity: () => BALANCER_HOUR,
    usage: ({ requestsPerSec }) => (requestsPerSec / REQUESTS_PER_LCU) * LCU_HOUR,
  },
  'api-gateway': {
    basis: '1.00 per million requests (HTTP API).',
    source: 'https://aws.amazon.com/api-gateway/pricing/',
    usage: ({ requestsPerSec }) => perHour(requestsPerSec, GATEWAY_MILLION),
  },
  service: {
    basis: '0.0408 per hour for each virtual CPU; two for an instance that does not say how many cores it has.',
    source: 'https://aws.amazon.com/ec2/pricing/on-demand/',
    // An autoscaler changes the number: what was there is paid.
    capacity: (config, { metrics }) =>
      (metrics['instances'] ?? count(config, 'instances', 1)) * (count(config, 'cores', 0) || NODE_VCPUS) * VCPU_HOUR,
  },
  worker: {
    basis: '0.0408 per hour: one virtual CPU.',
    source: 'https://aws.amazon.com/ec2/pricing/on-demand/',
    capacity: () => VCPU_HOUR,
  },
  function: {
    basis: '0.20 per million calls, and 0.0000166667 per GB and second of running, at 512 MB.',
    source: 'https://aws.amazon.com/lambda/pricing/',
    usage: ({ requestsPerSec, inSystem }) =>
      perHour(requestsPerSec, FUNCTION_MILLION) + inSystem * SECONDS_PER_HOUR * FUNCTION_GB * FUNCTION_GB_SECOND,
  },
  'external-api': { basis: 'Its price is its owner’s affair: not counted.', source: '' },
  redis: {
    basis: '0.15 per hour: one node with two virtual CPUs.',
    source: 'https://aws.amazon.com/elasticache/pricing/',
    capacity: () => REDIS_NODE_HOUR,
  },
  'sql-database': {
    basis:
      '0.16 per hour for each two virtual CPUs of the primary and of every replica. Storage (0.115 per GB and month) is not counted.',
    source: 'https://aws.amazon.com/rds/postgresql/pricing/',
    capacity: (config) =>
      (1 + count(config, 'replicas', 0)) * (count(config, 'cores', NODE_VCPUS) / NODE_VCPUS) * SQL_NODE_HOUR,
  },
  'object-store': {
    basis: '0.0004 per 1000 GET and 0.005 per 1000 PUT. Storage (0.023 per GB and month) is not counted.',
    source: 'https://aws.amazon.com/s3/pricing/',
    usage: ({ metrics }) => perHour(metrics['gets'] ?? 0, GET_MILLION) + perHour(metrics['puts'] ?? 0, PUT_MILLION),
  },
  'search-index': {
    basis: '0.13 per hour for each copy of each shard with up to two virtual CPUs: a machine of one’s own with an SSD.',
    source: 'https://aws.amazon.com/ec2/pricing/on-demand/',
    capacity: (config) =>
      count(config, 'shards', 1) *
      (1 + count(config, 'replicas', 0)) *
      Math.max(1, count(config, 'cores', 1) / NODE_VCPUS) *
      STORAGE_NODE_HOUR,
  },
  topic: {
    basis: '0.50 per million messages published. Deliveries to queues are free.',
    source: 'https://aws.amazon.com/sns/pricing/',
    usage: ({ requestsPerSec }) => perHour(requestsPerSec, TOPIC_MILLION),
  },
  'cloud-queue': {
    basis: '0.40 per million requests: sends, receives and deletes. Receives of several messages count once.',
    source: 'https://aws.amazon.com/sqs/pricing/',
    usage: ({ requestsPerSec, metrics }) =>
      perHour(requestsPerSec + (metrics['deleted'] ?? 0) + (metrics['emptyReceives'] ?? 0), CLOUD_QUEUE_MILLION),
  },
  queue: {
    basis: '0.29 per hour for each node, as of a managed broker.',
    source: 'https://aws.amazon.com/amazon-mq/pricing/',
    capacity: (config) => (config['type'] === 'quorum' ? count(config, 'replicas', 1) : 1) * QUEUE_NODE_HOUR,
  },
  kafka: {
    basis: '0.21 per hour for each broker. Storage (0.10 per GB and month) is not counted.',
    source: 'https://aws.amazon.com/msk/pricing/',
    capacity: (config) => count(config, 'brokers', BROKERS) * BROKER_HOUR,
  },
  'quorum-store': {
    basis: '0.13 per hour for each node: a machine of one’s own with an SSD.',
    source: 'https://aws.amazon.com/ec2/pricing/on-demand/',
    capacity: (config) => count(config, 'nodes', 3) * STORAGE_NODE_HOUR,
  },
  'consensus-store': {
    basis: '0.13 per hour for each node: a machine of one’s own with an SSD.',
    source: 'https://aws.amazon.com/ec2/pricing/on-demand/',
    capacity: (config) => count(config, 'nodes', 3) * STORAGE_NODE_HOUR,
  },
  'transaction-coordinator': {
    basis: '0.0408 per hour for each virtual CPU.',
    source: 'https://aws.amazon.com/ec2/pricing/on-demand/',
    capacity: (config) => count(config, 'cores', NODE_VCPUS) * VCPU_HOUR,
  },
  'service-registry': {
    basis: '0.0408 per hour for each virtual CPU.',
    source: 'https://aws.amazon.com/ec2/pricing/on-demand/',
    capacity: (config) => count(config, 'cores', NODE_VCPUS) * VCPU_HOUR,
  },
  'lock-service': {
    basis: '0.0408 per hour for each virtual CPU.',
    source: 'https://aws.amazon.com/ec2/pricing/on-demand/',
    capacity: (config) => count(config, 'cores', NODE_VCPUS) * VCPU_HOUR,
  },
  autoscaler: { basis: 'It comes with the platform: free. What it adds is paid where it is added.', source: HPA },
};
