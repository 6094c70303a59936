import type { Context } from '../../engine/behaviour';
import { PRIORITY } from '../../engine/event-queue';
import { CAUSES } from '../../model/outcome';
import { MICROS_PER_SECOND } from '../../model/units';
import type { Backend } from './backend';

export interface EjectionSettings {
  readonly ejection: boolean;
  readonly ejectAfter: number;
  readonly ejectionS: number;
  readonly maxEjectedPercent: number;
}

/** The owner's timer: an ejection is over. It carries the connection and the number of the ejection. */
export const EJECTION_OVER = 3;

/** Envoy: max_ejection_time, and the interval after which one ejection is forgiven. */
const LONGEST = 300 * MICROS_PER_SECOND;
const FORGIVEN_EVERY = 10 * MICROS_PER_SECOND;

/** By cause: whether it is an error of the server, as a proxy sees it (5xx). */
export const SERVER_ERROR = CAUSES.map(({ status }) => Number(status) >= 500);

/**
 * Passive checks: a backend that fails some requests in a row is ejected, for longer each time, as long as not too many
 * are ejected already (Envoy outlier detection). It comes back by itself.
 */
export class OutlierEjection {
  readonly #context: Context;
  readonly #changed: (backend: Backend) => void;
  readonly #ejected: number;
  #settings: EjectionSettings = { ejection: false, ejectAfter: 1, ejectionS: 1, maxEjectedPercent: 0 };

  /** `changed` is called when a backend was ejected or is back. */
  constructor(context: Context, changed: (backend: Backend) => void) {
    this.#context = context;
    this.#changed = changed;
    this.#ejected = context.counter('ejected');
  }

  /** Switched off, it takes everybody back. */
  configure(settings: EjectionSettings, backends: readonly Backend[]): void {
    this.#settings = settings;
    if (settings.ejection) return;
    for (const backend of backends) if (backend.ejected) this.#takeBack(backend);
  }

  /** A request to a backend has ended. */
  judge(backend: Backend, good: boolean, backends: readonly Backend[]): void {
    if (!this.#settings.ejection) return;
    if (good) {
      backend.failures = 0;
      return;
    }
    backend.failures++;
    if (backend.failures >= this.#settings.ejectAfter && !backend.ejected) this.#eject(backend, backends);
  }

  timer(backend: Backend, number: number): void {
    if (backend.ejected && number === backend.ejection) this.#takeBack(backend);
  }

  /** Forgets what it held against a backend. */
  forget(backend: Backend): void {
    backend.ejected = false;
    backend.failures = 0;
    backend.ejections = 0;
    backend.ejection++;
  }

  #eject(backend: Backend, backends: readonly Backend[]): void {
    let out = 0;
    for (const { ejected } of backends) if (ejected) out++;
    // One may always go.
    if (out > 0 && (out + 1) * 100 > this.#settings.maxEjectedPercent * backends.length) return;
    const { now } = this.#context;
    const forgiven = Math.floor((now - backend.returnedAt) / FORGIVEN_EVERY);
    backend.ejections = Math.max(0, backend.ejections - forgiven) + 1;
    backend.ejected = true;
    backend.failures = 0;
    backend.ejection++;
    const micros = Math.min(LONGEST, this.#settings.ejectionS * MICROS_PER_SECOND * backend.ejections);
    this.#context.after(micros, PRIORITY.control, EJECTION_OVER, backend.link.index, backend.ejection);
    this.#context.count(this.#ejected);
    this.#changed(backend);
  }

  #takeBack(backend: Backend): void {
    backend.ejected = false;
    backend.failures = 0;
    backend.returnedAt = this.#context.now;
    this.#changed(backend);
  }
}
