import type { Behaviour, Context, MetricHandle } from '../../engine/behaviour';
import type { CallId } from '../../engine/calls';
import type { Sampler } from '../../engine/distribution';
import { PRIORITY } from '../../engine/event-queue';
import type { RandomStream } from '../../engine/random';
import { hashNumber } from '../../engine/resources/hashing';
import { PlanRunner } from '../../engine/resources/plan-runner';
import { RecentKeys } from '../../engine/resources/recent-keys';
import { Slots } from '../../engine/resources/slots';
import type { FaceWriter } from '../../model/face';
import type { Config } from '../../model/fields';
import { causeCode, OK } from '../../model/outcome';
import { fromMs } from '../../model/units';
import { timeSampler } from '../service-time-sampler';
import type { WorkerConfig } from './fields';
import { Ledger } from './ledger';
import { POISON } from './worker';

const QUEUE_FULL = causeCode('queue-full');
const ERROR = causeCode('error');

const WORKED = 0;
const POISONED = 1;
const RECOGNISED = 2;

/** Work slot beyond the plan runner's: whether the message was acknowledged on delivery. */
const FORGOTTEN = 4;

/** Origin of a failure of its own. */
const HERE = -1;

export class Worker implements Behaviour {
  #config!: WorkerConfig;
  #work!: Sampler;
  /** Messages still to be poisoned, of those that come. */
  #toPoison = 0;
  /** Messages inside that were acknowledged on delivery. */
  #atRisk = 0;
  readonly #context: Context;
  readonly #slots = new Slots(1, 0);
  readonly #plan: PlanRunner;
  readonly #ledger: Ledger;
  /** The poison messages of a fault. */
  readonly #poison = new RecentKeys();
  readonly #times: RandomStream;
  readonly #luck: RandomStream;
  readonly #failed: MetricHandle;
  readonly #poisoned: MetricHandle;
  readonly #busy: MetricHandle;

  constructor(config: WorkerConfig, context: Context) {
    this.#context = context;
    this.#plan = new PlanRunner(context, (call, cause, origin) => this.#finish(call, cause, origin));
    this.#ledger = new Ledger(context);
    this.#times = context.random('work');
    this.#luck = context.random('failures');
    this.#failed = context.counter('failed');
    this.#poisoned = context.counter('poisoned');
    this.#busy = context.gauge('busyWorkers');
    this.#adopt(config);
  }

  start(): void {
    this.#plan.resume();
    this.#report();
  }

