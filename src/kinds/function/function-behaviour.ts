import type { Behaviour, Context } from '../../engine/behaviour';
import type { CallId } from '../../engine/calls';
import { type Sampler, sampler } from '../../engine/distribution';
import { type EventHandle, PRIORITY } from '../../engine/event-queue';
import type { RandomStream } from '../../engine/random';
import { HERE, PlanRunner } from '../../engine/resources/plan-runner';
import { TokenBucket } from '../../engine/resources/token-bucket';
import type { FaceWriter } from '../../model/face';
import { causeCode, OK, TIMEOUT } from '../../model/outcome';
import { MICROS_PER_MS, MICROS_PER_SECOND } from '../../model/units';
import { timeSampler } from '../service-time-sampler';
import { Environments } from './environments';
import { type FunctionConfig } from './fields';
import { DEPLOY } from './function';

const RATE_LIMITED = causeCode('rate-limited');

const STARTED = 0;
const WORKED = 1;
const OVERTIME = 2;
const REAP = 3;

/** Work slot beyond the plan runner's. */
const ENVIRONMENT = 4;

export class ServerlessFunction implements Behaviour {
  #config!: FunctionConfig;
  #work!: Sampler;
  #cold!: Sampler;
  /** At most one of each is set; it looks again when it was too early. */
  #overtime: EventHandle = -1;
  #reaper: EventHandle = -1;
  /** Their numbers: a timer that fired while the process was frozen may not be the present one. */
  #overtimeTurn = 0;
  #reaperTurn = 0;
  readonly #context: Context;
  readonly #environments = new Environments();
  readonly #scaling: TokenBucket;
  readonly #plan: PlanRunner;
  readonly #times: RandomStream;
  readonly #starts: RandomStream;
  readonly #coldStarts: number;
  readonly #warmStarts: number;
  readonly #throttles: number;
  readonly #timeouts: number;
  readonly #billed: number;
  readonly #kept: number;

  constructor(config: FunctionConfig, context: Context) {
    this.#context = context;
    this.#scaling = new TokenBucket(config.scalePer10s / 10, config.scalePer10s, context.now);
    this.#plan = new PlanRunner(context, (call, cause, origin) => this.#finish(call, cause, origin));
    this.#times = context.random('service');
    this.#starts = context.random('cold');
    this.#coldStarts = context.counter('coldStarts');
    this.#warmStarts = context.counter('warmStarts');
    this.#throttles = context.counter('throttles');
    this.#timeouts = context.counter('timeouts');
    this.#billed = context.counter('billedMs');
    this.#kept = context.gauge('environments');
    this.#adopt(config);
  }

  start(): void {
    this.#plan.resume();
    this.#scaling.fill(this.#context.now);
    this.#report();
  }

  configure(config: FunctionConfig): void {
    this.#scaling.configure(config.scalePer10s / 10, config.scalePer10s, this.#context.now);
    this.#adopt(config);
    this.#watchTime();
    this.#watchIdle();
    this.#report();
  }

  rewire(): void {
    this.#plan.rewire();
  }

