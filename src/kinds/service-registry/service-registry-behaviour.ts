import type { Behaviour, Context } from '../../engine/behaviour';
import { type CallId, FLAG } from '../../engine/calls';
import { PRIORITY } from '../../engine/event-queue';
import { CpuStation } from '../../engine/resources/cpu-station';
import type { FaceWriter } from '../../model/face';
import { VERB } from '../../model/meaning';
import { UNKNOWN } from '../../model/measures';
import { CANCELLED, SHED } from '../../model/outcome';
import { MICROS_PER_MS, MICROS_PER_SECOND } from '../../model/units';
import type { RegistryConfig } from './fields';
import { type Entry, InstanceList } from './instance-list';
import { STALE } from './service-registry';

/** Timers. All but the first and the last carry the rhythm they belong to. */
const WORK_DONE = 0;
const SWEEP = 1;
const COPY = 2;
const LOOK = 3;
const TELL = 4;

/** Overdue instances are looked for so often: microseconds. */
const LOOK_EVERY = 1_000_000;
/** Heartbeats are counted over a minute, which begins anew when it is over (Eureka's MeasuredRate). */
const MINUTE = 60_000_000;

export class ServiceRegistry implements Behaviour {
  #config!: RegistryConfig;
  #stale = false;
  #empty = false;
  #running = false;
  /** When it begins to answer lookups. */
  #silentUntil = 0;
  /** Before the first copy of a run, everybody is answered from the list itself. */
  #copied = false;
  #rhythm = 0;
  #minuteFrom = 0;
  #heartbeatsNow = 0;
  /** Of the last whole minute; −1 before. */
  #heartbeatsBefore = -1;
  #preserving = false;
  readonly #list = new InstanceList();
  readonly #context: Context;
  readonly #cpu: CpuStation;
  readonly #listed: number;
  readonly #overdue: number;
  readonly #heartbeats: number;
  readonly #lookups: number;
  readonly #expired: number;
  readonly #preservation: number;

  constructor(config: RegistryConfig, context: Context) {
    this.#context = context;
    this.#cpu = new CpuStation(context, WORK_DONE);
    this.#listed = context.gauge('listed');
    this.#overdue = context.gauge('overdue');
    this.#heartbeats = context.counter('heartbeats');
    this.#lookups = context.counter('lookups');
    this.#expired = context.counter('expired');
    this.#preservation = context.gauge('preserving');
    this.#adopt(config);
  }

