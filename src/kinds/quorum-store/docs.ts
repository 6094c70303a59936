import type { KindDocs } from '../kind';
import { CASSANDRA_DYNAMO, CASSANDRA_HINTS, CASSANDRA_REPAIR, CASSANDRA_YAML, DYNAMO_PAPER, PBS_PAPER } from './fields';

export const docs: KindDocs = {
  models: [
    'Any node takes a request and coordinates it: it asks the replicas of the key, which follow each other on a ring, and answers when enough of them have answered. Connections may ask for other numbers than the store.',
    'Versions carry the time of the clock of the node that took the write; the newest time wins, whatever came last.',
    'Signs of life between all nodes, and the time until a silent node is taken for dead; until then requests wait for it in vain.',
    'Without enough replicas the store refuses, or goes on with what it can reach. Hints, read repair and comparisons bring replicas together again.',
    'Nodes that crash, freeze, are slow, are cut off from each other or have a wrong clock.',
    'Stale reads, lost updates and keys that differ are counted by an observer that sees everything, and every operation is kept for a check of consistency.',
  ],
  leavesOut: [
    'Rows and columns, batches, lightweight transactions and counters: a request reads or writes one key.',
    'Versions that are kept side by side (vector clocks): the newest stamp always wins.',
    'Fallback nodes beyond the replicas: hints are kept by the node that took the write, as Cassandra does.',
    'Streaming: a node that joins has a copy of its share at once. Deleted keys, compaction and disks.',
    'The work of coordinating and of comparing takes no core. Digests are as expensive as data.',
  ],
  tryThis: [
    'Set R and W to 1 and count the stale reads; then make R + W greater than N.',
    'Partition the nodes, once refusing and once going on. Compare refused requests with lost updates.',
    'Set the clock of one node wrong and watch acknowledged writes disappear.',
    'Turn hints and read repair off and see how long replicas differ after a crash.',
    'Check the history: quorums that overlap are still not linearizable without read repair.',
  ],
  sources: [
    { title: 'DeCandia et al.: Dynamo, Amazon’s Highly Available Key-value Store', url: DYNAMO_PAPER },
    { title: 'Apache Cassandra: Dynamo (ring, replication, consistency levels)', url: CASSANDRA_DYNAMO },
    { title: 'Apache Cassandra: read repair', url: CASSANDRA_REPAIR },
    { title: 'Apache Cassandra: hints', url: CASSANDRA_HINTS },
    { title: 'Apache Cassandra: cassandra.yaml', url: CASSANDRA_YAML },
    { title: 'Bailis et al.: Probabilistically Bounded Staleness for Practical Partial Quorums', url: PBS_PAPER },
  ],
};