  arrive(call: CallId): void {
    const context = this.#context;
    const { now } = context;
    const environments = this.#environments;
    // Those whose time is over now serve nobody, whichever event comes first.
    environments.reap(now - this.#keepAlive());
    const warm = environments.idle > 0;
    if (environments.active >= this.#config.concurrency || (!warm && !this.#scaling.take(now))) {
      context.count(this.#throttles);
      context.fail(call, RATE_LIMITED);
      return;
    }
    const environment = environments.take(call, warm, now);
    context.calls.setWork(call, ENVIRONMENT, environment);
    context.count(warm ? this.#warmStarts : this.#coldStarts);
    if (warm) this.#begin(environment, true);
    else this.#after(this.#cold.sample(this.#starts), STARTED, environment);
    this.#report();
  }

  timer(type: number, a: number, b: number): void {
    if (this.#plan.timer(type, a, b)) return;
    const environments = this.#environments;
    switch (type) {
      case OVERTIME:
        if (a === this.#overtimeTurn) this.#endOvertime();
        return;
      case REAP:
        if (a === this.#reaperTurn) this.#watchIdle();
        this.#report();
        return;
    }
    if (b !== environments.generation(a)) return;
    if (type === STARTED) {
      this.#begin(a, false);
      this.#report();
    } else {
      const call = environments.call(a);
      if (this.#plan.empty) this.#finish(call, OK, 0);
      else this.#plan.start(call);
    }
  }

  reply(call: CallId): void {
    this.#plan.reply(call);
  }

  crash(): void {
    this.#plan.clear();
    this.#environments.clear();
    this.#overtime = this.#reaper = -1;
    this.#context.level(this.#kept, 0);
  }

  fault(id: string, on: boolean): void {
    if (id !== DEPLOY.id || !on) return;
    this.#environments.replaceAll();
    this.#report();
  }

  face(writer: FaceWriter): void {
    const { active, idle, starting } = this.#environments;
    writer.put(0);
    writer.put(active + idle);
    writer.put(active);
    writer.put(this.#config.concurrency);
    writer.put(0);
    writer.put(starting);
    writer.put(idle);
  }

  #adopt(config: FunctionConfig): void {
    this.#config = config;
    this.#work = timeSampler(config.workTime, config);
    this.#cold = sampler({
      type: 'lognormal',
      medianMs: config.coldMedianMs,
      p99Ms: Math.max(config.coldMedianMs, config.coldP99Ms),
    });
  }

  #after(micros: number, type: number, environment: number): void {
    const generation = this.#environments.generation(environment);
    this.#context.after(this.#context.work(micros), PRIORITY.completion, type, environment, generation);
  }

  #begin(environment: number, warm: boolean): void {
    const { now } = this.#context;
    this.#environments.begin(environment, now, warm);
    this.#context.began(this.#environments.call(environment));
    this.#after(this.#work.sample(this.#times), WORKED, environment);
    if (this.#overtime < 0) this.#watchTime();
  }

  #finish(call: CallId, cause: number, origin: number): void {
    this.#release(this.#context.calls.work(call, ENVIRONMENT), false);
    if (cause === OK) this.#context.succeed(call);
    else if (origin === HERE) this.#context.fail(call, cause);
    else this.#context.relay(call, cause, origin);
  }

  #release(environment: number, spoilt: boolean): void {
    const { now } = this.#context;
    const environments = this.#environments;
    this.#context.count(this.#billed, Math.ceil((now - environments.billedFrom(environment)) / MICROS_PER_MS));
    environments.release(environment, now, spoilt);
    if (this.#reaper < 0) this.#watchIdle();
    this.#report();
  }

  // — timeouts —

  /** All have the same time, so the one that began first is due first. */
  #watchTime(): void {
    this.#context.cancel(this.#overtime);
    this.#overtime = -1;
    this.#overtimeTurn++;
    const first = this.#environments.longestAtWork;
    if (first < 0) return;
    const due = this.#environments.begunAt(first) + this.#timeout();
    const wait = Math.max(0, due - this.#context.now);
    this.#overtime = this.#context.alarm(wait, PRIORITY.timer, OVERTIME, this.#overtimeTurn);
  }

  #endOvertime(): void {
    const context = this.#context;
    const environments = this.#environments;
    for (;;) {
      const environment = environments.longestAtWork;
      if (environment < 0 || environments.begunAt(environment) + this.#timeout() > context.now) break;
      const call = environments.call(environment);
      context.count(this.#timeouts);
      this.#release(environment, true);
      context.fail(call, TIMEOUT);
    }
    this.#watchTime();
  }

  #timeout(): number {
    return Math.floor(this.#config.timeoutSeconds * MICROS_PER_SECOND + 0.5);
  }

  // — idle environments —

  #watchIdle(): void {
    const { now } = this.#context;
    const keep = this.#keepAlive();
    this.#context.cancel(this.#reaper);
    this.#reaper = -1;
    this.#reaperTurn++;
    this.#environments.reap(now - keep);
    const oldest = this.#environments.oldestIdle;
    if (oldest === Infinity) return;
    this.#reaper = this.#context.alarm(oldest + keep - now, PRIORITY.timer, REAP, this.#reaperTurn);
  }

  #keepAlive(): number {
    return Math.floor(this.#config.keepAliveSeconds * MICROS_PER_SECOND + 0.5);
  }

  #report(): void {
    const { active, idle, starting } = this.#environments;
    this.#context.busy(active, this.#config.concurrency);
    this.#context.waiting(starting);
    this.#context.level(this.#kept, active + idle);
  }
}
