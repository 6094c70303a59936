/**
 * The page's side of the simulation worker. Every command has a timeout; a worker that stops beating is replaced and
 * the run rebuilt from its record up to where it was, so nothing that was done is lost.
 */
import { type Remote, transfer, wrap } from 'comlink';
import { type Problem, problem, ProblemError, PROBLEMS, type ProblemNumber } from '../model/problems';
import type { Intervention, RunRecord } from '../model/scenario';
import type { CheckedHistory, Deed, Frame, FromWorker, RunCommands } from './protocol';
import workerUrl from './simulation-worker.ts?worker&url';

const COMMAND_TIMEOUT_MS = 20_000;
/** Without a sign of life for this long, the worker counts as hung. */
const SILENCE_MS = 2_000;
/** The same while it starts: on a slow machine, loading and compiling it takes a while. */
const START_MS = 15_000;
const LOOK_MS = 500;

export interface RunClientEvents {
  frame(frame: Frame): void;
  /** The worker was replaced; the run is being rebuilt up to `untilMicros`. */
  recovered(untilMicros: number): void;
  /** The worker cannot be started, or hung again at the same place. */
  failed(problem: Problem): void;
}

interface TrustedTypesGlobal {
  trustedTypes?: {
    createPolicy(
      name: string,
      rules: { createScriptURL(url: string): string },
    ): { createScriptURL(url: string): string };
  };
}

const policy = (globalThis as TrustedTypesGlobal).trustedTypes?.createPolicy('app-worker', {
  createScriptURL: (url) => {
    if (url !== workerUrl) throw new TypeError('only the simulation worker may be loaded');
    return url;
  },
});

function startWorker(): Worker {
  return new Worker(policy ? policy.createScriptURL(workerUrl) : workerUrl, { type: 'module', name: 'simulation' });
}

export class RunClient {
  #worker: Worker | null = null;
  #remote: Remote<RunCommands> | null = null;
  #port: MessagePort | null = null;
  #heardAt = 0;
  #lookedAt = 0;
  /** The worker has given its first sign of life. */
  #alive = false;
  /** The run as it would have to be rebuilt. */
  #record: RunRecord | null = null;
  #log: Intervention[] = [];
  #run = 0;
  #time = 0;
  #speed = 1;
  #playing = false;
  /** Simulated time at which the worker last had to be replaced; a second time at the same place gives up. */
  #recoveredAt = -1;
  readonly #events: RunClientEvents;

