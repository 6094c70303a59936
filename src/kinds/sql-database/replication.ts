/**
 * Shipping the log: every committed write travels to each replica and is applied there by a single applier, in commit
 * order. When writes come faster than an applier works, its lag grows without bound. Replicas that
 * commits wait for also flush the log and report how far they are.
 *
 * Servers are numbered; the one that writes the log is the source, all others follow it. When a write arrives is known
 * as soon as it is committed, so shipping alone needs no events: `received` is brought up to date when somebody looks.
 */
import type { Context } from '../../engine/behaviour';
import type { Sampler } from '../../engine/distribution';
import { PRIORITY } from '../../engine/event-queue';
import type { RandomStream } from '../../engine/random';
import { WriteAheadLog } from './write-ahead-log';

/** Writes kept for the slowest replica; beyond that the disk of the primary is full. */
const MOST_KEPT = 5_000_000;
const NUMBERS = 1 << 24;
const SERVERS = 16;

export type Confirmation = 'received' | 'flushed' | 'applied';

interface Stream {
  /** Tells the timers of its applier, and those of its link, from those of before it broke. */
  id: number;
  link: number;
  /** The process lives and is not frozen; it gets the log; a long query holds up its applier. */
  runs: boolean;
  connected: boolean;
  held: boolean;
  connectedAt: number;
  /** Offsets of the next write to receive, flush, apply, and the position the source knows of. */
  received: number;
  flushed: number;
  applied: number;
  confirmed: number;
  lastArrival: number;
  receiving: boolean;
  flushing: boolean;
  flushTarget: number;
  applying: boolean;
  readonly flushTimes: RandomStream;
}

export interface ReplicationTimers {
  readonly applied: number;
  readonly received: number;
  readonly flushed: number;
  readonly confirmed: number;
}

export interface ReplicationSettings {
  readonly servers: number;
  readonly delay: number;
  readonly applyMicros: number;
  readonly logBytes: number;
  readonly mbps: number;
  /** When a replica reports a write, or null when nobody waits for it. */
  readonly confirms: Confirmation | null;
  readonly flushTime: Sampler;
}

export class Replication {
  readonly log = new WriteAheadLog();
  /** The server that writes the log. */
  source = 0;
  #settings!: ReplicationSettings;
  #sendMicros = 0;
  #ids = 0;
  readonly #streams: Stream[] = [];
  readonly #context: Context;
  readonly #timers: ReplicationTimers;
  readonly #applied: (server: number, offset: number) => void;
  readonly #confirmed: () => void;

  /**
   * The owner hands its timers (type, replica, number) to `timer`. `applied` is called for each write a replica has
   * applied, `confirmed` whenever the source has heard of progress.
   */
  constructor(
    context: Context,
    timers: ReplicationTimers,
    applied: (server: number, offset: number) => void,
    confirmed: () => void,
  ) {
    this.#context = context;
    this.#timers = timers;
    this.#applied = applied;
    this.#confirmed = confirmed;
  }

