/**
 * Owns one run inside the worker: paces it against real time in bounded slices, streams frames, takes commands. Real
 * time and the scheduler come from outside, so that tests drive it in virtual time.
 */
import { checkHistory } from '../analysis/history-check';
import type { Simulation } from '../engine/simulation';
import { assemble } from '../kinds/assemble';
import { type Problem, problem, ProblemError } from '../model/problems';
import type { Intervention, RunRecord } from '../model/scenario';
import { FrameWriter } from './frame-writer';
import { MotionRecorder } from './motion-recorder';
import type { CheckedHistory, Deed, Frame, FromWorker, Pace, RunCommands } from './protocol';

/** The wall clock in milliseconds and the means to be called again. */
export interface Wall {
  now(): number;
  /** Calls back once, after about so many milliseconds. */
  later(callback: () => void, ms: number): void;
}

/** Between frames while playing. Dots are interpolated in between. */
const FRAME_MS = 40;
/** Longest uninterrupted work: a command waits at most this long. */
const SLICE_MS = 24;
/** Events between two looks at the wall clock. */
const EVENTS_PER_LOOK = 2_000;
const BEAT_MS = 500;

export class RunHost implements Omit<RunCommands, 'connect'> {
  #run = 0;
  #simulation: Simulation | null = null;
  #frames: FrameWriter | null = null;
  readonly #motion = new MotionRecorder();
  #pace: Pace = 'paused';
  #speed = 1;
  #seekFrom = 0;
  #seekUntil = 0;
  #thenPlay = false;
  /** Real time up to which simulated time has been granted. */
  #grantedAt = 0;
  #happened: { intervention: Intervention; planned: boolean }[] = [];
  #problem: Problem | null = null;
  #stepped = false;
  #measureWall = 0;
  #playedFrom = 0;
  #measureTime = 0;
  #achieved = 0;
  #looping = false;
  #sentAt = -Infinity;
  readonly #wall: Wall;
  readonly #send: (message: FromWorker, transfer: ArrayBuffer[]) => void;

  constructor(wall: Wall, send: (message: FromWorker, transfer: ArrayBuffer[]) => void) {
    this.#wall = wall;
    this.#send = send;
    this.#beat();
  }

  open(run: number, record: RunRecord, untilMicros: number, thenPlay: boolean): void {
    this.#run = run;
    this.#problem = null;
    this.#happened = [];
    this.#achieved = 0;
    const simulation = assemble(record.scenario, record.interventions);
    simulation.onIntervention = (intervention, planned) => this.#happened.push({ intervention, planned });
    this.#simulation = simulation;
    this.#frames = new FrameWriter(simulation);
    this.#motion.buffer.take();
    this.#motion.setSpeed(this.#speed);
    this.#pace = 'paused';
    if (untilMicros > 0) this.#startSeek(untilMicros, thenPlay);
    else if (thenPlay) this.play();
    this.#sendFrame();
  }

  close(): void {
    this.#simulation = null;
    this.#frames = null;
    this.#pace = 'paused';
  }