  constructor(events: RunClientEvents) {
    this.#events = events;
    this.#start();
    setInterval(() => this.#look(), LOOK_MS);
  }

  /** Builds a run and shows its first moment, or the moment `untilMicros`. An earlier run is thrown away. */
  async open(record: RunRecord, untilMicros = 0, thenPlay = false): Promise<void> {
    this.#record = record;
    this.#log = [...record.interventions];
    this.#run++;
    this.#time = 0;
    this.#recoveredAt = -1;
    this.#playing = thenPlay;
    await this.#command((remote) => remote.open(this.#run, record, untilMicros, thenPlay));
  }

  /** Throws the run away. Frames of it that are still on their way are not heard. */
  async close(): Promise<void> {
    this.#run++;
    this.#record = null;
    this.#log = [];
    this.#time = 0;
    this.#playing = false;
    await this.#command((remote) => remote.close());
  }

  async play(): Promise<void> {
    this.#playing = true;
    await this.#command((remote) => remote.play());
  }

  async pause(): Promise<void> {
    this.#playing = false;
    await this.#command((remote) => remote.pause());
  }

  async setSpeed(speed: number): Promise<void> {
    this.#speed = speed;
    await this.#command((remote) => remote.setSpeed(speed));
  }

  async step(): Promise<void> {
    this.#playing = false;
    await this.#command((remote) => remote.step());
  }

  async seek(untilMicros: number): Promise<void> {
    this.#playing = false;
    await this.#command((remote) => remote.seek(untilMicros));
  }

  async intervene(deed: Deed): Promise<Intervention> {
    // Comlink loses which member of the union it is.
    const intervention = await this.#command((remote) => remote.intervene(deed) as Promise<Intervention>);
    // Replayed interventions still to come are in the log already, later in time.
    const at = this.#log.findLastIndex((other) => other.atMicros <= intervention.atMicros);
    this.#log.splice(at + 1, 0, intervention);
    return intervention;
  }

  async checkHistory(component: string): Promise<CheckedHistory | null> {
    return await this.#command((remote) => remote.checkHistory(component));
  }

  /** What was done to the run, what was replayed included. */
  get log(): readonly Intervention[] {
    return this.#log;
  }

  async #command<T>(send: (remote: Remote<RunCommands>) => Promise<T>): Promise<T> {
    const remote = this.#remote;
    if (!remote) throw new ProblemError(problem(602));
    let timer: ReturnType<typeof setTimeout> | undefined;
    const timeout = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new ProblemError(problem(403))), COMMAND_TIMEOUT_MS);
    });
    try {
      return await Promise.race([send(remote), timeout]);
    } catch (error) {
      throw toProblemError(error);
    } finally {
      clearTimeout(timer);
    }
  }

  #start(): void {
    try {
      const worker = startWorker();
      worker.addEventListener('error', (event) => {
        event.preventDefault();
        if (this.#worker === worker) this.#recover();
      });
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = (event: MessageEvent<FromWorker>) => this.#hear(event.data);
      this.#worker = worker;
      this.#port = port1;
      this.#remote = wrap<RunCommands>(worker);
      this.#heardAt = performance.now();
      this.#alive = false;
      void this.#command((remote) => remote.connect(transfer(port2, [port2]))).catch(() => {
        this.#events.failed(problem(602));
      });
    } catch {
      this.#events.failed(problem(602));
    }
  }

  #hear(message: FromWorker): void {
    this.#heardAt = performance.now();
    this.#alive = true;
    if (message.type === 'beat' || message.frame.run !== this.#run) return;
    this.#time = message.frame.time;
    if (message.frame.pace === 'paused') this.#playing = false;
    this.#events.frame(message.frame);
  }

  /** Called twice a second. A tab that slept looks late itself: then the worker gets another chance. */
  #look(): void {
    const now = performance.now();
    const slept = now - this.#lookedAt > 3 * LOOK_MS;
    this.#lookedAt = now;
    if (slept || document.hidden) this.#heardAt = now;
    else if (this.#worker && now - this.#heardAt > (this.#alive ? SILENCE_MS : START_MS)) this.#recover();
  }

  #recover(): void {
    this.#worker?.terminate();
    this.#port?.close();
    this.#worker = null;
    this.#remote = null;
    const until = this.#time;
    if (until === this.#recoveredAt) {
      // The same moment hangs every time: show the beginning of the run instead.
      this.#start();
      this.#events.failed(problem(403, 'It hangs at the same moment again, so the run is back at its start.'));
      this.#reopen(0, false);
      return;
    }
    this.#recoveredAt = until;
    this.#start();
    this.#events.recovered(until);
    this.#reopen(until, this.#playing);
  }

  #reopen(until: number, thenPlay: boolean): void {
    const remote = this.#remote;
    if (!remote || !this.#record) return;
    const record: RunRecord = { scenario: this.#record.scenario, interventions: this.#log };
    this.#run++;
    void Promise.all([remote.setSpeed(this.#speed), remote.open(this.#run, record, until, thenPlay)]).catch(
      (error: unknown) => this.#events.failed(toProblemError(error).problems[0]!),
    );
  }
}

/** Errors lose their class on the way from the worker; the number in their text names the problem. */
function toProblemError(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  const text = error instanceof Error ? error.message : '';
  const number = Number(/^BP(\d{3}) /.exec(text)?.[1] ?? 401);
  return new ProblemError(problem(number in PROBLEMS ? (number as ProblemNumber) : 401, number === 401 ? text : ''));
}