  configure(config: WorkerConfig): void {
    this.#adopt(config);
    for (let call = this.#slots.admit(); call !== -1; call = this.#slots.admit()) this.#begin(call);
    this.#report();
  }

  rewire(): void {
    this.#plan.rewire();
  }

  arrive(call: CallId): void {
    const forgotten = this.#forgotten(call) ? 1 : 0;
    this.#context.calls.setWork(call, FORGOTTEN, forgotten);
    this.#atRisk += forgotten;
    if (this.#toPoison > 0 && this.#poison.add(this.#ledger.idOf(call), this.#context.now)) this.#toPoison--;
    const offered = this.#slots.offer(call);
    if (offered === 'starts') this.#begin(call);
    else if (offered === 'full') this.#answer(call, QUEUE_FULL, HERE);
    this.#report();
  }

  timer(type: number, a: number, b: number): void {
    if (type > RECOGNISED) this.#plan.timer(type, a, b);
    else if (type === WORKED) this.#worked(a);
    else if (type === POISONED) this.#fail(a, this.#poisoned);
    else {
      this.#ledger.suppress();
      this.#answer(a, OK, 0);
      this.#next();
    }
    this.#report();
  }

  reply(call: CallId): void {
    this.#plan.reply(call);
    this.#report();
  }

  crash(): void {
    this.#ledger.lose(this.#atRisk);
    this.#atRisk = 0;
    this.#slots.clear();
    this.#plan.clear();
    this.#ledger.crash();
    this.#context.level(this.#busy, 0);
  }

  fault(id: string, on: boolean, params: Config): void {
    if (id !== POISON.id) return;
    this.#toPoison = on ? Number(params['messages']) : 0;
    if (!on) this.#poison.clear();
  }

  face(writer: FaceWriter): void {
    const { once, twice, lost, known, suppressed } = this.#ledger;
    const headline = lost > 0 ? 2 : twice > 0 ? 1 : 0;
    writer.put(headline);
    writer.put(once);
    if (headline > 0) writer.put(twice);
    if (headline > 1) writer.put(lost);
    writer.put(this.#slots.busy);
    writer.put(this.#config.workers);
    writer.put(this.#slots.queue.length);
    writer.put(this.#config.queueLimit);
    if (this.#poison.size > 0) {
      writer.put(2);
      writer.put(this.#poison.size);
    } else if (this.#config.idempotency === 'none') writer.put(0);
    else {
      writer.put(1);
      writer.put(known);
      writer.put(suppressed);
    }
  }

  #adopt(config: WorkerConfig): void {
    this.#config = config;
    this.#work = timeSampler(config.serviceTime, config);
    this.#slots.total = config.workers;
    this.#slots.limit = config.queueLimit;
    this.#ledger.configure(config);
  }

  #begin(call: CallId): void {
    const context = this.#context;
    const { idempotency, dedupMs } = this.#config;
    context.began(call);
    const lookUp = idempotency === 'store' ? fromMs(dedupMs) : 0;
    const known = this.#ledger.recognises(call);
    const micros = known ? lookUp : lookUp + this.#work.sample(this.#times);
    const type = known ? RECOGNISED : this.#isPoison(call) ? POISONED : WORKED;
    context.after(context.work(micros), PRIORITY.completion, type, call);
  }

  #isPoison(call: CallId): boolean {
    const { poisonEvery } = this.#config;
    if (this.#poison.size > 0 && this.#poison.has(this.#ledger.idOf(call))) return true;
    return poisonEvery > 0 && hashNumber(this.#context.calls.key(call)) % poisonEvery === 0;
  }

  #worked(call: CallId): void {
    const { failPercent } = this.#config;
    if (failPercent > 0 && this.#luck.chance(failPercent / 100)) this.#fail(call, this.#failed);
    else if (this.#plan.empty) this.#finish(call, OK, 0);
    else this.#plan.start(call);
  }

  #fail(call: CallId, counter: MetricHandle): void {
    this.#context.count(counter);
    this.#finish(call, ERROR, HERE);
  }

  #finish(call: CallId, cause: number, origin: number): void {
    if (cause === OK) this.#ledger.commit(call);
    this.#answer(call, cause, origin);
    this.#next();
    this.#report();
  }

  #answer(call: CallId, cause: number, origin: number): void {
    const context = this.#context;
    if (context.calls.work(call, FORGOTTEN) === 1) {
      this.#atRisk--;
      if (cause !== OK) this.#ledger.lose(1);
    }
    if (cause === OK) context.succeed(call);
    else if (origin === HERE) context.fail(call, cause);
    else context.relay(call, cause, origin);
  }

  /** A worker is free for the next message. */
  #next(): void {
    const next = this.#slots.release();
    if (next !== -1) this.#begin(next);
  }

  /** Acknowledged on delivery: if it fails here, nobody sends it again. */
  #forgotten(call: CallId): boolean {
    const connection = this.#context.calls.connection(call);
    for (const { index, meaning, config } of this.#context.incoming) {
      if (index === connection) return meaning === 'deliver' && config.acknowledge === 'on-delivery';
    }
    return false;
  }

  #report(): void {
    this.#context.busy(this.#slots.busy, this.#config.workers);
    this.#context.waiting(this.#slots.queue.length);
    this.#context.level(this.#busy, this.#slots.busy);
  }
}
