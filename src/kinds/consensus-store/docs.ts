import type { KindDocs } from '../kind';
import { ETCD_GUARANTEES, ETCD_PERFORMANCE, ETCD_TUNING, RAFT_PAPER, RAFT_THESIS } from './fields';

export const docs: KindDocs = {
  models: [
    'Raft, message by message: terms, votes that survive a crash, elections with randomised timeouts, pre-vote and check-quorum, a log on each node that is repaired by its leader, and commitment by a majority in the current term.',
    'A write ends when the disks of a majority have it: the time of the slower of the own disk and the quickest followers that make a majority. Entries that come during a flush share the next. Followers learn what is committed with the next message of their leader.',
    'Reads by a round of heartbeats (ReadIndex), by a lease of the leader, or from the node at hand.',
    'Clients talk to a node of their choice; a follower passes on to the leader what only the leader may do.',
    'Nodes that crash, freeze, are slow, are cut off from each other or have a clock that runs wrong. A frozen leader goes on afterwards as if nothing had happened, and is told by the first answer that it was deposed.',
    'Stale reads and lost writes are measured by an observer that sees everything, and every operation is kept for a check of consistency.',
  ],
  leavesOut: [
    'Transactions, watches, leases of keys and sessions: a request reads or writes one key.',
    'How members are added and removed: it happens at once, and all logs are made equal while it does.',
    'Client sessions that recognise a repeated write: a retry is a second write.',
    'The size of entries and the time that a snapshot takes. A follower far behind gets everything in one message.',
    'The work of followers for what they replicate takes no core from requests.',
  ],
  tryThis: [
    'Crash the leader: nobody is served until a timeout is over, and the term goes up by one.',
    'Cut the leader off with a minority, with and without checking its majority, and watch what its clients get.',
    'Let reads come from the node at hand, cut a follower off, and count the stale reads. Then check the history.',
    'Make the disks slow and the election timeout shorter than a flush, and watch leaders change without any failure.',
    'Compare four nodes with three: how many may crash?',
  ],
  sources: [
    { title: 'Ongaro, Ousterhout: In Search of an Understandable Consensus Algorithm', url: RAFT_PAPER },
    { title: 'Ongaro: Consensus: Bridging Theory and Practice', url: RAFT_THESIS },
    { title: 'etcd: tuning of heartbeats and elections', url: ETCD_TUNING },
    { title: 'etcd: performance', url: ETCD_PERFORMANCE },
    { title: 'etcd: guarantees of its interface', url: ETCD_GUARANTEES },
  ],
};
