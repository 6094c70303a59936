import type { KindDocs } from '../kind';
import { CONFIRM_DOCS, CONSUMER_DOCS, DLX_DOCS, LENGTH_DOCS, MEMORY_DOCS, QUORUM_DOCS, TTL_DOCS } from './fields';

export const docs: KindDocs = {
  models: [
    'One queue with competing consumers: each message goes to one of them. Messages are pushed to consumers in turn, as far as the prefetch of each allows.',
    'A message is kept until the consumer acknowledges it, which it does when the delivered call succeeds. When the call fails, when it is not answered within the timeout of the connection, or when the consumer crashes, the message takes its old place and is delivered again: at least once.',
    'Acknowledged as soon as it is sent: at most once. Nothing holds messages back then, so a slow consumer is flooded.',
    'Dead letters: a message that was rejected, has expired, was pushed out of a full queue, or returned more often than the delivery limit goes over the connections to other queues and topics. Without one it is discarded.',
    'A quorum queue is replicated: the leader ships messages to followers in rounds and confirms what a majority has on disk. When the leader dies or is cut off, followers elect another; what was committed is still there.',
    'A classic queue is on one node. Persistent messages survive a crash of it, others are lost.',
    'Time to live from the moment of publishing, a limit on the waiting messages, and a memory alarm that blocks publishers.',
    'One process on one core accepts messages one after another.',
  ],
  leavesOut: [
    'Exchanges and bindings: use a topic for copies, and a connection for each operation for routing.',
    'Acknowledgements are not replicated: one that was given survives any change of leader.',
    'Deliveries cost the queue no time of its own. Priorities, lazy loading from disk, streams and single active consumers.',
    'Every return counts towards the delivery limit. Since RabbitMQ 4.3 one that is handed back with basic.nack or taken back after a timeout does not count, and one that is rejected (basic.reject) does.',
    'A timeout takes back the one message; RabbitMQ before 4.3 closes the channel and takes back all of it, after 30 minutes.',
    'Publishers always reach the leader, and wait while there is none. Nodes have the same distance to each other, whatever zones you draw.',
    'Votes compare what a node has on disk, not the terms of its entries.',
  ],
  tryThis: [
    'Crash the consumer: what it held returns to the queue, and is delivered again after the restart.',
    'Let one message in a hundred fail always, in a classic queue without dead letters: they circle until they keep every consumer busy.',
    'Crash the leader under load: publishing stands still for a second or two, and no confirmed message is lost. Then crash a second node of three.',
    'Connect a second worker and set the prefetch of the first to 1000: it hoards the backlog, and the other has nothing to do.',
    'Publish more than the consumers can do, without a limit and with one, and compare the age of what they work on.',
  ],
  sources: [
    { title: 'RabbitMQ: consumer acknowledgements and publisher confirms', url: CONFIRM_DOCS },
    { title: 'RabbitMQ: quorum queues', url: QUORUM_DOCS },
    { title: 'RabbitMQ: negative acknowledgements', url: 'https://www.rabbitmq.com/docs/nack' },
    { title: 'RabbitMQ: consumers', url: CONSUMER_DOCS },
    { title: 'RabbitMQ: dead letter exchanges', url: DLX_DOCS },
    { title: 'RabbitMQ: time to live', url: TTL_DOCS },
    { title: 'RabbitMQ: queue length limit', url: LENGTH_DOCS },
    { title: 'RabbitMQ: memory threshold and limit', url: MEMORY_DOCS },
    {
      title: 'Ongaro and Ousterhout: In Search of an Understandable Consensus Algorithm',
      url: 'https://raft.github.io/raft.pdf',
    },
  ],
};
