import type { Context } from '../../engine/behaviour';
import { PRIORITY } from '../../engine/event-queue';
import { IntQueue } from '../../engine/resources/int-queue';
import { Slots } from '../../engine/resources/slots';
import type { Batch, BatchPool } from './batch';
import type { Brokers } from './brokers';
import type { KafkaConfig } from './fields';

/** A timer says at which broker, in which life of its process. */
const BROKERS = 1 << 4;
const NOTHING = -1;

/** What one producer has sent to one broker. */
class Socket {
  /** The batch that is worked on or waits for a thread. */
  current = NOTHING;
  readonly queue = new IntQueue();
}

/**
 * The threads of each broker that append batches. A frozen broker takes requests and does nothing; a dead one forgets
 * them. Kafka never turns a request away: when its queue is full it reads no more from the network, and the producers'
 * buffers fill. Of one connection a broker takes one batch
 * at a time, so that they are appended in order; while that one waits for its replicas, it goes on with the next.
 */
export class BrokerThreads {
  readonly #context: Context;
  readonly #brokers: Brokers;
  readonly #pool: BatchPool;
  readonly #timer: number;
  readonly #appended: (batch: Batch, broker: number) => void;
  /** By broker; who waits or works is a producer. */
  readonly #threads: Slots[] = [];
  /** Grows when the process dies, so that what it was doing is forgotten. */
  readonly #epochs: number[] = [];
  /** By broker, then by producer. */
  readonly #sockets: Socket[][] = [];
  /** By broker: producers whose batch is still in the network, because the queue is full. */
  readonly #unread: IntQueue[] = [];
  /** Of frozen brokers: producers whose append has ended meanwhile. */
  readonly #frozen: number[][] = [];
  #count = 1;
  #perBatch = 0;
  #microsPerByte = 0;

  constructor(
    context: Context,
    brokers: Brokers,
    pool: BatchPool,
    timer: number,
    appended: (batch: Batch, broker: number) => void,
  ) {
    this.#context = context;
    this.#brokers = brokers;
    this.#pool = pool;
    this.#timer = timer;
    this.#appended = appended;
  }

  configure({ brokers, ioThreads, queueLimit, appendMicros, diskMBps }: KafkaConfig): void {
    this.#count = ioThreads;
    this.#perBatch = appendMicros;
    this.#microsPerByte = 1 / diskMBps;
    while (this.#threads.length < brokers) {
      this.#threads.push(new Slots(ioThreads, queueLimit));
      this.#unread.push(new IntQueue());
      this.#epochs.push(0);
      this.#sockets.push([]);
      this.#frozen.push([]);
    }
    this.#threads.forEach((slots, broker) => {
      slots.limit = queueLimit;
      if (!this.#brokers.list[broker]?.frozen) slots.total = ioThreads;
      this.#admit(broker);
    });
  }

  offer(batch: Batch, broker: number): void {
    const ticket = this.#pool.ticket(batch);
    const socket = (this.#sockets[broker]![batch.producer] ??= new Socket());
    if (socket.current === NOTHING) this.#enter(socket, ticket, batch.producer, broker);
    else socket.queue.push(ticket);
  }

  timer(producer: number, who: number): void {
    const broker = who % BROKERS;
    if (this.#epochs[broker] !== Math.floor(who / BROKERS)) return;
    if (this.#brokers.list[broker]?.frozen) this.#frozen[broker]!.push(producer);
    else this.#end(producer, broker);
  }

  #enter(socket: Socket, ticket: number, producer: number, broker: number): void {
    socket.current = ticket;
    this.#offer(producer, broker);
    this.#report(broker);
  }

  #offer(producer: number, broker: number): void {
    switch (this.#threads[broker]!.offer(producer)) {
      case 'starts':
        this.#begin(producer, broker);
        break;
      case 'full':
        this.#unread[broker]!.push(producer);
        break;
      case 'waits':
    }
  }

  #begin(producer: number, broker: number): void {
    const context = this.#context;
    const batch = this.#pool.of(this.#sockets[broker]![producer]!.current);
    let micros = 0;
    // A batch that its producer has given up or sent anew is not worth the work.
    if (batch) {
      if (!batch.begun) {
        for (let i = 0; i < batch.count; i++) if (batch.calls[i]! >= 0) context.began(batch.calls[i]!);
        batch.begun = true;
      }
      const factor = this.#brokers.list[broker]!.diskFactor;
      micros = context.work(Math.floor((this.#perBatch + batch.bytes * this.#microsPerByte) * factor + 0.5));
    }
    context.after(micros, PRIORITY.completion, this.#timer, producer, broker + BROKERS * this.#epochs[broker]!);
  }

  #end(producer: number, broker: number): void {
    const socket = this.#sockets[broker]![producer]!;
    const batch = this.#pool.of(socket.current);
    const next = this.#threads[broker]!.release();
    if (next !== -1) this.#begin(next, broker);
    this.#read(broker);
    if (socket.queue.length > 0) this.#enter(socket, socket.queue.shift(), producer, broker);
    else socket.current = NOTHING;
    if (batch) this.#appended(batch, broker);
    this.#report(broker);
  }

  /** A frozen broker still takes requests: they wait in its socket. */
  freeze(broker: number): void {
    this.#threads[broker]!.total = 0;
  }

  thaw(broker: number): void {
    this.#threads[broker]!.total = this.#count;
    for (const producer of this.#frozen[broker]!.splice(0)) this.#end(producer, broker);
    this.#admit(broker);
  }

  /** Reads from the network again, as far as there is room. */
  #read(broker: number): void {
    const slots = this.#threads[broker]!;
    const unread = this.#unread[broker]!;
    while (unread.length > 0 && (slots.busy < slots.total || slots.queue.length < slots.limit)) {
      this.#offer(unread.shift(), broker);
    }
  }

  #admit(broker: number): void {
    const slots = this.#threads[broker]!;
    for (let producer = slots.admit(); producer !== -1; producer = slots.admit()) this.#begin(producer, broker);
    this.#read(broker);
    this.#report(broker);
  }

  crash(broker: number): void {
    const slots = this.#threads[broker]!;
    slots.clear();
    slots.total = this.#count;
    this.#sockets[broker]!.length = 0;
    this.#frozen[broker]!.length = 0;
    this.#unread[broker]!.clear();
    this.#epochs[broker]!++;
    this.#report(broker);
  }

  crashAll(): void {
    for (let broker = 0; broker < this.#threads.length; broker++) this.crash(broker);
  }

  get waiting(): number {
    let sum = 0;
    for (const { queue } of this.#threads) sum += queue.length;
    return sum;
  }

  report(): void {
    for (let broker = 0; broker < this.#threads.length; broker++) this.#report(broker);
  }

  #report(broker: number): void {
    const state = this.#brokers.list[broker];
    this.#context.busy(this.#threads[broker]!.busy, state && !state.down ? this.#count : 0, broker);
  }
}
