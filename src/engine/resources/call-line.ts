/**
 * Lines of calls by class, from which any call may leave in constant time: for queue disciplines and for callers who give
 * up. A call is in at most one of the lines that share their links. Allocates only while the number of calls grows.
 */
const NONE = -1;

/** Number of classes: class 0 goes first. */
export const CLASSES = 4;

export class CallLinks {
  before = new Int32Array(64);
  after = new Int32Array(64);
  classes = new Uint8Array(64);

  /** Makes room for calls with numbers up to this one. */
  reserve(call: number): void {
    if (call < this.before.length) return;
    let length = this.before.length;
    while (length <= call) length *= 2;
    const [before, after, classes] = [new Int32Array(length), new Int32Array(length), new Uint8Array(length)];
    before.set(this.before);
    after.set(this.after);
    classes.set(this.classes);
    this.before = before;
    this.after = after;
    this.classes = classes;
  }
}

export class CallLine {
  length = 0;
  readonly #first = new Int32Array(CLASSES).fill(NONE);
  readonly #last = new Int32Array(CLASSES).fill(NONE);
  readonly #links: CallLinks;

  constructor(links: CallLinks) {
    this.#links = links;
  }

  /** Joins the end of its class. */
  push(call: number, ofClass = 0): void {
    const links = this.#links;
    links.reserve(call);
    const last = this.#last[ofClass]!;
    links.classes[call] = ofClass;
    links.before[call] = last;
    links.after[call] = NONE;
    if (last >= 0) links.after[last] = call;
    else this.#first[ofClass] = call;
    this.#last[ofClass] = call;
    this.length++;
  }

  /** Takes the oldest of the first class with any, or −1. */
  shift(): number {
    return this.#take(this.#first);
  }

  /** Takes the youngest of the first class with any, or −1. */
  pop(): number {
    return this.#take(this.#last);
  }

  /** A call that stands in this line leaves it. */
  remove(call: number): void {
    const links = this.#links;
    const [before, after, ofClass] = [links.before[call]!, links.after[call]!, links.classes[call]!];
    if (before >= 0) links.after[before] = after;
    else this.#first[ofClass] = after;
    if (after >= 0) links.before[after] = before;
    else this.#last[ofClass] = before;
    this.length--;
  }

  /** Sorts everybody anew: `order` says who came first, `classOf` where each belongs. */
  sort(order: (call: number) => number, classOf: (call: number) => number): void {
    const calls: number[] = [];
    for (let call = this.shift(); call >= 0; call = this.shift()) calls.push(call);
    calls.sort((a, b) => order(a) - order(b));
    for (const call of calls) this.push(call, classOf(call));
  }

  clear(): void {
    this.length = 0;
    this.#first.fill(NONE);
    this.#last.fill(NONE);
  }

  #take(ends: Int32Array): number {
    if (this.length === 0) return NONE;
    let ofClass = 0;
    while (ends[ofClass]! < 0) ofClass++;
    const call = ends[ofClass]!;
    this.remove(call);
    return call;
  }
}
