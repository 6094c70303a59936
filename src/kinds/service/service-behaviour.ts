import type { Behaviour, Context } from '../../engine/behaviour';
import type { CallId } from '../../engine/calls';
import { type Sampler, sampler } from '../../engine/distribution';
import { PRIORITY } from '../../engine/event-queue';
import type { RandomStream } from '../../engine/random';
import { PlanRunner } from '../../engine/resources/plan-runner';
import { Slots, SlotTally } from '../../engine/resources/slots';
import type { FaceWriter } from '../../model/face';
import { causeCode, OK } from '../../model/outcome';
import type { ServiceConfig } from './service';

const QUEUE_FULL = causeCode('queue-full');

const WORK_DONE = 0;

/** Work slots beyond the plan runner's: the instance, and whether its worker waits along. */
const INSTANCE = 4;
const HOLDS = 5;

export class Service implements Behaviour {
  #config!: ServiceConfig;
  #service!: Sampler;
  readonly #instances: Slots[] = [];
  readonly #tally = new SlotTally();
  /** Instance whose turn it is. */
  #next = 0;
  readonly #context: Context;
  readonly #plan: PlanRunner;
  readonly #times: RandomStream;

  constructor(config: ServiceConfig, context: Context) {
    this.#context = context;
    this.#times = context.random('service');
    this.#plan = new PlanRunner(context, (call, cause, origin) => this.#finish(call, cause, origin));
    this.#adopt(config);
  }

  start(): void {
    this.#report();
  }

  configure(config: ServiceConfig): void {
    this.#adopt(config);
    for (const slots of this.#instances) {
      for (let call = slots.admit(); call >= 0; call = slots.admit()) this.#begin(call);
    }
    this.#report();
  }

  rewire(): void {
    this.#plan.rewire();
  }

  arrive(call: CallId): void {
    const index = this.#next;
    this.#next = (index + 1) % this.#config.instances;
    this.#context.calls.setWork(call, INSTANCE, index);
    switch (this.#instances[index]!.offer(call)) {
      case 'starts':
        this.#begin(call);
        break;
      case 'full':
        this.#context.fail(call, QUEUE_FULL);
        return;
      case 'waits':
    }
    this.#report();
  }

  timer(_type: number, call: CallId): void {
    // An event loop is free again while the request waits for others.
    if (this.#context.calls.work(call, HOLDS) === 0) this.#release(call);
    if (this.#plan.empty) this.#finish(call, OK, 0);
    else this.#plan.start(call);
  }

  reply(call: CallId): void {
    this.#plan.reply(call);
  }

  crash(): void {
    for (const slots of this.#instances) slots.clear();
  }

  face(writer: FaceWriter): void {
    const { instances, workers, concurrency } = this.#config;
    const loop = concurrency === 'event-loop' ? 1 : 0;
    writer.put(instances === 1 ? loop : 2 + loop);
    if (instances > 1) writer.put(instances);
    writer.put(workers);
    writer.put(this.#tally.busy);
    writer.put(instances * workers);
    writer.put(this.#tally.waiting);
    writer.put(instances * this.#config.queueLimit);
  }

  #adopt(config: ServiceConfig): void {
    this.#config = config;
    this.#service = sampler(
      config.serviceTime === 'lognormal'
        ? { type: 'lognormal', medianMs: config.medianMs, p99Ms: Math.max(config.medianMs, config.p99Ms) }
        : { type: config.serviceTime, meanMs: config.meanMs },
    );
    // Instances taken away get no more requests and finish what they have.
    while (this.#instances.length < config.instances) this.#instances.push(new Slots(0, 0, this.#tally));
    for (const slots of this.#instances) {
      slots.total = config.workers;
      slots.limit = config.queueLimit;
    }
    this.#next = this.#next % config.instances;
  }

  #begin(call: CallId): void {
    const context = this.#context;
    context.began(call);
    context.calls.setWork(call, HOLDS, this.#config.concurrency === 'threads' ? 1 : 0);
    context.after(context.work(this.#service.sample(this.#times)), PRIORITY.completion, WORK_DONE, call);
  }

  #finish(call: CallId, cause: number, origin: number): void {
    const holds = this.#context.calls.work(call, HOLDS) === 1;
    if (holds) this.#release(call);
    if (cause === OK) this.#context.succeed(call);
    else this.#context.relay(call, cause, origin);
  }

  /** Frees the worker of a call for the next one at the same instance. */
  #release(call: CallId): void {
    const next = this.#instances[this.#context.calls.work(call, INSTANCE)]!.release();
    if (next >= 0) this.#begin(next);
    this.#report();
  }

  #report(): void {
    this.#context.busy(this.#tally.busy, this.#config.instances * this.#config.workers);
    this.#context.waiting(this.#tally.waiting);
  }
}
