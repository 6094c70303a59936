/**
 * What becomes of a change that a node has made: it goes into the log for the replicas, waits until enough of them have
 * it (WAIT), and is answered. An answer that comes through is a promise.
 */
import type { Context, MetricHandle } from '../../engine/behaviour';
import { type CallId, FLAG } from '../../engine/calls';
import { PRIORITY } from '../../engine/event-queue';
import { HeldCalls } from '../../engine/resources/held-calls';
import { causeCode, RESET } from '../../model/outcome';
import { fromMs, MICROS_PER_SECOND } from '../../model/units';
import type { Callers } from './callers';
import { ANSWER, NODE, OFFSET, SINCE, TIMER } from './parts';
import type { NodeSettings, StoreNode } from './store-node';
import type { Topology } from './topology';

const TOO_FEW = causeCode('not-enough-replicas');

/** WAIT: how often it is looked again, and how long a write waits in all. */
const ASK_AGAIN = 20_000;
const WAIT_AT_MOST = MICROS_PER_SECOND;

export class Writes {
  /** Calls that wait for replicas. */
  readonly #waiting = new HeldCalls();
  readonly #context: Context;
  readonly #settings: NodeSettings;
  readonly #topology: Topology;
  readonly #callers: Callers;
  readonly #divergedWrites: MetricHandle;

  constructor(context: Context, settings: NodeSettings, topology: Topology, callers: Callers) {
    this.#context = context;
    this.#settings = settings;
    this.#topology = topology;
    this.#callers = callers;
    this.#divergedWrites = context.counter('divergedWrites');
  }

  changed(call: CallId, node: StoreNode, key: number, expiry: number, result: number): void {
    const context = this.#context;
    const { config } = this.#settings;
    if (config.mode === 'single') {
      context.succeed(call, result);
      return;
    }
    const { calls } = context;
    const shard = this.#topology.shardWith(node);
    const offset = node === shard.master ? shard.append(key, expiry, calls.bytes(call)) : -1;
    calls.setWork(call, OFFSET, offset);
    calls.setWork(call, ANSWER, result);
    if (config.waitReplicas === 0) {
      this.#answer(call, node);
      return;
    }
    calls.setWork(call, SINCE, Math.floor(context.now / 1000) | 0);
    this.#waiting.add(call);
    const wayAndBack = 2 * fromMs(config.replicationDelayMs);
    context.after(wayAndBack, PRIORITY.completion, TIMER.waited, call, calls.stamp(call));
  }

  timer(call: CallId, stamp: number): void {
    if (this.#waiting.has(call) && this.#context.calls.stamp(call) === stamp) this.#askReplicas(call);
  }

  #askReplicas(call: CallId): void {
    const context = this.#context;
    const { calls } = context;
    const { waitReplicas } = this.#settings.config;
    const node = this.#topology.nodes[calls.work(call, NODE)];
    const shard = node && this.#topology.shardWith(node);
    const offset = calls.work(call, OFFSET);
    const waited = Math.floor(context.now / 1000) - calls.work(call, SINCE);
    if (node && node === shard?.master && offset >= 0 && shard.confirmed(offset) >= waitReplicas) {
      this.#waiting.remove(call);
      this.#answer(call, node);
    } else if (waited * 1000 >= WAIT_AT_MOST) {
      this.#waiting.remove(call);
      context.fail(call, TOO_FEW);
    } else context.after(ASK_AGAIN, PRIORITY.completion, TIMER.waited, call, calls.stamp(call));
  }

  /** The answer to a change. If it comes through to one who waits for it, it is a promise. */
  #answer(call: CallId, node: StoreNode): void {
    const context = this.#context;
    const { calls } = context;
    if (!this.#callers.reaches(calls.connection(call), node)) {
      this.#callers.hang(call);
      return;
    }
    const heard = (calls.flags(call) & (FLAG.sourceDone | FLAG.detached)) === 0;
    if (heard && calls.write(call) === 1) {
      const shard = this.#topology.shardWith(node);
      if (node === shard.master) shard.log.promise(calls.work(call, OFFSET));
      else {
        shard.strayPromised++;
        context.count(this.#divergedWrites);
      }
    }
    context.succeed(call, calls.work(call, ANSWER));
  }

  /** Whoever waits for this node is reset. */
  reset(node: StoreNode): void {
    const { calls } = this.#context;
    this.#waiting.each((call) => {
      if (calls.work(call, NODE) !== node.index) return;
      this.#waiting.remove(call);
      this.#context.fail(call, RESET);
    });
  }

  clear(): void {
    this.#waiting.clear();
  }
}
