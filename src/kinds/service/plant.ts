/** What the instances of a service have in common: settings, the state of each call, and sums over all of them. */
import type { Context } from '../../engine/behaviour';
import type { CallId } from '../../engine/calls';
import type { Sampler } from '../../engine/distribution';
import { sampler } from '../../engine/distribution';
import type { RandomStream } from '../../engine/random';
import { CallLinks } from '../../engine/resources/call-line';
import { PlanRunner } from '../../engine/resources/plan-runner';
import { TransactionPart } from './transaction-part';
import { timeSampler } from '../service-time-sampler';
import type { ConfigPush } from './config-push';
import type { CapParams, DeployParams, LeakParams } from './faults';
import type { ServiceConfig } from './fields';
import { IdempotencyKeys } from './idempotency-keys';
import { Registrations } from './registrations';

/** Timer types. The first ones carry a call and its stamp, the others an instance and the life it is in. */
export const TIMER = {
  worked: 0,
  onCore: 1,
  impatient: 2,
  shared: 3,
  collected: 4,
  turn: 5,
  leak: 6,
  heartbeat: 7,
  push: 8,
} as const;

/** Where a call is. */
export const PHASE = { none: 0, backlog: 1, waiting: 2, computing: 3, calling: 4, ending: 5 } as const;

/** Work slots beyond the plan runner's: the instance, and whether its worker waits along. */
export const INSTANCE = 4;
export const HOLDS = 5;

export const MOST_INSTANCES = 64;

export class Plant {
  config!: ServiceConfig;
  service!: Sampler;
  /** Instances there should be: as set or as ordered last, give or take those of faults. */
  instances = 0;
  /** Processor cores each instance has now; Infinity when each worker has its own. */
  cores = Infinity;
  /** Whether memory counts: it is modelled, or it leaks. */
  memory = false;
  cap: CapParams | null = null;
  leak: LeakParams | null = null;
  deploy: DeployParams | null = null;
  push: ConfigPush | null = null;
  /** Instances added and taken away by faults. */
  added = 0;
  removed = 0;
  readonly context: Context;
  readonly plan: PlanRunner;
  readonly registrations: Registrations;
  readonly part: TransactionPart;
  readonly keys: IdempotencyKeys;
  readonly times: RandomStream;
  readonly links = new CallLinks();
  #pauses: Sampler | null = null;
  readonly #pauseTimes: RandomStream;
  readonly #patience: RandomStream;
  #patient: Sampler | null = null;
  #set = 0;
  #ordered = 0;
  #phases = new Uint8Array(64);
  /** How long the instance had stood still in all when work on a call began. */
  #stoppedBefore = new Float64Array(64);

  // Sums over all instances.
  busy = 0;
  waiting = 0;
  computing = 0;
  collecting = 0;
  ready = 0;

  constructor(context: Context, done: (call: CallId, cause: number, origin: number) => void) {
    this.context = context;
    this.times = context.random('service');
    this.#pauseTimes = context.random('collection');
    this.#patience = context.random('patience');
    this.plan = new PlanRunner(context, done);
    this.registrations = new Registrations(context, TIMER.heartbeat);
    this.part = new TransactionPart(context);
    this.keys = new IdempotencyKeys(context);
  }

  /** An order to have so many. */
  scale(wanted: number): void {
    this.#ordered = wanted;
    this.adjust();
  }

  adopt(config: ServiceConfig): void {
    if (config.instances !== this.#set) this.#ordered = this.#set = config.instances;
    this.config = config;
    this.keys.configure(config);
    this.service = timeSampler(config.serviceTime, config);
    const { pauseMedianMs, pauseP99Ms, patienceMs } = config;
    this.#pauses =
      config.memory === 'collected'
        ? sampler({ type: 'lognormal', medianMs: pauseMedianMs, p99Ms: Math.max(pauseMedianMs, pauseP99Ms) })
        : null;
    this.#patient = patienceMs > 0 ? sampler({ type: 'exponential', meanMs: patienceMs }) : null;
    this.adjust();
  }

  /** What follows from settings and faults together. */
  adjust(): void {
    const cores = this.config.cpu === 'worker' ? Infinity : this.config.cores;
    this.cores = this.cap ? Math.min(cores, this.cap.cores) : cores;
    this.memory = this.config.memory !== 'unlimited' || this.leak !== null;
    this.instances = Math.min(MOST_INSTANCES, Math.max(0, this.#ordered + this.added - this.removed));
  }

  phase(call: CallId): number {
    return call < this.#phases.length ? this.#phases[call]! : PHASE.none;
  }

  setPhase(call: CallId, phase: number): void {
    if (call >= this.#phases.length) this.#grow(call);
    this.#phases[call] = phase;
    if (phase === PHASE.none) this.keys.ends(call);
  }

  /** Calls that may be here have lower numbers. */
  get callsEnd(): number {
    return this.#phases.length;
  }

  stoppedBefore(call: CallId): number {
    return this.#stoppedBefore[call]!;
  }

  setStoppedBefore(call: CallId, micros: number): void {
    this.#stoppedBefore[call] = micros;
  }

  /** Microseconds a caller waits in the queue, or 0 for ever. */
  patience(): number {
    return this.#patient ? Math.max(1, this.#patient.sample(this.#patience)) : 0;
  }

  /** Microseconds of a collection in an empty instance. */
  pause(): number {
    return this.#pauses ? this.#pauses.sample(this.#pauseTimes) : 0;
  }

  /** Everything is gone. */
  clear(): void {
    this.#phases.fill(PHASE.none);
    this.keys.crash();
    this.busy = this.waiting = this.computing = this.collecting = this.ready = 0;
  }

  #grow(call: CallId): void {
    let length = this.#phases.length;
    while (length <= call) length *= 2;
    const phases = new Uint8Array(length);
    phases.set(this.#phases);
    this.#phases = phases;
    const stopped = new Float64Array(length);
    stopped.set(this.#stoppedBefore);
    this.#stoppedBefore = stopped;
  }
}
