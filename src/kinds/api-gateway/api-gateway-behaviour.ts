import type { Behaviour, Context, Link } from '../../engine/behaviour';
import { type CallId, FLAG, NO_CALL } from '../../engine/calls';
import { PRIORITY } from '../../engine/event-queue';
import type { RandomStream } from '../../engine/random';
import { ConcurrencyLimit, EVERYBODY } from '../../engine/resources/concurrency-limit';
import { CpuStation } from '../../engine/resources/cpu-station';
import { Discovery } from '../../engine/resources/discovery';
import { passBack, passOn } from '../../engine/resources/forwarding';
import { RouteChooser } from '../../engine/resources/route-chooser';
import type { FaceWriter } from '../../model/face';
import { VERB } from '../../model/meaning';
import { CANCELLED, causeCode } from '../../model/outcome';
import { MICROS_PER_MS, MICROS_PER_SECOND } from '../../model/units';
import type { GatewayConfig } from './fields';
import { Introspection, type Verdict } from './introspection';
import { RateLimits } from './rate-limits';

const NO_ROUTE = causeCode('no-route');
const NO_ADDRESS = causeCode('no-address');
const RATE_LIMITED = causeCode('rate-limited');
const UNAUTHORISED = causeCode('unauthorised');
const ERROR = causeCode('error');

const WORK_DONE = 0;
const ASKED = 1;
const LEAVES = 2;
const LOOK_UP = 3;

/**
 * In a call's work: the client whose permit it holds, plus 2 (0 holds none); whether the bucket holds it back; and the
 * call made for it.
 */
const PERMIT = 1;
const HELD_BACK = 2;
const SENT = 3;

export class ApiGateway implements Behaviour {
  #config!: GatewayConfig;
  readonly #context: Context;
  readonly #cpu: CpuStation;
  readonly #routes: RouteChooser;
  readonly #discovery: Discovery;
  readonly #limits = new RateLimits();
  readonly #permits: ConcurrencyLimit;
  readonly #introspection: Introspection;
  readonly #callers: RandomStream;
  readonly #allowed: number;
  readonly #limited: number;
  readonly #unauthorised: number;
  readonly #tokens: number;
  readonly #delayed: number;
  #heldBack = 0;
  /** The registry does not list everybody it is connected to. */
  #hidden = false;
  /** Whose allowance is shown: the client that came last. */
  #lastClient = 0;

  constructor(config: GatewayConfig, context: Context) {
    this.#context = context;
    this.#cpu = new CpuStation(context, WORK_DONE);
    this.#routes = new RouteChooser(context);
    this.#discovery = new Discovery(context, LOOK_UP, () => this.#findRoutes());
    this.#permits = new ConcurrencyLimit(config.maxConcurrent);
    this.#introspection = new Introspection(context, ASKED, (call, verdict) => this.#identified(call, verdict));
    this.#callers = context.random('auth');
    this.#allowed = context.counter('allowed');
    this.#limited = context.counter('limited');
    this.#unauthorised = context.counter('unauthorised');
    this.#tokens = context.gauge('tokens');
    this.#delayed = context.gauge('delayed');
    this.#adopt(config);
  }

  start(): void {
    this.#limits.reset(this.#context.now);
    this.#discovery.start();
    this.#findRoutes();
    this.#report();
  }

  configure(config: GatewayConfig): void {
    this.#adopt(config);
    this.#report();
  }

  rewire(): void {
    this.#discovery.rewire();
    this.#findRoutes();
  }

  arrive(call: CallId): void {
    this.#context.calls.setWork(call, PERMIT, 0);
    this.#context.calls.setWork(call, HELD_BACK, 0);
    this.#context.calls.setWork(call, SENT, NO_CALL);
    this.#cpu.enter(call);
  }

