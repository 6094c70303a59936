import type { Behaviour, Context, Link } from '../../engine/behaviour';
import { type CallId, NO_CALL } from '../../engine/calls';
import { sampler, type Sampler } from '../../engine/distribution';
import { PRIORITY } from '../../engine/event-queue';
import type { RandomStream } from '../../engine/random';
import { RouteChooser } from '../../engine/resources/route-chooser';
import { exponential } from '../../engine/ziggurat';
import { type KeySampler, SequentialKeys, UniformKeys, ZipfKeys } from '../../engine/zipf';
import type { FaceWriter } from '../../model/face';
import { plainVerb } from '../../model/meaning';
import { causeCode, OK } from '../../model/outcome';
import type { ClientConfig } from './client';

const NO_ROUTE = causeCode('no-route');

const ARRIVAL = 0;
const THINK_OVER = 1;

/** Ratio of the p99 to the median of people's pauses (model reference, clients: lognormal 1000/5000). */
const THINK_P99 = 5;
const POISSON = 0;
const EVENLY = 1;
const CLOSED = 2;

/** Asking again at once when there is nobody to ask would let no time pass. */
const PAUSE_WITHOUT_ROUTE = 1_000;

export class Client implements Behaviour {
  #config!: ClientConfig;
  #keys!: KeySampler;
  #think!: Sampler;
  #users = 0;
  #readShare = 0;
  /** Between arrivals, in microseconds with fraction, so that constant rates do not drift. */
  #nextArrival = 0;
  #generation = 0;
  readonly #context: Context;
  readonly #routes: RouteChooser;
  readonly #arrivals: RandomStream;
  readonly #thinking: RandomStream;
  readonly #operations: RandomStream;
  readonly #keyStream: RandomStream;

  constructor(config: ClientConfig, context: Context) {
    this.#context = context;
    this.#routes = new RouteChooser(context);
    this.#arrivals = context.random('arrival');
    this.#thinking = context.random('think');
    this.#operations = context.random('operation');
    this.#keyStream = context.random('key');
    this.#adopt(config);
  }

  start(): void {
    if (this.#config.workload === 'closed') this.#addUsers();
    else this.#startArrivals();
  }

  configure(config: ClientConfig): void {
    const before = this.#config;
    this.#adopt(config);
    if (before.workload !== config.workload) {
      this.#generation++;
      this.#users = 0;
      this.start();
    } else if (config.workload === 'closed') this.#addUsers();
    else if (before.ratePerSec !== config.ratePerSec || before.arrivals !== config.arrivals) this.#startArrivals();
  }

  rewire(): void {
    this.#routes.rewire();
  }

  arrive(call: CallId): void {
    this.#context.fail(call, NO_ROUTE);
  }

  reply(call: CallId): void {
    const { calls, now } = this.#context;
    const cause = calls.cause(call);
    if (cause === OK) this.#context.answered(now - calls.sentAt(call));
    else this.#context.gaveUp(cause);
    if (calls.ticket(call) === this.#generation) this.#thinkThenAsk(0);
  }

  timer(type: number, generation: number): void {
    if (generation !== this.#generation) return;
    if (type === ARRIVAL) {
      this.#ask(-1);
      this.#scheduleArrival();
    } else this.#userAsks();
  }

  face(writer: FaceWriter): void {
    const { workload, arrivals, ratePerSec } = this.#config;
    writer.put(workload === 'closed' ? CLOSED : arrivals === 'poisson' ? POISSON : EVENLY);
    writer.put(workload === 'closed' ? this.#users : ratePerSec);
  }

  #adopt(config: ClientConfig): void {
    this.#config = config;
    this.#readShare = config.readPercent / 100;
    this.#keys =
      config.keys === 'zipf'
        ? new ZipfKeys(config.keyCount, config.zipfExponent)
        : config.keys === 'uniform'
          ? new UniformKeys(config.keyCount)
          : new SequentialKeys(config.keyCount);
    this.#think = sampler(
      config.thinkMs === 0 || config.thinkTime === 'constant'
        ? { type: 'constant', meanMs: config.thinkMs }
        : config.thinkTime === 'exponential'
          ? { type: 'exponential', meanMs: config.thinkMs }
          : { type: 'lognormal', medianMs: config.thinkMs, p99Ms: config.thinkMs * THINK_P99 },
    );
  }

  // — open —

  #startArrivals(): void {
    this.#generation++;
    this.#nextArrival = this.#context.now;
    this.#scheduleArrival();
  }

  #scheduleArrival(): void {
    const { ratePerSec, arrivals } = this.#config;
    if (ratePerSec === 0) return;
    const gap = 1_000_000 / ratePerSec;
    this.#nextArrival += arrivals === 'constant' ? gap : gap * exponential(this.#arrivals);
    const wait = Math.max(0, Math.floor(this.#nextArrival + 0.5) - this.#context.now);
    this.#context.after(wait, PRIORITY.arrival, ARRIVAL, this.#generation);
  }

  // — closed —

  /** Newcomers first think, so that they do not all ask at once. Leavers go when their answer is here. */
  #addUsers(): void {
    while (this.#users < this.#config.users) {
      this.#users++;
      this.#context.after(this.#think.sample(this.#thinking), PRIORITY.arrival, THINK_OVER, this.#generation);
    }
  }

  #thinkThenAsk(atLeast: number): void {
    if (this.#users > this.#config.users) {
      this.#users--;
      return;
    }
    this.#context.after(
      Math.max(atLeast, this.#think.sample(this.#thinking)),
      PRIORITY.arrival,
      THINK_OVER,
      this.#generation,
    );
  }

  #userAsks(): void {
    this.#ask(this.#generation);
  }

  // — both —

  #ask(ticket: number): void {
    const context = this.#context;
    const write = this.#operations.chance(this.#readShare) ? 0 : 1;
    const key = this.#keys.sample(this.#keyStream);
    const link: Link | null = this.#routes.choose(write);
    context.offered();
    if (!link) {
      context.gaveUp(NO_ROUTE);
      if (ticket >= 0) this.#thinkThenAsk(PAUSE_WITHOUT_ROUTE);
      return;
    }
    context.send(link.index, NO_CALL, plainVerb(link.meaning, write === 1), write, key, ticket);
  }
}