  play(): void {
    const simulation = this.#need();
    if (this.#pace === 'playing') return;
    this.#pace = 'playing';
    simulation.motion = this.#motion;
    this.#grantedAt = this.#wall.now();
    this.#startMeasuring(simulation);
    this.#loop();
  }

  pause(): void {
    this.#need();
    this.#pace = 'paused';
    this.#achieved = 0;
    this.#sendFrame();
  }

  setSpeed(speed: number): void {
    this.#speed = speed;
    this.#motion.setSpeed(speed);
    if (this.#simulation) this.#startMeasuring(this.#simulation);
  }

  step(): void {
    const simulation = this.#need();
    this.#pace = 'paused';
    this.#achieved = 0;
    simulation.motion = this.#motion;
    this.#guard(() => simulation.step());
    this.#stepped = true;
    this.#sendFrame();
  }

  seek(untilMicros: number): void {
    this.#need();
    this.#startSeek(untilMicros, false);
  }

  intervene(deed: Deed): Intervention {
    const simulation = this.#need();
    const intervention = simulation.intervene(deed);
    // A paused run shows at once what was done to it.
    if (this.#pace === 'paused') {
      this.#guard(() => simulation.advance(intervention.atMicros + 1));
      this.#sendFrame();
    }
    return intervention;
  }

  checkHistory(component: string): CheckedHistory | null {
    const simulation = this.#need();
    const history = simulation.component(component)?.behaviour.history?.();
    if (!history) return null;
    return {
      check: checkHistory(history.operations(), history.first === 0),
      time: simulation.now,
      callers: simulation.components.map(({ label }) => label),
    };
  }

  #need(): Simulation {
    if (!this.#simulation) throw new ProblemError(problem(404));
    return this.#simulation;
  }

  #startSeek(untilMicros: number, thenPlay: boolean): void {
    const simulation = this.#need();
    this.#pace = 'seeking';
    this.#seekFrom = simulation.now;
    this.#seekUntil = untilMicros;
    this.#thenPlay = thenPlay;
    simulation.motion = null;
    this.#loop();
  }

  #loop(): void {
    if (this.#looping) return;
    this.#looping = true;
    this.#wall.later(() => this.#turn(), 0);
  }

  #turn(): void {
    this.#looping = false;
    const simulation = this.#simulation;
    if (!simulation || this.#pace === 'paused') return;
    const started = this.#wall.now();
    if (this.#pace === 'seeking') this.#seekSlice(simulation, started);
    else this.#playSlice(simulation, started);
    const now = this.#wall.now();
    if (now - this.#sentAt >= FRAME_MS || this.#paceIsPaused()) this.#sendFrame();
    if (this.#paceIsPaused()) return;
    this.#looping = true;
    // While playing, rest until the next frame is due; behind schedule or seeking, only let commands through.
    const rest = this.#pace === 'playing' ? Math.max(0, FRAME_MS - (now - started)) : 0;
    this.#wall.later(() => this.#turn(), rest);
  }

  #paceIsPaused(): boolean {
    return this.#pace === 'paused';
  }

  #seekSlice(simulation: Simulation, started: number): void {
    this.#advance(simulation, this.#seekUntil, started);
    if (simulation.now < this.#seekUntil || this.#pace === 'paused') return;
    this.#pace = 'paused';
    if (this.#thenPlay) this.play();
  }

  #playSlice(simulation: Simulation, started: number): void {
    const until = simulation.now + Math.floor((started - this.#grantedAt) * 1000 * this.#speed);
    const reached = this.#advance(simulation, until, started);
    // What could not be simulated in time is not owed: the clock of the run slows down and says so. Whole microseconds
    // are granted; the rest of a slow-motion millisecond is kept for the next turn.
    if (!reached) this.#grantedAt = started;
    else this.#grantedAt += (until - this.#playedFrom) / 1000 / this.#speed;
    const now = this.#wall.now();
    const span = now - this.#measureWall;
    if (span >= 500) {
      this.#achieved = (simulation.now - this.#measureTime) / 1000 / span;
      this.#startMeasuring(simulation);
    }
  }

  /** Advances until `until` or the end of the slice. Returns whether `until` was reached. */
  #advance(simulation: Simulation, until: number, started: number): boolean {
    this.#playedFrom = simulation.now;
    return this.#guard(() => {
      do {
        if (simulation.advance(until, EVENTS_PER_LOOK) < EVENTS_PER_LOOK) return true;
      } while (this.#wall.now() - started < SLICE_MS);
      return false;
    });
  }

  /** An error in the simulation stops the run with a problem instead of the worker. */
  #guard(action: () => boolean | number): boolean {
    try {
      return action() !== false;
    } catch (error) {
      this.#pace = 'paused';
      this.#achieved = 0;
      this.#problem =
        error instanceof ProblemError
          ? error.problems[0]!
          : problem(401, error instanceof Error ? error.message : 'The reason is unknown.');
      return false;
    }
  }

  #startMeasuring(simulation: Simulation): void {
    this.#measureWall = this.#wall.now();
    this.#measureTime = simulation.now;
  }

  #sendFrame(): void {
    const simulation = this.#simulation;
    const frames = this.#frames;
    if (!simulation || !frames) return;
    this.#sentAt = this.#wall.now();
    const span = this.#seekUntil - this.#seekFrom;
    const frame: Frame = {
      run: this.#run,
      time: simulation.now,
      events: simulation.events,
      pace: this.#pace,
      achieved: this.#achieved,
      progress: this.#pace === 'seeking' && span > 0 ? (simulation.now - this.#seekFrom) / span : 1,
      fingerprint: simulation.fingerprint,
      secondFingerprint: simulation.secondFingerprint,
      roster: frames.takeRoster(),
      faces: frames.takeFaces(),
      windows: frames.windows.take(),
      motion: this.#motion.buffer.take(),
      perDot: this.#motion.takeDensity(),
      happened: this.#happened,
      last: this.#stepped ? simulation.lastEvent : null,
      problem: this.#problem,
    };
    this.#happened = [];
    this.#stepped = false;
    this.#send({ type: 'frame', frame }, [
      frame.faces.buffer as ArrayBuffer,
      frame.windows.buffer as ArrayBuffer,
      frame.motion.buffer as ArrayBuffer,
    ]);
  }

  #beat(): void {
    this.#send({ type: 'beat' }, []);
    this.#wall.later(() => this.#beat(), BEAT_MS);
  }
}