  timer(type: number, call: CallId, b: number): void {
    if (type === WORK_DONE) {
      this.#cpu.leave();
      if (this.#context.calls.flags(call) & FLAG.cancelled) this.#context.fail(call, CANCELLED);
      else this.#identify(call);
    } else if (type === LOOK_UP) this.#discovery.timer(call);
    else if (type === ASKED) this.#introspection.timer(call, b);
    else if (this.#isHeldBack(call, b)) {
      this.#letGo(call);
      this.#route(call);
    }
  }

  reply(sub: CallId): void {
    const { calls } = this.#context;
    if (calls.verb(sub) === VERB.lookup) {
      this.#discovery.reply(sub);
      return;
    }
    if (calls.parentAlive(sub)) this.#release(calls.parent(sub));
    passBack(this.#context, sub);
  }

  /** Whoever still waits here is let go, and of what was sent on, the other side is told. */
  cancelled(call: CallId): void {
    const { calls } = this.#context;
    const sub = calls.work(call, SENT);
    if (calls.work(call, HELD_BACK) === 1) this.#letGo(call);
    else if (sub !== NO_CALL) this.#context.withdraw(sub);
    else if (!this.#introspection.remove(call)) return;
    this.#release(call);
    this.#context.fail(call, CANCELLED);
  }

  crash(): void {
    this.#discovery.crash();
    this.#cpu.clear();
    this.#permits.clear();
    this.#introspection.clear();
    this.#heldBack = 0;
    this.#context.level(this.#delayed, 0);
    this.#context.level(this.#tokens, 0);
  }

  face(writer: FaceWriter): void {
    const { limiter, scope, ratePerSec, maxConcurrent, auth } = this.#config;
    const each = scope === 'client' ? 1 : 0;
    if (limiter === 'none') writer.put(1);
    else if (limiter === 'concurrency') {
      writer.put(3 + each);
      writer.put(maxConcurrent);
    } else {
      writer.put(2 * each);
      writer.put(ratePerSec);
    }
    writer.put(this.#left());
    writer.put(this.#most());
    writer.put(auth === 'none' ? 0 : auth === 'jwt' ? 1 : 2);
  }

  #adopt(config: GatewayConfig): void {
    this.#config = config;
    this.#cpu.configure(config.cores, config.cpuMicros + (config.auth === 'jwt' ? config.jwtMicros : 0));
    this.#limits.configure(config, this.#context.now);
    this.#permits.limit = config.maxConcurrent;
    this.#introspection.configure(config);
  }

  // — who is it —

  /** The gateway's own work is done, and with it the check of a signature: now it decides. */
  #identify(call: CallId): void {
    const { auth, invalidPercent } = this.#config;
    if (auth === 'none') {
      this.#limit(call);
      return;
    }
    const valid = !this.#callers.chance(invalidPercent / 100);
    if (auth === 'introspection') this.#introspection.ask(call, valid);
    else this.#identified(call, valid ? 'yes' : 'no');
  }

  #identified(call: CallId, verdict: Verdict): void {
    if (verdict === 'yes') this.#limit(call);
    else if (verdict === 'failed') this.#context.fail(call, ERROR);
    else {
      this.#context.count(this.#unauthorised);
      this.#context.fail(call, UNAUTHORISED);
    }
  }

  // — how much may come —

  #limit(call: CallId): void {
    const { calls, now } = this.#context;
    const { limiter } = this.#config;
    if (limiter === 'none') {
      this.#route(call);
      return;
    }
    this.#lastClient = calls.user(call);
    if (limiter === 'concurrency') {
      const client = this.#config.scope === 'client' ? this.#lastClient : EVERYBODY;
      const admitted = this.#permits.admit(client);
      this.#context.level(this.#tokens, this.#left());
      // Nobody knows when a request will end, so nothing is said about when to come again.
      if (!admitted) this.#reject(call, 0);
      else {
        calls.setWork(call, PERMIT, client + 2);
        this.#route(call);
      }
      return;
    }
    const limits = this.#limits.of(this.#lastClient, now);
    const wait = limits.admit(now);
    this.#context.level(this.#tokens, limits.left(now));
    if (wait < 0) this.#reject(call, Math.ceil(limits.retryAfter(now) / MICROS_PER_MS));
    else if (wait === 0) this.#route(call);
    else {
      calls.setWork(call, HELD_BACK, 1);
      this.#context.level(this.#delayed, ++this.#heldBack);
      this.#context.after(wait, PRIORITY.completion, LEAVES, call, serialOf(calls.serial(call)));
    }
  }

  #reject(call: CallId, retryAfterMs: number): void {
    this.#context.count(this.#limited);
    this.#context.fail(call, RATE_LIMITED, retryAfterMs);
  }

  /** The call may have been cancelled meanwhile, and its record used again. */
  #isHeldBack(call: CallId, serial: number): boolean {
    const { calls } = this.#context;
    return serialOf(calls.serial(call)) === serial && calls.work(call, HELD_BACK) === 1;
  }

  #letGo(call: CallId): void {
    this.#context.calls.setWork(call, HELD_BACK, 0);
    this.#context.level(this.#delayed, --this.#heldBack);
  }

  // — on its way —

  #route(call: CallId): void {
    const { calls } = this.#context;
    this.#context.count(this.#allowed);
    const link = this.#routes.choose(calls.write(call), calls.operation(call));
    if (link) calls.setWork(call, SENT, passOn(this.#context, call, link));
    else {
      this.#release(call);
      this.#context.fail(call, this.#hidden ? NO_ADDRESS : NO_ROUTE);
    }
  }

  #findRoutes(): void {
    const lists = ({ peer }: Link): boolean => this.#discovery.lists(peer.index);
    this.#hidden = this.#context.outgoing.some((link) => link.meaning !== 'discover' && !lists(link));
    this.#routes.rewire(lists);
  }

  #release(call: CallId): void {
    const permit = this.#context.calls.work(call, PERMIT);
    if (permit === 0) return;
    this.#permits.release(permit - 2);
    this.#context.calls.setWork(call, PERMIT, 0);
    this.#context.level(this.#tokens, this.#left());
  }

  /** What may still come at once: from everybody, or from the client that came last. */
  #left(): number {
    const { limiter, scope } = this.#config;
    if (limiter === 'none') return 0;
    if (limiter === 'concurrency') {
      const client = scope === 'client' ? this.#lastClient : EVERYBODY;
      return Math.max(0, this.#permits.limit - this.#permits.inFlight(client));
    }
    return this.#limits.peek(this.#lastClient, this.#context.now);
  }

  #most(): number {
    const { limiter, ratePerSec, burst, windowS, maxConcurrent } = this.#config;
    switch (limiter) {
      case 'none':
        return 0;
      case 'concurrency':
        return maxConcurrent;
      case 'token-bucket':
        return burst;
      case 'leaky-bucket':
        return burst + 1;
      default:
        return Math.max(1, Math.floor((ratePerSec * (windowS * MICROS_PER_SECOND)) / MICROS_PER_SECOND));
    }
  }

  #report(): void {
    this.#cpu.report();
    this.#context.level(this.#tokens, this.#left());
  }
}

/** What of a serial number fits into a timer. */
function serialOf(serial: number): number {
  return serial | 0;
}
