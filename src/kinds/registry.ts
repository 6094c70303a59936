import type { Kind } from './kind';
import { apiGateway } from './api-gateway/api-gateway';
import { autoscaler } from './autoscaler/autoscaler';
import { cdn } from './cdn/cdn';
import { cloudQueue } from './cloud-queue/cloud-queue';
import { client } from './client/client';
import { consensusStore } from './consensus-store/consensus-store';
import { dns } from './dns/dns';
import { externalApi } from './external-api/external-api';
import { serverlessFunction } from './function/function';
import { kafka } from './kafka/kafka';
import { loadBalancer } from './load-balancer/load-balancer';
import { lockService } from './lock-service/lock-service';
import { objectStore } from './object-store/object-store';
import { queue } from './queue/queue';
import { quorumStore } from './quorum-store/quorum-store';
import { redis } from './redis/redis';
import { searchIndex } from './search-index/search-index';
import { service } from './service/service';
import { serviceRegistry } from './service-registry/service-registry';
import { sqlDatabase } from './sql-database/sql-database';
import { topic } from './topic/topic';
import { worker } from './worker/worker';
import { transactionCoordinator } from './transaction-coordinator/transaction-coordinator';

/** Every kind, in palette order. Adding a kind adds its folder and one line here. */
export const KINDS: readonly Kind[] = [
  client,
  dns,
  cdn,
  loadBalancer,
  apiGateway,
  service,
  serverlessFunction,
  externalApi,
  redis,
  sqlDatabase,
  objectStore,
  searchIndex,
  quorumStore,
  consensusStore,
  queue,
  cloudQueue,
  kafka,
  topic,
  worker,
  serviceRegistry,
  autoscaler,
  lockService,
  transactionCoordinator,
];

const byId = new Map(KINDS.map((kind) => [kind.id, kind]));

export function findKind(id: string): Kind | undefined {
  return byId.get(id);
}

/** The kind with this id. Throws when there is none: validate documents first. */
export function kindOf(id: string): Kind {
  const kind = byId.get(id);
  if (!kind) throw new Error(`no kind ${id}`);
  return kind;
}
