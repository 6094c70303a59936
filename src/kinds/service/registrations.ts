/** The instances of a service report to the registries it is connected to: heartbeats while they are ready. */
import type { Context, Link } from '../../engine/behaviour';
import { NO_CALL } from '../../engine/calls';
import { PRIORITY } from '../../engine/event-queue';
import type { RandomStream } from '../../engine/random';
import { VERB } from '../../model/meaning';
import { MICROS_PER_SECOND } from '../../model/units';

const MOST_INSTANCES = 64;

export class Registrations {
  #links: readonly Link[] = [];
  /** Grows when an instance becomes ready or no longer is: heartbeats planned before are void. */
  readonly #lives = new Int32Array(MOST_INSTANCES);
  readonly #ready = new Uint8Array(MOST_INSTANCES);
  readonly #context: Context;
  readonly #timerType: number;
  readonly #phases: RandomStream;

  /** `timerType` is the type of the owner's timer for heartbeats. */
  constructor(context: Context, timerType: number) {
    this.#context = context;
    this.#timerType = timerType;
    this.#phases = context.random('heartbeats');
  }

  rewire(): void {
    const before = this.#links;
    this.#links = this.#context.outgoing.filter(({ meaning }) => meaning === 'register');
    for (const link of this.#links) {
      if (before.some(({ index }) => index === link.index)) continue;
      for (let i = 0; i < MOST_INSTANCES; i++) if (this.#ready[i] === 1) this.#register(link, i);
    }
  }

  /** An instance is up. */
  up(instance: number): void {
    this.#ready[instance] = 1;
    this.#lives[instance]!++;
    for (const link of this.#links) this.#register(link, instance);
  }

  /** It is up no more; `orderly` says whether it can say so. */
  down(instance: number, orderly: boolean): void {
    this.#ready[instance] = 0;
    this.#lives[instance]!++;
    if (!orderly) return;
    for (const { index } of this.#links) this.#context.sendDetached(index, NO_CALL, VERB.release, 0, instance);
  }

  /** A heartbeat is due. */
  timer(link: number, code: number): void {
    const instance = code % MOST_INSTANCES;
    if (this.#lives[instance] !== Math.floor(code / MOST_INSTANCES)) return;
    const target = this.#links.find(({ index }) => index === link);
    if (target) this.#beat(target, instance, 1);
  }

  /** Those who begin together do not beat together. */
  #register(link: Link, instance: number): void {
    this.#beat(link, instance, this.#phases.uniform());
  }

  /** One now, and the next after this share of the interval. */
  #beat({ index, config }: Link, instance: number, share: number): void {
    this.#context.sendDetached(index, NO_CALL, VERB.heartbeat, 0, instance);
    const micros = Math.floor(share * config.heartbeatS * MICROS_PER_SECOND + 0.5);
    const code = this.#lives[instance]! * MOST_INSTANCES + instance;
    this.#context.after(micros, PRIORITY.control, this.#timerType, index, code);
  }
}
