import type { Behaviour, Context, MetricHandle } from '../../engine/behaviour';
import type { CallId } from '../../engine/calls';
import type { Sampler } from '../../engine/distribution';
import { PRIORITY } from '../../engine/event-queue';
import type { RandomStream } from '../../engine/random';
import { hashNumber, hashPair } from '../../engine/resources/hashing';
import { HERE, PlanRunner } from '../../engine/resources/plan-runner';
import { RecentKeys } from '../../engine/resources/recent-keys';
import { Slots } from '../../engine/resources/slots';
import type { FaceWriter } from '../../model/face';
import type { Config } from '../../model/fields';
import { OCCASIONS } from '../../model/plan';
import { causeCode, OK } from '../../model/outcome';
import { fromMs } from '../../model/units';
import { timeSampler } from '../service-time-sampler';
import type { WorkerConfig } from './fields';
import { Ledger } from './ledger';
import { SagaWatch } from './saga-watch';
import { POISON } from './worker';

const QUEUE_FULL = causeCode('queue-full');
const ERROR = causeCode('error');

const WORKED = 0;
const POISONED = 1;
const RECOGNISED = 2;
const LOOK = 3;

/** Work slots beyond the plan runner's: whether the message was acknowledged on delivery, and for what its plan is run. */
const FORGOTTEN = 4;
const OCCASION = 5;
const DONE = OCCASIONS.indexOf('done');
const REFUSED = OCCASIONS.indexOf('refused');
const UNDONE = OCCASIONS.indexOf('undone');

const MOST_HASHED = 4_294_967_296;

export class Worker implements Behaviour {
  #config!: WorkerConfig;
  #work!: Sampler;
  #running = false;
  /** Messages still to be poisoned, of those that come. */
  #toPoison = 0;
  /** Messages inside that were acknowledged on delivery. */
  #atRisk = 0;
  readonly #context: Context;
  readonly #slots = new Slots(1, 0);
  readonly #plan: PlanRunner;
  readonly #ledger: Ledger;
  /** Connections whose messages ask to undo. */
  readonly #undoing = new Set<number>();
  #watch: SagaWatch | null = null;
  /** The poison messages of a fault. */
  readonly #poison = new RecentKeys();
  readonly #times: RandomStream;
  readonly #luck: RandomStream;
  /** Which requests are refused differs from run to run, and never within one. */
  readonly #refusing: number;
  readonly #failed: MetricHandle;
  readonly #poisoned: MetricHandle;
  readonly #busy: MetricHandle;

  constructor(config: WorkerConfig, context: Context) {
    this.#context = context;
    this.#plan = new PlanRunner(context, (call, cause, origin) => this.#finish(call, cause, origin));
    this.#ledger = new Ledger(context);
    this.#times = context.random('work');
    this.#luck = context.random('failures');
    this.#refusing = context.random('refusals').integer(MOST_HASHED);
    this.#failed = context.counter('failed');
    this.#poisoned = context.counter('poisoned');
    this.#busy = context.gauge('busyWorkers');
    this.#adopt(config);
  }

