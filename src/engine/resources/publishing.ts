/**
 * The messages of a component that tell of its writes to a database: published directly or through an outbox in that
 * database. One for each connection that publishes.
 *
 * Both ends are watched from outside: a commit and a publication count when the database and the broker have done them,
 * even if nobody is left to hear of it. Commits and publications of one request are told by the request they began with.
 */
import { VERB } from '../../model/meaning';
import { OUTBOX_METRICS } from '../../model/outbox-metrics';
import { type Plan, type PlanTarget, storeOfMessages, takesStep } from '../../model/plan';
import type { Context, MetricHandle } from '../behaviour';
import { type CallId, NO_CALL } from '../calls';
import { PRIORITY } from '../event-queue';
import type { RandomStream } from '../random';
import { CACHE_TIMER, PHASE, type Target } from './cache-step';
import { Outbox, type OutboxRow } from './outbox';

/** Requests whose commits and publications differ are remembered up to so many; older ones stay counted as they are. */
const MOST = 100_000;

/** A connection that publishes. */
interface Channel {
  readonly outbox: Outbox;
  target: Target;
  /** Number of its step × 16. */
  number: number;
  /** Where the write is that the messages tell of, and whether they lie there in an outbox. */
  store: Target | null;
  boxed: boolean;
  /** Whether the broker has taken the oldest row: what a fallback answers is no acknowledgement. */
  landed: boolean;
  /** Commits minus publications by request, without zeros. */
  readonly balance: Map<number, number>;
}

export class Publishing {
  readonly #context: Context;
  readonly #choice: RandomStream;
  readonly #channels: Channel[] = [];
  readonly #channelOf = new Map<string, Channel>();
  readonly #missing: MetricHandle;
  readonly #extra: MetricHandle;
  readonly #waiting: MetricHandle;
  #unpublishedNow = 0;
  #extraNow = 0;
  readonly #row: OutboxRow = { key: 0, operation: 0, priority: 0, bytes: 0, user: 0, root: 0 };

  constructor(context: Context, choice: RandomStream) {
    this.#context = context;
    this.#choice = choice;
    const [missing, extra, waiting] = OUTBOX_METRICS.map(({ id }) => context.gauge(id));
    this.#missing = missing!;
    this.#extra = extra!;
    this.#waiting = waiting!;
  }