  start(): void {
    const { now } = this.#context;
    this.#running = true;
    this.#copied = now > 0;
    this.#silentUntil = now > 0 && this.#leases ? now + this.#config.silentS * MICROS_PER_SECOND : 0;
    this.#minuteFrom = now;
    this.#heartbeatsNow = 0;
    this.#heartbeatsBefore = -1;
    // A list that was kept has not heard of anybody while it was down: they have their whole time from now on.
    for (const entry of this.#list.entries) entry.heardAt = now;
    this.#keepTime();
    this.#report();
  }

  configure(config: RegistryConfig): void {
    const { rule, sweepS, cacheS } = this.#config;
    this.#adopt(config);
    if (this.#running && (rule !== config.rule || sweepS !== config.sweepS || cacheS !== config.cacheS)) {
      this.#keepTime();
    }
    this.#report();
  }

  arrive(call: CallId): void {
    this.#cpu.enter(call);
  }

  timer(type: number, a: number): void {
    if (type === WORK_DONE) {
      this.#cpu.leave();
      this.#answer(a);
    } else if (type === TELL) {
      if (!this.#stale) this.#list.tell();
    } else if (a !== this.#rhythm) return;
    else if (type === SWEEP) {
      this.#after(this.#config.sweepS, SWEEP);
      this.#sweep();
    } else if (type === COPY) {
      this.#after(this.#config.cacheS, COPY);
      this.#copied = true;
      if (!this.#stale) this.#list.tell();
    } else {
      this.#after(LOOK_EVERY / MICROS_PER_SECOND, LOOK);
      if (!this.#leases) this.#takeOut();
    }
    this.#report();
  }

  crash(): void {
    this.#running = false;
    this.#cpu.clear();
    // Kubernetes keeps its list in etcd; leases live in memory.
    if (this.#leases) this.#list.clear();
    this.#preserving = false;
    this.#context.level(this.#listed, 0);
    this.#context.level(this.#overdue, 0);
    this.#context.level(this.#preservation, 0);
  }

  fault(id: string, on: boolean): void {
    if (id === STALE.id) this.#stale = on;
    else this.#empty = on;
    if (!this.#stale && !this.#leases && this.#running) this.#changed();
    this.#report();
  }

  face(writer: FaceWriter): void {
    const { now } = this.#context;
    const told = this.#list.toldSize;
    const silent = Math.ceil((this.#silentUntil - now) / MICROS_PER_SECOND);
    if (this.#empty) writer.put(4);
    else if (silent > 0) {
      writer.put(5);
      writer.put(silent);
    } else if (this.#stale || this.#preserving || told === this.#list.size) {
      writer.put(this.#stale ? 3 : this.#preserving ? 2 : 0);
      writer.put(told);
    } else {
      writer.put(1);
      writer.put(told);
      writer.put(this.#list.size);
    }
    writer.put(this.#list.overdue(now));
    writer.put(this.#list.size);
    writer.put(this.#leases ? 0 : 1);
    writer.put(this.#leases ? this.#config.leaseS : this.#config.misses);
  }

  get #leases(): boolean {
    return this.#config.rule === 'leases';
  }

  /** Whether callers are answered from the list as it is. */
  get #direct(): boolean {
    return this.#leases && (this.#config.cacheS === 0 || !this.#copied);
  }

  #adopt(config: RegistryConfig): void {
    this.#config = config;
    this.#cpu.configure(config.cores, config.cpuMicros);
  }

  #keepTime(): void {
    this.#rhythm++;
    this.#after(LOOK_EVERY / MICROS_PER_SECOND, LOOK);
    if (!this.#leases) return;
    this.#after(this.#config.sweepS, SWEEP);
    if (this.#config.cacheS > 0) this.#after(this.#config.cacheS, COPY);
  }

  #after(seconds: number, type: number): void {
    const micros = Math.floor(seconds * MICROS_PER_SECOND + 0.5);
    this.#context.after(micros, PRIORITY.control, type, this.#rhythm);
  }

  // — questions —

  #answer(call: CallId): void {
    const context = this.#context;
    const { calls, now } = context;
    if (calls.flags(call) & FLAG.cancelled) {
      context.fail(call, CANCELLED);
      return;
    }
    switch (calls.verb(call)) {
      case VERB.heartbeat:
        this.#hear(call);
        context.succeed(call);
        break;
      case VERB.release:
        if (this.#list.remove(calls.connection(call), calls.key(call))) this.#changed();
        context.succeed(call);
        break;
      default:
        if (now < this.#silentUntil) {
          context.fail(call, SHED);
          break;
        }
        context.count(this.#lookups);
        context.succeed(call, this.#told(calls.key(call)));
    }
    this.#report();
  }

  /** Listed instances of a component, or −1 when it is none of those that report here. */
  #told(component: number): number {
    const reports = this.#context.incoming.some(
      ({ meaning, peer }) => meaning === 'register' && peer.index === component,
    );
    return !reports ? UNKNOWN : this.#empty ? 0 : this.#list.told(component);
  }

  #hear(call: CallId): void {
    const { calls, now, incoming } = this.#context;
    const connection = calls.connection(call);
    const link = incoming.find(({ index }) => index === connection);
    this.#countMinute();
    this.#heartbeatsNow++;
    this.#context.count(this.#heartbeats);
    if (!link) return;
    const every = link.config.heartbeatS * MICROS_PER_SECOND;
    if (this.#list.hear(connection, calls.source(call), calls.key(call), every, now)) this.#changed();
  }

  /** The list is another one: callers learn it at once, later, or with the next copy. */
  #changed(): void {
    if (this.#direct) {
      if (!this.#stale) this.#list.tell();
    } else if (!this.#leases) {
      this.#context.after(this.#config.propagationMs * MICROS_PER_MS, PRIORITY.control, TELL);
    }
  }

  // — who is gone —

  #countMinute(): void {
    const { now } = this.#context;
    const minutes = Math.floor((now - this.#minuteFrom) / MINUTE);
    if (minutes === 0) return;
    this.#heartbeatsBefore = minutes === 1 ? this.#heartbeatsNow : 0;
    this.#heartbeatsNow = 0;
    this.#minuteFrom += minutes * MINUTE;
  }

  #sweep(): void {
    const { leaseS, preservePercent } = this.#config;
    const { now } = this.#context;
    this.#countMinute();
    const least = Math.floor((this.#list.expected(MINUTE) * preservePercent) / 100);
    // Eureka asks for more than the threshold, not for as many.
    this.#preserving = preservePercent > 0 && this.#heartbeatsBefore >= 0 && this.#heartbeatsBefore <= least;
    if (this.#preserving) return;
    this.#remove(({ heardAt }) => now - heardAt > leaseS * MICROS_PER_SECOND);
  }

  #takeOut(): void {
    const { misses, probeTimeoutS } = this.#config;
    const { now } = this.#context;
    const late = probeTimeoutS * MICROS_PER_SECOND;
    this.#remove(({ heardAt, every }) => now - heardAt > misses * every + late);
  }

  #remove(isGone: (entry: Entry) => boolean): void {
    let removed = 0;
    for (const entry of this.#list.entries) {
      if (isGone(entry) && this.#list.remove(entry.link, entry.instance)) removed++;
    }
    if (removed === 0) return;
    this.#context.count(this.#expired, removed);
    this.#changed();
  }

  #report(): void {
    const context = this.#context;
    this.#cpu.report();
    context.level(this.#listed, this.#empty ? 0 : this.#list.toldSize);
    context.level(this.#overdue, this.#list.overdue(context.now));
    context.level(this.#preservation, this.#preserving ? 1 : 0);
  }
}
