import type { BehaviourClass } from './kind';
import { ApiGateway } from './api-gateway/api-gateway-behaviour';
import { Autoscaler } from './autoscaler/autoscaler-behaviour';
import { Cdn } from './cdn/cdn-behaviour';
import { CloudQueue } from './cloud-queue/cloud-queue-behaviour';
import { Client } from './client/client-behaviour';
import { ConsensusStore } from './consensus-store/consensus-store-behaviour';
import { Dns } from './dns/dns-behaviour';
import { ExternalApi } from './external-api/external-api-behaviour';
import { ServerlessFunction } from './function/function-behaviour';
import { Kafka } from './kafka/kafka-behaviour';
import { LoadBalancer } from './load-balancer/load-balancer-behaviour';
import { LockService } from './lock-service/lock-service-behaviour';
import { ObjectStore } from './object-store/object-store-behaviour';
import { Queue } from './queue/queue-behaviour';
import { QuorumStore } from './quorum-store/quorum-store-behaviour';
import { Redis } from './redis/redis-behaviour';
import { SearchIndex } from './search-index/search-index-behaviour';
import { Service } from './service/service-behaviour';
import { ServiceRegistry } from './service-registry/service-registry-behaviour';
import { SqlDatabase } from './sql-database/sql-database-behaviour';
import { Topic } from './topic/topic-behaviour';
import { Worker } from './worker/worker-behaviour';
import { TransactionCoordinator } from './transaction-coordinator/transaction-coordinator-behaviour';

/** What each kind does, by its id. The contract test holds this list and the registry together. */
export const BEHAVIOURS: Readonly<Record<string, BehaviourClass>> = {
  'api-gateway': ApiGateway,
  autoscaler: Autoscaler,
  cdn: Cdn,
  client: Client,
  'cloud-queue': CloudQueue,
  'consensus-store': ConsensusStore,
  dns: Dns,
  'external-api': ExternalApi,
  function: ServerlessFunction,
  kafka: Kafka,
  'load-balancer': LoadBalancer,
  'lock-service': LockService,
  'object-store': ObjectStore,
  queue: Queue,
  'quorum-store': QuorumStore,
  redis: Redis,
  'search-index': SearchIndex,
  service: Service,
  'service-registry': ServiceRegistry,
  'sql-database': SqlDatabase,
  topic: Topic,
  worker: Worker,
  'transaction-coordinator': TransactionCoordinator,
};
