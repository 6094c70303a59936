import type { Behaviour, Context } from '../../engine/behaviour';
import type { CallId } from '../../engine/calls';
import type { Sampler } from '../../engine/distribution';
import { type EventHandle, PRIORITY } from '../../engine/event-queue';
import type { RandomStream } from '../../engine/random';
import { TokenBucket } from '../../engine/resources/token-bucket';
import { exponential } from '../../engine/ziggurat';
import type { FaceWriter } from '../../model/face';
import { causeCode, REFUSED } from '../../model/outcome';
import { MICROS_PER_SECOND } from '../../model/units';
import { timeSampler } from '../service-time-sampler';
import type { ExternalConfig } from './external-api';

const ERROR = causeCode('error');
const RATE_LIMITED = causeCode('rate-limited');

const ANSWER = 0;
const TURN = 1;

export class ExternalApi implements Behaviour {
  #config!: ExternalConfig;
  #latency!: Sampler;
  #up = true;
  /** Alive, so that timers may be set. */
  #running = false;
  /** The next outage, or the end of the present one. */
  #turn: EventHandle = -1;
  /** Grows when the outages are planned anew: a turn that fired while the process was frozen is void. */
  #plan = 0;
  readonly #context: Context;
  readonly #bucket: TokenBucket;
  readonly #times: RandomStream;
  readonly #errors: RandomStream;
  readonly #outages: RandomStream;
  readonly #accepted: number;
  readonly #limited: number;
  readonly #outageCount: number;
  readonly #available: number;

  constructor(config: ExternalConfig, context: Context) {
    this.#context = context;
    this.#bucket = new TokenBucket(config.ratePerSec, config.burst, context.now);
    this.#times = context.random('service');
    this.#errors = context.random('error');
    this.#outages = context.random('outage');
    this.#accepted = context.counter('accepted');
    this.#limited = context.counter('limited');
    this.#outageCount = context.counter('outages');
    this.#available = context.gauge('available');
    this.#adopt(config);
  }

  start(): void {
    this.#running = true;
    this.#bucket.fill(this.#context.now);
    this.#planOutages();
  }

  configure(config: ExternalConfig): void {
    const before = this.#config;
    this.#bucket.configure(config.ratePerSec, config.burst, this.#context.now);
    this.#adopt(config);
    const same =
      before.outages === config.outages &&
      before.mtbfSeconds === config.mtbfSeconds &&
      before.mttrSeconds === config.mttrSeconds;
    if (!same && this.#running) this.#planOutages();
  }

  arrive(call: CallId): void {
    const context = this.#context;
    if (!this.#up) {
      context.fail(call, REFUSED);
      return;
    }
    if (this.#config.limit && !this.#bucket.take(context.now)) {
      context.count(this.#limited);
      context.fail(call, RATE_LIMITED, this.#nextTokenMs());
      return;
    }
    context.count(this.#accepted);
    context.began(call);
    const fails = this.#errors.chance(this.#config.errorPercent / 100) ? 1 : 0;
    context.after(context.work(this.#latency.sample(this.#times)), PRIORITY.completion, ANSWER, call, fails);
  }

  timer(type: number, a: number, b: number): void {
    if (type === TURN) {
      if (a === this.#plan) this.#takeTurn();
    } else if (b === 1) this.#context.fail(a, ERROR);
    else this.#context.succeed(a);
  }

  crash(): void {
    this.#running = false;
    this.#setUp(false);
  }

  face(writer: FaceWriter): void {
    const { limit, ratePerSec, burst } = this.#config;
    writer.put(limit ? 0 : 1);
    if (limit) writer.put(ratePerSec);
    writer.put(limit ? Math.floor(this.#bucket.tokens(this.#context.now)) : 0);
    writer.put(limit ? burst : 0);
    writer.put(this.#up ? 0 : 1);
  }

  #adopt(config: ExternalConfig): void {
    this.#config = config;
    this.#latency = timeSampler(config.latency, config);
  }

  /** Until the next request will be allowed, if nobody else comes first: at least 1, for 0 says nothing. */
  #nextTokenMs(): number {
    const missing = 1 - this.#bucket.tokens(this.#context.now);
    return Math.max(1, Math.ceil((1000 * missing) / this.#config.ratePerSec));
  }

  /** Whatever was planned is void. Being exponential, times have no memory: they may be drawn anew at any moment. */
  #planOutages(): void {
    this.#context.cancel(this.#turn);
    this.#turn = -1;
    this.#plan++;
    this.#setUp(true);
    if (this.#config.outages) this.#planTurn(this.#config.mtbfSeconds);
  }

  #takeTurn(): void {
    this.#setUp(!this.#up);
    if (!this.#up) this.#context.count(this.#outageCount);
    this.#planTurn(this.#up ? this.#config.mtbfSeconds : this.#config.mttrSeconds);
  }

  #planTurn(meanSeconds: number): void {
    const micros = Math.floor(meanSeconds * MICROS_PER_SECOND * exponential(this.#outages) + 0.5);
    this.#turn = this.#context.alarm(micros, PRIORITY.control, TURN, this.#plan);
  }

  #setUp(up: boolean): void {
    this.#up = up;
    this.#context.level(this.#available, up ? 1 : 0);
  }
}
