import type { Behaviour, Context } from '../../engine/behaviour';
import { type CallId, FLAG } from '../../engine/calls';
import { PRIORITY } from '../../engine/event-queue';
import { must } from '../../engine/must';
import { CallLine, CallLinks } from '../../engine/resources/call-line';
import { CpuStation } from '../../engine/resources/cpu-station';
import type { FaceWriter } from '../../model/face';
import type { Config } from '../../model/fields';
import { VERB } from '../../model/meaning';
import { CANCELLED, causeCode } from '../../model/outcome';
import { fromMs, MICROS_PER_SECOND } from '../../model/units';
import { FORGET, type LockConfig } from './lock-service';
import { LockTable } from './lock-table';

const LOCK_HELD = causeCode('lock-held');
const QUEUE_FULL = causeCode('queue-full');
const FENCED = causeCode('fenced');

/** Timers: a piece of work is done; a lease may be over (key and token); somebody has waited long (call and stamp). */
const WORK_DONE = 0;
const LEASE_OVER = 1;
const IMPATIENT = 2;

/** Work slot: whether the call stands in line. */
const IN_LINE = 0;

export class LockService implements Behaviour {
  #config!: LockConfig;
  #waiting = 0;
  /** Since the start of the run; for the face. */
  #expiries = 0;
  #tooLate = 0;
  readonly #table = new LockTable();
  /** Who waits for which key. */
  readonly #lines = new Map<number, CallLine>();
  readonly #links = new CallLinks();
  readonly #context: Context;
  readonly #cpu: CpuStation;
  readonly #held: number;
  readonly #lockWaiting: number;
  readonly #granted: number;
  readonly #expired: number;
  readonly #zombies: number;

  constructor(config: LockConfig, context: Context) {
    this.#context = context;
    this.#cpu = new CpuStation(context, WORK_DONE);
    this.#held = context.gauge('held');
    this.#lockWaiting = context.gauge('lockWaiting');
    this.#granted = context.counter('granted');
    this.#expired = context.counter('expired');
    this.#zombies = context.counter('zombies');
    this.#adopt(config);
  }

  start(): void {
    // What was kept over a restart gets its whole time again: nobody could renew meanwhile.
    for (const key of this.#table.keys) {
      const lease = this.#table.find(key)!;
      lease.until = this.#context.now + lease.lease;
      this.#watch(key, lease.token, lease.lease);
    }
    this.#report();
  }

  configure(config: LockConfig): void {
    this.#adopt(config);
    this.#report();
  }

  arrive(call: CallId): void {
    this.#context.calls.setWork(call, IN_LINE, 0);
    this.#cpu.enter(call);
  }

  timer(type: number, a: number, b: number): void {
    if (type === WORK_DONE) {
      this.#cpu.leave();
      this.#decide(a);
    } else if (type === LEASE_OVER) this.#leaseOver(a, b);
    else this.#giveUp(a, b);
    this.#report();
  }