  start(): void {
    this.#plan.resume();
    this.#running = true;
    if (this.#config.saga === 'first') this.#watch?.start();
    this.#report();
  }

  configure(config: WorkerConfig): void {
    this.#adopt(config);
    if (config.saga === 'first' && this.#running) this.#watch?.start();
    for (let call = this.#slots.admit(); call !== -1; call = this.#slots.admit()) this.#begin(call);
    this.#report();
  }

  rewire(): void {
    this.#plan.rewire();
    this.#undoing.clear();
    for (const { index, meaning, config } of this.#context.incoming) {
      if (meaning === 'deliver' && config.asks === 'undo') this.#undoing.add(index);
    }
  }

  arrive(call: CallId): void {
    const { calls, ledger, self } = this.#context;
    const forgotten = this.#forgotten(call) ? 1 : 0;
    calls.setWork(call, FORGOTTEN, forgotten);
    if (this.#config.saga !== 'none') {
      if (this.#undoing.has(calls.connection(call))) calls.setUndoing(call);
      else if (ledger.exposes) ledger.used(self, calls.key(call), calls.rootSerial(call));
    }
    this.#atRisk += forgotten;
    if (this.#toPoison > 0 && this.#poison.add(this.#ledger.idOf(call), this.#context.now)) this.#toPoison--;
    const offered = this.#slots.offer(call);
    if (offered === 'starts') this.#begin(call);
    else if (offered === 'full') this.#answer(call, QUEUE_FULL, HERE);
    this.#report();
  }

  timer(type: number, a: number, b: number): void {
    if (type > LOOK) this.#plan.timer(type, a, b);
    else if (type === WORKED) this.#worked(a);
    else if (type === POISONED) this.#fail(a, this.#poisoned);
    else if (type === LOOK) this.#watch?.timer();
    else {
      this.#ledger.suppress(a);
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
    this.#running = false;
    this.#watch?.crash();
    this.#context.level(this.#busy, 0);
  }

  fault(id: string, on: boolean, params: Config): void {
    if (id !== POISON.id) return;
    this.#toPoison = on ? Number(params['messages']) : 0;
    if (!on) this.#poison.clear();
  }

  audit(): void {
    this.#watch?.audit();
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
    } else if (this.#config.saga !== 'none') this.#sagaFace(writer);
    else if (this.#config.idempotency === 'none') writer.put(0);
    else {
      writer.put(1);
      writer.put(known);
      writer.put(suppressed);
    }
  }

  #sagaFace(writer: FaceWriter): void {
    if (this.#config.saga === 'first' && this.#watch) {
      const { stuck, off, inFlight } = this.#watch;
      const wrong = stuck > 0 || off > 0;
      writer.put(wrong ? 4 : 3);
      if (wrong) writer.put(stuck);
      writer.put(Math.round(wrong ? off : inFlight));
    } else {
      const { refused, undone } = this.#ledger;
      writer.put(refused > 0 ? 6 : 5);
      writer.put(refused > 0 ? refused : undone);
    }
  }

  #adopt(config: WorkerConfig): void {
    this.#config = config;
    const { ledger, self } = this.#context;
    if (config.saga === 'none') ledger.steps.delete(self);
    else ledger.steps.add(self);
    if (config.saga === 'first') {
      this.#watch ??= new SagaWatch(this.#context, LOOK);
      this.#watch.stuckAfterS = config.stuckAfterS;
    } else this.#watch?.end();
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
    const { calls } = this.#context;
    if (failPercent > 0 && this.#luck.chance(failPercent / 100)) {
      this.#fail(call, this.#failed);
      return;
    }
    const occasion = calls.undoing(call) ? UNDONE : this.#refuses(call) ? REFUSED : DONE;
    calls.setWork(call, OCCASION, occasion);
    if (this.#plan.empty) this.#finish(call, OK, 0);
    else this.#plan.start(call, occasion);
  }

  /** The business says no: to the same request always. */
  #refuses(call: CallId): boolean {
    const { saga, refusePercent } = this.#config;
    const { calls } = this.#context;
    if (saga === 'none' || refusePercent === 0 || calls.write(call) === 0) return false;
    return hashPair(calls.rootSerial(call), this.#refusing) / MOST_HASHED < refusePercent / 100;
  }

  #fail(call: CallId, counter: MetricHandle): void {
    this.#context.count(counter);
    this.#finish(call, ERROR, HERE);
  }

  #finish(call: CallId, cause: number, origin: number): void {
    if (cause === OK) {
      const occasion = this.#context.calls.work(call, OCCASION);
      if (occasion === UNDONE) this.#ledger.undo(call);
      else if (occasion === REFUSED) this.#ledger.refuse(call);
      else this.#ledger.commit(call);
    }
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