  /** New servers start as copies of the primary: caught up. The source must be among them. */
  configure(settings: ReplicationSettings): void {
    const before = this.#settings?.confirms;
    this.#settings = settings;
    this.#sendMicros = settings.mbps > 0 ? (settings.logBytes * 8) / settings.mbps : 0;
    const streams = this.#streams;
    if (streams.length > settings.servers) streams.length = settings.servers;
    while (streams.length < settings.servers) streams.push(this.#newStream(streams.length));
    this.#prune();
    for (let i = 0; i < streams.length; i++) {
      // Nobody flushed for a confirmation so far.
      if (before !== settings.confirms) this.#settle(streams[i]!);
      if (before === null) streams[i]!.flushed = streams[i]!.received;
      if (before !== settings.confirms) this.#confirm(i);
    }
    this.#ship();
  }

  /** All processes die. What replicas have received is on their disks. */
  crash(): void {
    for (let i = 0; i < this.#streams.length; i++) {
      this.connect(i, false);
      this.run(i, false, true);
    }
  }

  /** A replica gets the log from now on, or no longer. What was under way to it is lost and sent again. */
  connect(server: number, on: boolean): void {
    const stream = this.#streams[server];
    if (!stream || stream.connected === on) return;
    this.#settle(stream);
    stream.connected = on;
    stream.link = ++this.#ids % NUMBERS;
    stream.receiving = false;
    if (on) {
      stream.connectedAt = this.#context.now;
      this.#confirm(server);
    } else if (stream.applying && stream.received <= stream.applied) {
      stream.id = ++this.#ids % NUMBERS;
      stream.applying = false;
    }
    this.#follow(server, stream);
  }

  /** The process of a server goes on or stands still. `died`: what it had not flushed is lost, where it flushes. */
  run(server: number, on: boolean, died = false): void {
    const stream = this.#streams[server];
    if (!stream) return;
    stream.runs = on;
    if (died) {
      stream.id = ++this.#ids % NUMBERS;
      stream.applying = stream.flushing = false;
      if (this.#settings.confirms !== null) stream.received = Math.max(stream.flushed, stream.applied);
    }
    if (on) this.#follow(server, stream);
  }

  /** A long query keeps a replica from applying what it gets, or no longer. */
  hold(server: number, on: boolean): void {
    const stream = this.#streams[server];
    if (!stream) return;
    stream.held = on;
    this.#apply(server, stream);
  }

  get full(): boolean {
    return this.log.length >= MOST_KEPT;
  }

  /** Whether some replica lacks a write. */
  get behind(): boolean {
    return this.log.length > 0;
  }

  /** How long ago the oldest write was committed that some replica has not applied; 0 when there is none. */
  lag(): number {
    return this.log.length > 0 ? this.#context.now - this.log.time(this.log.start) : 0;
  }

  /** How much of the log the replica furthest behind has not applied, in bytes. */
  lagBytes(): number {
    return this.log.length * this.#settings.logBytes;
  }

  /** How long ago the oldest write was committed that this server has not applied. */
  lagOf(server: number): number {
    const applied = server === this.source ? this.log.end : (this.#streams[server]?.applied ?? this.log.end);
    return applied < this.log.end ? this.#context.now - this.log.time(applied) : 0;
  }

  /** Position up to which a server has the log, and up to which it has applied it. */
  receivedBy(server: number): number {
    const stream = this.#streams[server]!;
    if (server === this.source) return this.log.end;
    this.#settle(stream);
    return stream.received;
  }
  appliedBy(server: number): number {
    return server === this.source ? this.log.end : this.#streams[server]!.applied;
  }

  /** Position that the source knows a replica to have. */
  confirmedBy(server: number): number {
    return server === this.source ? 0 : this.#streams[server]!.confirmed;
  }

  /** A write is on the disk of the source. Returns its offset. */
  committed(row: number, serial: number): number {
    const offset = this.log.append(row, serial, this.#context.now);
    this.#ship();
    return offset;
  }

  /** A client has been told that the write at this offset is safe. What all replicas have is past all danger. */
  acknowledge(offset: number): void {
    if (offset >= this.log.start) this.log.acknowledge(offset);
  }

  /** Another server writes the log from now on, and has all of it. */
  handOver(server: number): void {
    const stream = this.#streams[server]!;
    stream.received = stream.flushed = stream.applied = this.log.end;
    stream.id = ++this.#ids % NUMBERS;
    stream.applying = stream.flushing = false;
    this.source = server;
  }

  /**
   * Another server writes the log from now on. What it has not received is cut off. A server that had more goes back to
   * there; `diverged` is told which, and from where to where it must throw its log away.
   */
  promote(server: number, diverged: (server: number, from: number, to: number) => void): void {
    const at = this.receivedBy(server);
    for (let i = 0; i < this.#streams.length; i++) {
      const stream = this.#streams[i]!;
      if (i === server) continue;
      const had = this.receivedBy(i);
      stream.id = ++this.#ids % NUMBERS;
      stream.applying = stream.flushing = false;
      stream.applied = i === this.source ? Math.min(this.log.end, at) : Math.min(stream.applied, at);
      stream.received = Math.min(had, at);
      stream.flushed = Math.min(i === this.source ? had : stream.flushed, at);
      stream.confirmed = 0;
      stream.lastArrival = 0;
      if (had > at) diverged(i, at, had);
    }
    this.log.cutAt(at);
    this.source = server;
    this.#prune();
  }

  /** A replica has applied its next write; `id` tells whether that applier is still there. */
  appliedOne(server: number, id: number): void {
    const stream = this.#streams[server];
    if (!stream || stream.id !== id) return;
    stream.applying = false;
    // It stood still in the middle of it, and begins again.
    if (!stream.runs) return;
    this.#settle(stream);
    const offset = stream.applied++;
    this.#applied(server, offset);
    if (this.#settings.confirms === 'applied') this.#confirm(server);
    this.#prune();
    this.#apply(server, stream);
  }

  receivedSome(server: number, link: number): void {
    const stream = this.#streams[server];
    if (!stream || stream.link !== link) return;
    stream.receiving = false;
    if (!stream.runs) return;
    this.#settle(stream);
    if (this.#settings.confirms === 'received') this.#confirm(server);
    this.#follow(server, stream);
  }

  flushedSome(server: number, id: number): void {
    const stream = this.#streams[server];
    if (!stream || stream.id !== id) return;
    stream.flushing = false;
    if (!stream.runs) return;
    stream.flushed = Math.min(stream.flushTarget, stream.received);
    if (this.#settings.confirms === 'flushed') this.#confirm(server);
    this.#flush(server, stream);
  }

  /** Word from a replica has come: its position, over the link it was sent on. */
  heard(coded: number, position: number): void {
    const stream = this.#streams[coded % SERVERS];
    if (!stream || stream.link !== Math.floor(coded / SERVERS) || position <= stream.confirmed) return;
    stream.confirmed = position;
    this.#confirmed();
  }

  #newStream(server: number): Stream {
    const { end } = this.log;
    return {
      id: this.#ids++ % NUMBERS,
      link: 0,
      runs: true,
      connected: false,
      held: false,
      connectedAt: 0,
      received: end,
      flushed: end,
      applied: end,
      confirmed: 0,
      lastArrival: 0,
      receiving: false,
      flushing: false,
      flushTarget: 0,
      applying: false,
      flushTimes: this.#context.random(`standby-fsync-${server}`),
    };
  }

  #ship(): void {
    for (let i = 0; i < this.#streams.length; i++) {
      if (i !== this.source) this.#follow(i, this.#streams[i]!);
    }
  }

  /** Does what can be done with what there is. */
  #follow(server: number, stream: Stream): void {
    if (server === this.source) return;
    this.#apply(server, stream);
    if (this.#settings.confirms === null) return;
    this.#receive(server, stream);
    this.#flush(server, stream);
  }

  /** When the next write arrives at a connected replica: after its way, and not before the one before it is through. */
  #arrival(stream: Stream): number {
    const sent = Math.max(this.log.time(stream.received), stream.connectedAt);
    return Math.max(sent + this.#settings.delay, stream.lastArrival) + this.#sendMicros;
  }

  #settle(stream: Stream): void {
    if (!stream.connected) return;
    while (stream.received < this.log.end) {
      const arrival = this.#arrival(stream);
      if (arrival > this.#context.now) return;
      stream.lastArrival = arrival;
      stream.received++;
    }
  }

  #apply(server: number, stream: Stream): void {
    if (stream.applying || !stream.runs || stream.held || server === this.source) return;
    if (stream.applied === this.log.end) return;
    this.#settle(stream);
    let onItsWay = 0;
    if (stream.applied >= stream.received) {
      if (!stream.connected) return;
      onItsWay = Math.max(0, Math.ceil(this.#arrival(stream) - this.#context.now));
    }
    stream.applying = true;
    const context = this.#context;
    const micros = onItsWay + context.work(this.#settings.applyMicros);
    context.after(micros, PRIORITY.completion, this.#timers.applied, server - 1, stream.id);
  }
  #receive(server: number, stream: Stream): void {
    if (stream.receiving || !stream.connected || !stream.runs) return;
    this.#settle(stream);
    if (stream.received === this.log.end) return;
    stream.receiving = true;
    const micros = Math.max(0, Math.ceil(this.#arrival(stream) - this.#context.now));
    this.#context.after(micros, PRIORITY.completion, this.#timers.received, server, stream.link);
  }

  #flush(server: number, stream: Stream): void {
    if (stream.flushing || !stream.runs || stream.flushed >= stream.received) return;
    stream.flushing = true;
    stream.flushTarget = stream.received;
    const context = this.#context;
    const micros = context.work(Math.floor(this.#settings.flushTime.sample(stream.flushTimes) + 0.5));
    context.after(micros, PRIORITY.completion, this.#timers.flushed, server, stream.id);
  }

  /** The replica reports how far it is. */
  #confirm(server: number): void {
    const stream = this.#streams[server]!;
    const { confirms, delay } = this.#settings;
    if (confirms === null || !stream.connected || !stream.runs || server === this.source) return;
    const position = stream[confirms];
    if (position <= stream.confirmed) return;
    this.#context.after(delay, PRIORITY.completion, this.#timers.confirmed, server + SERVERS * stream.link, position);
  }

  #prune(): void {
    let applied = this.log.end;
    for (let i = 0; i < this.#streams.length; i++) {
      if (i !== this.source) applied = Math.min(applied, this.#streams[i]!.applied);
    }
    this.log.dropTo(applied);
  }
}