  cancelled(call: CallId): void {
    if (this.#context.calls.work(call, IN_LINE) !== 1) return;
    this.#leaveLine(call);
    this.#context.fail(call, CANCELLED);
    this.#report();
  }

  crash(): void {
    this.#cpu.clear();
    this.#lines.clear();
    this.#waiting = 0;
    if (!this.#config.durable) this.#table.clear();
    this.#report();
  }

  fault(id: string, _on: boolean, params: Config): void {
    const keys = [...this.#table.keys];
    if (id === FORGET.id) {
      this.#table.clear();
      for (const key of keys) this.#next(key);
    } else {
      const jump = Number(params['seconds']) * MICROS_PER_SECOND;
      for (const key of keys) {
        const lease = this.#table.find(key)!;
        lease.until -= jump;
        this.#watch(key, lease.token, Math.max(0, lease.until - this.#context.now));
      }
    }
    this.#report();
  }

  audit(): void {
    let inLine = 0;
    for (const [key, line] of this.#lines) {
      inLine += line.length;
      must(line.length === 0 || this.#table.find(key) !== undefined, `nobody waits for key ${key}, which is free`);
    }
    must(inLine === this.#waiting, `${this.#waiting} wait, of ${inLine} in line`);
    for (const key of this.#table.keys) {
      must(this.#table.find(key)!.token <= this.#table.token, 'no token is newer than the newest');
    }
  }

  face(writer: FaceWriter): void {
    const { held, token } = this.#table;
    writer.put(held > 0 ? 1 : 0);
    if (held > 0) {
      writer.put(held);
      writer.put(token);
    }
    writer.put(this.#waiting);
    writer.put(this.#config.waitingLimit);
    writer.put(this.#tooLate > 0 ? 2 : this.#expiries > 0 ? 1 : 0);
    if (this.#tooLate > 0 || this.#expiries > 0) writer.put(this.#tooLate > 0 ? this.#tooLate : this.#expiries);
  }

  #adopt(config: LockConfig): void {
    this.#config = config;
    this.#cpu.configure(config.cores, config.cpuMicros);
  }

  #decide(call: CallId): void {
    const context = this.#context;
    const { calls, now } = context;
    const key = calls.key(call);
    const token = calls.fence(call);
    switch (calls.verb(call)) {
      case VERB.renew:
        if (this.#table.renew(key, token, now)) context.succeed(call, 1);
        else {
          this.#sawZombie();
          context.fail(call, FENCED);
        }
        break;
      case VERB.release:
        if (this.#table.release(key, token)) this.#next(key);
        else this.#sawZombie();
        context.succeed(call);
        break;
      default:
        if (calls.flags(call) & FLAG.cancelled) context.fail(call, CANCELLED);
        else if (!this.#table.find(key)) this.#grant(call);
        else if (this.#config.busy === 'fail') context.fail(call, LOCK_HELD);
        else if (this.#waiting >= this.#config.waitingLimit) context.fail(call, QUEUE_FULL);
        else this.#queue(call, key);
    }
  }

  #sawZombie(): void {
    this.#tooLate++;
    this.#context.count(this.#zombies);
  }

  #grant(call: CallId): void {
    const context = this.#context;
    const { calls } = context;
    const connection = calls.connection(call);
    const leaseMs = context.incoming.find(({ index }) => index === connection)?.config.leaseMs ?? 0;
    const lease = this.#table.grant(calls.key(call), context.now, Math.max(1, fromMs(leaseMs)));
    this.#watch(calls.key(call), lease.token, lease.lease);
    context.count(this.#granted);
    context.succeed(call, lease.token);
  }

  #watch(key: number, token: number, micros: number): void {
    this.#context.after(micros, PRIORITY.timer, LEASE_OVER, key, token);
  }

  /** Looks whether a lease is over; it may have been renewed, or given to others. */
  #leaseOver(key: number, token: number): void {
    const lease = this.#table.find(key);
    if (lease?.token !== token) return;
    const left = lease.until - this.#context.now;
    if (left > 0) {
      this.#watch(key, token, left);
      return;
    }
    this.#expiries++;
    this.#context.count(this.#expired);
    this.#table.release(key, token);
    this.#next(key);
  }

  // — the line —

  #queue(call: CallId, key: number): void {
    const { calls } = this.#context;
    let line = this.#lines.get(key);
    if (!line) this.#lines.set(key, (line = new CallLine(this.#links)));
    line.push(call);
    calls.setWork(call, IN_LINE, 1);
    this.#waiting++;
    this.#context.after(fromMs(this.#config.waitMs), PRIORITY.timer, IMPATIENT, call, calls.stamp(call));
  }

  #leaveLine(call: CallId): void {
    const key = this.#context.calls.key(call);
    this.#lines.get(key)!.remove(call);
    this.#left(call, key);
  }

  #left(call: CallId, key: number): void {
    this.#context.calls.setWork(call, IN_LINE, 0);
    this.#waiting--;
    if (this.#lines.get(key)!.length === 0) this.#lines.delete(key);
  }

  #next(key: number): void {
    const line = this.#lines.get(key);
    if (!line) return;
    const call = line.shift();
    this.#left(call, key);
    this.#grant(call);
  }

  #giveUp(call: CallId, stamp: number): void {
    const { calls } = this.#context;
    if (calls.stamp(call) !== stamp || !calls.isHeld(call) || calls.work(call, IN_LINE) !== 1) return;
    this.#leaveLine(call);
    this.#context.fail(call, LOCK_HELD);
  }

  #report(): void {
    const context = this.#context;
    this.#cpu.report();
    context.level(this.#held, this.#table.held);
    context.level(this.#lockWaiting, this.#waiting);
  }
}
