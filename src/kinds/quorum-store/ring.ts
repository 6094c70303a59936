import { HashRing } from '../../engine/resources/hash-ring';

/** Points of a node on the ring, as Cassandra's num_tokens. */
const POINTS = 16;

/** Which nodes keep a key: the first so many different ones that follow its place on the ring. */
export class ReplicaRing {
  readonly replicas: number;
  /** Of the key asked for last, in the order of the ring. */
  readonly members: Int32Array;
  readonly #ring: HashRing;

  constructor(nodes: number, replicas: number) {
    this.replicas = Math.min(nodes, replicas);
    this.members = new Int32Array(this.replicas);
    const members = Array.from({ length: nodes }, (_, node) => ({ name: `node ${node + 1}`, weight: 1 }));
    this.#ring = new HashRing(members, POINTS);
  }

  /** Puts the nodes of a key into `members` and returns them as bits. */
  find(key: number): number {
    let mask = 0;
    let count = 0;
    for (let place = this.#ring.start(key); count < this.replicas; place++) {
      const node = this.#ring.owner(place);
      if ((mask & (1 << node)) !== 0) continue;
      mask |= 1 << node;
      this.members[count++] = node;
    }
    return mask;
  }
}
