import type { Link } from '../../engine/behaviour';
import { MICROS_PER_SECOND } from '../../model/units';
import { type Backend, trusted } from './backend';

interface Pin {
  readonly backend: Backend;
  readonly since: number;
}

/**
 * Layer 4: where the network connections lead that carry many calls. All gRPC calls over one incoming connection share
 * one network connection, which stays with its backend until it grows too old or the backend is lost; so a balancer that
 * only sees connections cannot spread them. REST callers keep many connections, so each request counts as one of its own.
 */
export class ConnectionPins {
  readonly #pins = new Map<number, Pin>();
  readonly #shared = new Map<number, Link>();

  /** Reads the incoming connections anew; those that are gone let go of their backend. */
  rewire(incoming: readonly Link[]): void {
    this.#shared.clear();
    for (const link of incoming) if (link.config.protocol === 'grpc') this.#shared.set(link.index, link);
    for (const index of this.#pins.keys()) if (!this.#shared.has(index)) this.#unpin(index);
  }

  /** Whether calls over this incoming connection share one network connection. */
  shares(incoming: number): boolean {
    return this.#shared.has(incoming);
  }

  /** The backend at the other end, or null when a new network connection must be opened. */
  find(incoming: number, now: number): Backend | null {
    const pin = this.#pins.get(incoming);
    if (!pin) return null;
    const ageLimit = this.#shared.get(incoming)!.config.maxConnectionAgeS * MICROS_PER_SECOND;
    // Who drains keeps the connections it has.
    if (trusted(pin.backend) && (ageLimit === 0 || now - pin.since < ageLimit)) return pin.backend;
    this.#unpin(incoming);
    return null;
  }

  pin(incoming: number, backend: Backend, now: number): void {
    this.#unpin(incoming);
    this.#pins.set(incoming, { backend, since: now });
    backend.load++;
  }

  /** Its connections broke. */
  drop(backend: Backend): void {
    for (const [index, pin] of this.#pins) if (pin.backend === backend) this.#unpin(index);
  }

  clear(): void {
    for (const index of this.#pins.keys()) this.#unpin(index);
  }

  #unpin(incoming: number): void {
    const pin = this.#pins.get(incoming);
    if (!pin) return;
    pin.backend.load--;
    this.#pins.delete(incoming);
  }
}
