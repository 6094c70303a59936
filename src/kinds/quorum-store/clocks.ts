/** So that stamps stay above zero however wrong a clock is: 10 days. */
const BASE = 864_000_000_000;
/** Room for the node's number in a stamp, so that no two nodes make the same. */
const NODES = 16;
/** Stamps of writes that come within a millisecond are told apart by counting on. */
const NEAR = 1000 * NODES;

/** The clocks of the nodes, which stamp the versions. */
export class Clocks {
  readonly #skew = new Float64Array(NODES);
  readonly #last = new Float64Array(NODES);

  reset(): void {
    this.#skew.fill(0);
  }

  skew(node: number, micros: number): void {
    this.#skew[node]! += micros;
  }

  /** A stamp that this node has never given. */
  stamp(node: number, now: number): number {
    let stamp = (now + this.#skew[node]! + BASE) * NODES + node;
    const last = this.#last[node]!;
    if (stamp <= last && last - stamp < NEAR) stamp = last + NODES;
    this.#last[node] = stamp;
    return stamp;
  }
}
