import type { Behaviour, Context } from '../../engine/behaviour';
import type { CallId } from '../../engine/calls';
import type { RandomStream } from '../../engine/random';
import { CpuStation } from '../../engine/resources/cpu-station';
import { passBack, passOn } from '../../engine/resources/forwarding';
import { RouteChooser } from '../../engine/resources/route-chooser';
import { TokenBucket } from '../../engine/resources/token-bucket';
import type { FaceWriter } from '../../model/face';
import { causeCode } from '../../model/outcome';
import type { GatewayConfig } from './api-gateway';

const NO_ROUTE = causeCode('no-route');
const RATE_LIMITED = causeCode('rate-limited');
const UNAUTHORISED = causeCode('unauthorised');

const WORK_DONE = 0;

export class ApiGateway implements Behaviour {
  #config!: GatewayConfig;
  readonly #context: Context;
  readonly #cpu: CpuStation;
  readonly #routes: RouteChooser;
  readonly #bucket: TokenBucket;
  readonly #callers: RandomStream;
  readonly #allowed: number;
  readonly #limited: number;
  readonly #unauthorised: number;
  readonly #tokens: number;

  constructor(config: GatewayConfig, context: Context) {
    this.#context = context;
    this.#cpu = new CpuStation(context, WORK_DONE);
    this.#routes = new RouteChooser(context);
    this.#bucket = new TokenBucket(config.ratePerSec, config.burst, context.now);
    this.#callers = context.random('auth');
    this.#allowed = context.counter('allowed');
    this.#limited = context.counter('limited');
    this.#unauthorised = context.counter('unauthorised');
    this.#tokens = context.gauge('tokens');
    this.#adopt(config);
  }

  start(): void {
    this.#bucket.fill(this.#context.now);
    this.#report();
  }

  configure(config: GatewayConfig): void {
    this.#bucket.configure(config.ratePerSec, config.burst, this.#context.now);
    this.#adopt(config);
    this.#report();
  }

  rewire(): void {
    this.#routes.rewire();
  }

  arrive(call: CallId): void {
    this.#cpu.enter(call);
  }

  /** The gateway's own work is done, and with it the token check: now it decides. */
  timer(_type: number, call: CallId): void {
    const context = this.#context;
    const { auth, invalidPercent, limit } = this.#config;
    this.#cpu.leave();
    if (auth === 'jwt' && this.#callers.chance(invalidPercent / 100)) {
      context.count(this.#unauthorised);
      context.fail(call, UNAUTHORISED);
      return;
    }
    if (limit) {
      const taken = this.#bucket.take(context.now);
      context.level(this.#tokens, this.#bucket.tokens(context.now));
      if (!taken) {
        context.count(this.#limited);
        context.fail(call, RATE_LIMITED);
        return;
      }
    }
    context.count(this.#allowed);
    const link = this.#routes.choose(context.calls.write(call));
    if (link) passOn(context, call, link);
    else context.fail(call, NO_ROUTE);
  }

  reply(call: CallId): void {
    passBack(this.#context, call);
  }

  crash(): void {
    this.#cpu.clear();
    this.#context.level(this.#tokens, 0);
  }

  face(writer: FaceWriter): void {
    const { limit, ratePerSec, burst, auth } = this.#config;
    writer.put(limit ? 0 : 1);
    if (limit) writer.put(ratePerSec);
    writer.put(limit ? Math.floor(this.#bucket.tokens(this.#context.now)) : 0);
    writer.put(limit ? burst : 0);
    writer.put(auth === 'jwt' ? 1 : 0);
  }

  #adopt(config: GatewayConfig): void {
    this.#config = config;
    this.#cpu.configure(config.cores, config.cpuMicros + (config.auth === 'jwt' ? config.jwtMicros : 0));
  }

  #report(): void {
    this.#cpu.report();
    this.#context.level(this.#tokens, this.#config.limit ? this.#bucket.tokens(this.#context.now) : 0);
  }
}
