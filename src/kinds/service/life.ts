/** The life of the process behind an instance: stopped, starting, ready and warming up, killed and restarted. */
import { PRIORITY } from '../../engine/event-queue';
import { MICROS_PER_SECOND } from '../../model/units';
import { type Plant, TIMER } from './plant';

/** Kubernetes: the delay doubles up to this, and begins anew after so long a good run. */
const LONGEST_RESTART_S = 300;
const GOOD_RUN_S = 600;
/** A process that dies of its configuration has run this long. */
const READING_S = 0.1;

export type LifeState = 'stopped' | 'killed' | 'starting' | 'ready' | 'draining';

export class Life {
  state: LifeState = 'stopped';
  /** What it was killed by last: its configuration, or else its need of memory. */
  misled = false;
  /** Number of the next change of state that is planned. */
  #turn = 0;
  #kills = 0;
  /** Since when it is up; before the beginning for one that was warm from the start. */
  #readyAt = -Infinity;
  readonly #plant: Plant;
  readonly #index: number;

  constructor(plant: Plant, index: number) {
    this.#plant = plant;
    this.#index = index;
  }

  /** The process comes up. `warm` as if it had been running all along. */
  boot(warm: boolean): void {
    const { startupS } = this.#plant.config;
    if (warm || startupS === 0) this.#getReady(warm);
    else {
      this.state = 'starting';
      this.#turnAfter(startupS);
    }
  }

  /** A restart delay, a start-up or the time to finish has ended. Returns whether what is left inside must end now. */
  turn(number: number): boolean {
    if (number !== this.#turn) return false;
    if (this.state === 'killed') this.boot(false);
    else if (this.state === 'starting') this.#getReady(false);
    return this.state === 'draining';
  }

  /** It gets no more requests and has a while to finish those it has. */
  drain(): void {
    const wasReady = this.state === 'ready';
    this.stop(true);
    if (!wasReady) return;
    this.state = 'draining';
    this.#turnAfter(this.#plant.config.drainS);
  }

  /** It gets no more requests; `orderly` when it can still say so. */
  stop(orderly = false): void {
    if (this.state === 'ready') {
      this.#plant.ready--;
      this.#plant.registrations.down(this.#index, orderly);
    }
    this.state = 'stopped';
    this.#turn++;
  }

  /** Stops, and plans the restart: `misled` by a configuration that it had to read first. */
  kill(misled: boolean): void {
    const { context, config } = this.#plant;
    if (context.now - this.#readyAt >= GOOD_RUN_S * MICROS_PER_SECOND) this.#kills = 0;
    const delayS = Math.min(
      LONGEST_RESTART_S,
      Math.max(misled ? READING_S : 0, config.restartS) * (1 << Math.min(this.#kills, 20)),
    );
    this.#kills++;
    this.misled = misled;
    this.stop();
    this.state = 'killed';
    this.#turnAfter(delayS);
  }

  get warming(): boolean {
    return this.state === 'ready' && this.coldness > 0;
  }

  /** 1 right after start-up, 0 when warm. */
  get coldness(): number {
    const { config, context } = this.#plant;
    const up = context.now - this.#readyAt;
    return config.warmUpS > 0 ? Math.max(0, 1 - up / (config.warmUpS * MICROS_PER_SECOND)) : 0;
  }

  #getReady(warm: boolean): void {
    this.state = 'ready';
    this.#readyAt = warm ? -Infinity : this.#plant.context.now;
    this.#plant.ready++;
    this.#plant.registrations.up(this.#index);
  }

  #turnAfter(seconds: number): void {
    const micros = Math.floor(seconds * MICROS_PER_SECOND + 0.5);
    this.#plant.context.after(micros, PRIORITY.timer, TIMER.turn, this.#index, ++this.#turn);
  }
}
