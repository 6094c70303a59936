import type { Behaviour, Context, Link, MetricHandle } from '../../engine/behaviour';
import { type CallId, NO_CALL } from '../../engine/calls';
import { PRIORITY } from '../../engine/event-queue';
import { DeadLetters, isDeadLetter } from '../../engine/resources/dead-letters';
import { type MessageId, MessageStore } from '../../engine/resources/message-store';
import type { FaceWriter } from '../../model/face';
import type { Config } from '../../model/fields';
import { VERB } from '../../model/meaning';
import { OK, REFUSED, RESET } from '../../model/outcome';
import { fromMs } from '../../model/units';
import { Backlog } from './backlog';
import { Consumers } from './consumers';
import { HEADLINE } from './face';
import { NODE_CRASH, NODE_CUT } from './faults';
import type { QueueConfig } from './fields';
import { Intake } from './intake';
import { type Counters, queueCounters, STATE, TIMER } from './parts';
import { Replicas } from './replicas';

/** Tickets of deliveries that nobody will acknowledge, and of probes. Others are those of messages. */
const FORGOTTEN = -2;
const PROBE = -4;

export class Queue implements Behaviour {
  #config!: QueueConfig;
  #up = false;
  #leader = -1;
  /** Nodes that faults have taken away: crashed, and cut off. */
  #crashed = -1;
  #cutOff = -1;
  readonly #context: Context;
  readonly #store: MessageStore;
  readonly #letters: DeadLetters;
  readonly #backlog: Backlog;
  readonly #intake: Intake;
  readonly #consumers = new Consumers();
  readonly #replicas: Replicas;
  readonly #counters: Counters;
  readonly #ready: MetricHandle;
  readonly #unacked: MetricHandle;
  readonly #capacity: MetricHandle;
  readonly #blocked: MetricHandle;
  readonly #online: MetricHandle;

