/**
 * The processors of the nodes of a cluster: on each node, cores shared equally by its jobs. A frozen node's jobs stand
 * still, a crashed one's are gone. Jobs are named by tickets of any size.
 */
import type { Context } from '../behaviour';
import { ProcessorSharing } from './processor-sharing';

export class NodeWork {
  readonly #context: Context;
  readonly #timerType: number;
  readonly #done: (node: number, ticket: number) => void;
  readonly #dropped: (ticket: number) => void;
  readonly #nodes: WorkingNode[] = [];
  #cores = 1;
  #size = 0;

  /** The owner hands timers (timerType, node, generation) to `timer`. `dropped`: the job has gone with its node. */
  constructor(
    context: Context,
    timerType: number,
    done: (node: number, ticket: number) => void,
    dropped: (ticket: number) => void = () => {},
  ) {
    this.#context = context;
    this.#timerType = timerType;
    this.#done = done;
    this.#dropped = dropped;
  }

  configure(size: number, cores: number): void {
    this.#size = size;
    this.#cores = cores;
    while (this.#nodes.length < size) {
      const node = this.#nodes.length;
      const tickets: number[] = [];
      const free: number[] = [];
      const sharing = new ProcessorSharing(this.#context, cores, this.#timerType, node, (item) => {
        free.push(item);
        this.#done(node, tickets[item]!);
      });
      this.#nodes.push({ sharing, tickets, free, slowness: 1, frozen: false });
    }
    this.#nodes.forEach((node, i) => {
      if (i >= size) this.clear(i);
      if (!node.frozen) node.sharing.setCores(cores);
    });
    this.report();
  }

  /** A job of so many microseconds of work at usual speed. */
  add(node: number, ticket: number, micros: number): void {
    const { sharing, tickets, free, slowness } = this.#nodes[node]!;
    const item = free.pop() ?? tickets.length;
    tickets[item] = ticket;
    sharing.add(item, this.#context.work(Math.floor(micros * slowness + 0.5)));
    this.#report(node);
  }

  slow(node: number, factor: number): void {
    this.#nodes[node]!.slowness = factor;
  }

  freeze(node: number, on: boolean): void {
    const state = this.#nodes[node]!;
    state.frozen = on;
    state.sharing.setCores(on ? 0 : this.#cores);
    this.#report(node);
  }

  /** The jobs of a node are gone with its process. */
  clear(node: number): void {
    const state = this.#nodes[node]!;
    state.sharing.clear();
    state.tickets.forEach((ticket, item) => {
      if (!state.free.includes(item)) this.#dropped(ticket);
    });
    state.tickets.length = 0;
    state.free.length = 0;
    state.frozen = false;
    state.sharing.setCores(this.#cores);
    this.#report(node);
  }

  clearAll(): void {
    for (let node = 0; node < this.#nodes.length; node++) this.clear(node);
  }

  timer(node: number, generation: number): void {
    this.#nodes[node]!.sharing.timer(generation);
    this.#report(node);
  }

  report(): void {
    for (let node = 0; node < this.#nodes.length; node++) this.#report(node);
  }

  #report(node: number): void {
    const { sharing } = this.#nodes[node]!;
    this.#context.busy(sharing.busy, node < this.#size ? this.#cores : 0, node);
  }
}

interface WorkingNode {
  readonly sharing: ProcessorSharing;
  readonly tickets: number[];
  readonly free: number[];
  slowness: number;
  frozen: boolean;
}
