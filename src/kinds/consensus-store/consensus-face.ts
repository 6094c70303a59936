import type { ClusterNet } from '../../engine/resources/cluster-net';
import type { Raft } from '../../engine/raft/raft';
import { NONE, type RaftNode, ROLE } from '../../engine/raft/raft-node';
import type { FaceWriter } from '../../model/face';

/** Of the logs, the last so many entries are shown. */
const WINDOW = 12;

/** In the order of the roles of the face. */
const FOLLOWS = 0;
const CANVASSES = 1;
const LEADS = 2;
const DOWN = 3;
const FROZEN = 4;

export function writeFace(writer: FaceWriter, net: ClusterNet, raft: Raft): void {
  const { leader, nodes } = raft;
  let term = 0;
  let last = 0;
  let leaders = 0;
  nodes.forEach((node, i) => {
    term = Math.max(term, node.term);
    last = Math.max(last, node.log.last);
    if (raft.leads(i)) leaders++;
  });
  const phrase = leader === NONE ? 1 : leaders > 1 ? 2 : 0;
  writer.put(phrase);
  if (leader !== NONE) writer.put(leader + 1);
  writer.put(term);
  const before = Math.max(0, last - WINDOW);
  const shown = (index: number): number => Math.max(0, index - before);
  const guide = leader === NONE ? null : nodes[leader]!;
  writer.put(nodes.length);
  writer.put(WINDOW);
  nodes.forEach((node, i) => {
    writer.put(roleOf(net, node, i));
    writer.put(net.sideOf(i));
    writer.put(shown(node.commit));
    writer.put(shown(guide ? agreeing(node, guide, before) : node.log.last));
    writer.put(shown(node.log.last));
    writer.put(node.term);
  });
}

function roleOf(net: ClusterNet, { role }: RaftNode, node: number): number {
  if (net.isDown(node)) return DOWN;
  if (net.isPaused(node)) return FROZEN;
  if (role === ROLE.leader) return LEADS;
  return role === ROLE.follower ? FOLLOWS : CANVASSES;
}

/** The last index at which a log is the same as the leader's, as far as it is shown. */
function agreeing(node: RaftNode, guide: RaftNode, before: number): number {
  let index = Math.min(node.log.last, guide.log.last);
  while (index > before && index > node.commit && node.log.term(index) !== guide.log.term(index)) index--;
  return index;
}