  constructor(config: QueueConfig, context: Context) {
    this.#context = context;
    this.#counters = queueCounters(context);
    this.#store = new MessageStore(context);
    this.#letters = new DeadLetters(context, this.#store, TIMER.letter);
    this.#backlog = new Backlog(context, this.#store, this.#letters, this.#counters);
    this.#replicas = new Replicas(
      context,
      TIMER.cluster,
      (entries) => this.#intake.committed(entries),
      () => this.#leadershipChanged(),
    );
    this.#intake = new Intake(context, this.#store, this.#replicas, this.#backlog, this.#counters);
    this.#ready = context.gauge('ready');
    this.#unacked = context.gauge('unacked');
    this.#capacity = context.gauge('consumerCapacity');
    this.#blocked = context.gauge('blocked');
    this.#online = context.gauge('online');
    this.#adopt(config);
  }

  start(): void {
    this.#up = true;
    this.#replicas.start();
    this.#applyNodeFaults();
    this.#backlog.start();
    this.#pump();
  }

  configure(config: QueueConfig): void {
    this.#adopt(config);
    this.#pump();
  }

  rewire(): void {
    const { outgoing } = this.#context;
    this.#consumers.rewire(outgoing.filter(({ meaning }) => meaning === 'deliver'));
    this.#letters.rewire(outgoing.filter(({ meaning }) => meaning === 'publish'));
    this.#pump();
  }

  arrive(call: CallId): void {
    this.#intake.offer(call);
    this.#report();
  }

  timer(type: number, a: number, b: number): void {
    switch (type) {
      case TIMER.accepted:
        this.#intake.accepted(a);
        break;
      case TIMER.persisted:
        this.#intake.keep(a);
        break;
      case TIMER.returns:
        this.#backlog.returned(a);
        break;
      case TIMER.expires:
        this.#backlog.expired();
        break;
      case TIMER.age:
        this.#backlog.aged();
        return;
      case TIMER.reconnect:
        this.#reconnect(a);
        break;
      case TIMER.outside:
        this.#intake.lookOutside();
        break;
      case TIMER.letter:
        if (!this.#letters.retry(a, b)) this.#letters.discard(a);
        break;
      default:
        this.#replicas.fire(type, a, b);
    }
    this.#pump();
  }

  crash(): void {
    this.#up = false;
    this.#leader = -1;
    this.#intake.clear();
    this.#consumers.clear();
    this.#replicas.clear();
    this.#backlog.crash(this.#config.type === 'quorum' || this.#config.persistent);
  }

  #adopt(config: QueueConfig): void {
    this.#config = config;
    this.#letters.safe = config.type === 'quorum' && config.deadLetterSafety === 'at-least-once';
    this.#replicas.configure(config.type === 'quorum' ? config.replicas : 1, {
      oneWay: fromMs(config.replicaRttMs / 2),
      persist: fromMs(config.persistMs),
      election: fromMs(config.electionMs),
    });
    this.#backlog.configure(config);
    this.#intake.configure(config);
  }

  // — delivering —

  /** Hands out what there is to whoever may have it. */
  #pump(): void {
    if (this.#up) {
      this.#intake.letIn();
      for (let link = this.#next(); link !== null; link = this.#next()) this.#handOut(link);
    }
    this.#report();
  }

  /** The connection that gets the next message, or null. */
  #next(): Link | null {
    return this.#backlog.ready > 0 && this.#available ? this.#consumers.next() : null;
  }

  get #available(): boolean {
    return this.#config.type === 'classic' || this.#replicas.available;
  }

  #handOut(link: Link): void {
    const context = this.#context;
    const store = this.#store;
    const held = link.config.acknowledge === 'after-work';
    const message = this.#backlog.shift();
    context.count(this.#counters.delivered);
    if (store.link(message) >= 0) context.count(this.#counters.redelivered);
    store.setHandedTo(message, link.index, this.#consumers.consumer);
    this.#consumers.take(held);
    store.send(message, link.index, VERB.deliver, held ? message * 2 : FORGOTTEN);
    if (held) store.setState(message, STATE.unacked);
    else {
      context.count(this.#counters.acked);
      store.drop(message);
    }
  }

  reply(call: CallId): void {
    const { calls } = this.#context;
    const ticket = calls.ticket(call);
    if (calls.isProbe(call)) this.#probed(call);
    else if (ticket === FORGOTTEN) this.#forgotten(call);
    else if (isDeadLetter(ticket)) this.#letters.reply(call);
    else this.#settled(call, ticket >> 1);
    this.#pump();
  }

  /** A delivery has ended. */
  #settled(call: CallId, message: MessageId): void {
    const store = this.#store;
    const cause = this.#context.calls.cause(call);
    this.#consumers.release(store.link(message), store.consumer(message));
    if (cause === OK) {
      this.#context.count(this.#counters.acked);
      store.drop(message);
      return;
    }
    const gone = this.#watchConsumer(call);
    // A consumer that was not there has not had it; one that died has.
    if (gone && cause === REFUSED) this.#backlog.giveBack(message);
    else if (!gone && this.#config.failed === 'reject') this.#backlog.die(message, this.#counters.rejected);
    else this.#return(message, gone);
  }

  #return(message: MessageId, atOnce: boolean): void {
    const returns = this.#store.returns(message) + 1;
    this.#store.setReturns(message, returns);
    if (this.#config.type === 'quorum' && returns > this.#config.deliveryLimit) {
      this.#backlog.die(message, this.#counters.overLimit);
    } else if (atOnce) this.#backlog.giveBack(message);
    else this.#backlog.giveBackLater(message);
  }

  /** A delivery that counted as its end has really ended. The queue does not hear of it; the statistics do. */
  #forgotten(call: CallId): void {
    if (this.#context.calls.cause(call) === OK) return;
    this.#context.count(this.#counters.lost);
    this.#watchConsumer(call);
  }

  // — consumers that come and go —

  /** Whether the outcome says that nobody is at the other end. If so, it gets nothing until it is back. */
  #watchConsumer(call: CallId): boolean {
    const { calls, self } = this.#context;
    const cause = calls.cause(call);
    const origin = calls.origin(call);
    const gone = (cause === REFUSED || cause === RESET) && (origin === calls.target(call) || origin === self);
    const connection = calls.connection(call);
    if (gone && this.#consumers.leave(connection)) this.#reconnectLater(connection);
    return gone;
  }

  #reconnectLater(connection: number): void {
    this.#context.after(fromMs(this.#config.reconnectMs), PRIORITY.timer, TIMER.reconnect, connection);
  }

  #reconnect(connection: number): void {
    if (this.#consumers.isAway(connection)) this.#context.send(connection, NO_CALL, VERB.probe, 0, 0, PROBE);
  }

  #probed(call: CallId): void {
    const { calls } = this.#context;
    const connection = calls.connection(call);
    if (calls.cause(call) === OK) this.#consumers.comeBack(connection);
    else if (this.#consumers.isAway(connection)) this.#reconnectLater(connection);
  }

  // — nodes —

  fault(id: string, on: boolean, params: Config): void {
    const { leader, size } = this.#replicas;
    const first = Math.max(0, leader);
    const node = !on ? -1 : params['which'] === 'leader' ? first : (first + 1) % size;
    if (id === NODE_CRASH.id) {
      if (this.#up && this.#crashed >= 0) this.#replicas.restart(this.#crashed);
      this.#crashed = node;
    } else if (id === NODE_CUT.id) this.#cutOff = node;
    this.#applyNodeFaults();
    this.#pump();
  }

  #applyNodeFaults(): void {
    if (!this.#up) return;
    if (this.#crashed >= 0) this.#replicas.crash(this.#crashed);
    this.#replicas.isolate(this.#cutOff);
  }

  #leadershipChanged(): void {
    const { leader } = this.#replicas;
    if (leader < 0 || leader === this.#leader) return;
    if (this.#leader >= 0) this.#context.count(this.#counters.elections);
    this.#leader = leader;
  }

  // — what is seen of it —

  audit(): void {
    this.#backlog.audit(this.#consumers.unacked);
  }

  face(writer: FaceWriter): void {
    const { maxLength, type } = this.#config;
    const { unacked, room } = this.#consumers;
    const which = this.#headline();
    writer.put(which);
    writer.put(which === HEADLINE.alarm ? this.#intake.blocked : this.#backlog.waiting);
    if (which === HEADLINE.usual) writer.put(unacked);
    writer.put(this.#backlog.waiting);
    writer.put(maxLength);
    writer.put(unacked);
    writer.put(room === Infinity ? 0 : room);
    writer.put(type === 'quorum' ? 1 : 0);
    writer.put(Math.round(this.#backlog.age / 100_000) / 10);
    writer.put(this.#backlog.dead);
    if (type === 'classic') return;
    writer.put(this.#replicas.online);
    writer.put(this.#replicas.size);
  }

  #headline(): number {
    const quorum = this.#config.type === 'quorum';
    if (this.#intake.blocked > 0) return HEADLINE.alarm;
    if (quorum && this.#replicas.leader < 0) return HEADLINE.noLeader;
    if (quorum && !this.#replicas.available) return HEADLINE.noMajority;
    if (this.#consumers.count === 0) return HEADLINE.noConsumers;
    return this.#consumers.allAway ? HEADLINE.away : HEADLINE.usual;
  }

  #report(): void {
    const context = this.#context;
    context.busy(this.#intake.busy, 1);
    context.waiting(this.#intake.waiting);
    context.level(this.#ready, this.#backlog.waiting);
    context.level(this.#unacked, this.#consumers.unacked);
    context.level(this.#capacity, this.#consumers.ready ? 100 : 0);
    context.level(this.#blocked, this.#intake.blocked);
    context.level(this.#online, this.#config.type === 'quorum' ? this.#replicas.online : 1);
  }
}
