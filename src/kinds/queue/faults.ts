import type { FaultSpec } from '../../model/faults';
import { choice } from '../../model/fields';

const which = choice({
  label: 'Which node',
  default: 'leader',
  options: [
    { value: 'leader', label: 'the leader', help: 'Everything goes through it, until there is another one.' },
    { value: 'follower', label: 'a follower', help: 'Nobody notices while a majority is left.' },
  ],
  help: 'Which node of the queue it happens to.',
});

export const NODE_CRASH: FaultSpec = {
  id: 'node-crash',
  label: 'Crash a node',
  undo: 'Restart the node',
  done: 'lost a node',
  undone: 'has its node back',
  help: 'One replica dies with its disk intact. A classic queue has only one node: crash the queue instead.',
  params: { which },
};

export const NODE_CUT: FaultSpec = {
  id: 'node-cut',
  label: 'Cut a node off',
  undo: 'Join it again',
  done: 'has a node cut off',
  undone: 'has its node joined again',
  help: 'One replica cannot reach the others any more. Publishers and consumers still reach whoever leads.',
  params: { which },
};