  /** A new plan; `numberOf` is the number of the step that publishes over a connection, × 16. */
  rewire(plan: Plan<Target>, numberOf: (target: Target) => number): void {
    for (const { index } of this.#context.outgoing) this.#context.watch(index, null);
    for (const channel of this.#channels) channel.store = null;
    for (const step of plan.stages.flat()) {
      if (step.type !== 'call' || step.target.meaning !== 'publish') continue;
      const { target } = step;
      // Refusals and compensations are told, not committed.
      if (target.config.tells !== 'done') continue;
      const before = storeOfMessages(plan, target, true);
      const store = before ?? storeOfMessages(plan, target, false);
      if (!store) continue;
      const channel = this.#channel(target);
      channel.target = target;
      channel.number = numberOf(target);
      channel.store = store;
      channel.boxed = before !== null && target.config.through === 'outbox';
      channel.outbox.pollMs = target.config.outboxPollMs;
      this.#context.watch(target.link, (call) => this.#landed(channel, call));
    }
    for (const store of new Set(this.#channels.map((channel) => channel.store))) {
      if (store) this.#context.watch(store.link, (call) => this.#committed(store, call));
    }
  }

  /** Whether the message of this request is in an outbox, so that the request does not publish. */
  boxes(target: PlanTarget, call: CallId): boolean {
    if (target.config.through !== 'outbox') return false;
    const channel = this.#channelOf.get(target.connection);
    const { calls } = this.#context;
    return (
      channel !== undefined &&
      channel.boxed &&
      channel.store !== null &&
      calls.write(call) === 1 &&
      takesStep(channel.store, true, calls.operation(call))
    );
  }

  timer(channel: number): void {
    this.#channels[channel]!.outbox.due();
  }

  /** A message that the relay sent has its outcome. */
  acknowledged(target: PlanTarget, published: boolean): void {
    const channel = this.#channelOf.get(target.connection)!;
    const gone = published && channel.landed;
    if (gone) channel.landed = false;
    channel.outbox.acknowledged(gone);
    this.#report();
  }

  /** The process died, and its relays with it. */
  stop(): void {
    for (const { outbox } of this.#channels) outbox.stop();
  }

  resume(): void {
    for (const { outbox } of this.#channels) outbox.resume();
  }

  #channel(target: Target): Channel {
    let channel = this.#channelOf.get(target.connection);
    if (channel) return channel;
    const context = this.#context;
    const index = this.#channels.length;
    const outbox = new Outbox({
      later: (micros) => void context.after(micros, PRIORITY.timer, CACHE_TIMER.relay, index),
      now: () => context.now,
      publish: (row) => {
        const { target: to, number } = this.#channels[index]!;
        const { traits } = context;
        traits.operation = row.operation;
        traits.priority = row.priority;
        traits.bytes = row.bytes;
        traits.user = row.user;
        traits.root = row.root;
        context.send(to.link, NO_CALL, VERB.publish, 1, row.key, number | PHASE.relay);
      },
    });
    channel = { outbox, target, number: 0, store: null, boxed: false, landed: false, balance: new Map() };
    this.#channels.push(channel);
    this.#channelOf.set(target.connection, channel);
    return channel;
  }

  /** The database has committed a write. */
  #committed(store: Target, call: CallId): void {
    const { calls } = this.#context;
    if (calls.write(call) !== 1 || calls.verb(call) !== VERB.query || calls.undoing(call)) return;
    const operation = calls.operation(call);
    for (const channel of this.#channels) {
      if (channel.store !== store || !takesStep(channel.target, true, operation)) continue;
      const { probabilityPercent } = channel.target.config;
      if (channel.boxed) {
        if (probabilityPercent < 100 && !this.#choice.chance(probabilityPercent / 100)) continue;
        const row = this.#row;
        row.key = calls.key(call);
        row.operation = operation;
        row.priority = calls.priority(call);
        row.bytes = calls.bytes(call);
        row.user = calls.user(call);
        row.root = calls.rootSerial(call);
        channel.outbox.committed(row);
      } else if (probabilityPercent < 100) continue;
      this.#count(channel, calls.rootSerial(call), 1);
    }
    this.#report();
  }

  /** The broker has taken a message. */
  #landed(channel: Channel, call: CallId): void {
    const { calls } = this.#context;
    const { store, boxed, target } = channel;
    if (calls.rootSerial(call) === channel.outbox.oldestRoot) channel.landed = true;
    if (!store || calls.write(call) !== 1 || !takesStep(store, true, calls.operation(call))) return;
    if (!boxed && target.config.probabilityPercent < 100) return;
    this.#count(channel, calls.rootSerial(call), -1);
    this.#report();
  }

  #count({ balance }: Channel, root: number, by: number): void {
    const before = balance.get(root) ?? 0;
    const after = before + by;
    this.#unpublishedNow += Math.max(0, after) - Math.max(0, before);
    this.#extraNow += Math.max(0, -after) - Math.max(0, -before);
    if (after === 0) {
      balance.delete(root);
      return;
    }
    if (before === 0 && balance.size >= MOST) {
      for (const oldest of balance.keys()) if (balance.delete(oldest)) break;
    }
    balance.set(root, after);
  }

  #report(): void {
    const context = this.#context;
    let waiting = 0;
    let safe = 0;
    for (const { outbox, landed } of this.#channels) {
      waiting += outbox.waiting;
      safe += outbox.waiting - (landed ? 1 : 0);
    }
    context.level(this.#missing, this.#unpublishedNow - safe);
    context.level(this.#extra, this.#extraNow);
    context.level(this.#waiting, waiting);
  }
}
