/**
 * One instance of a service: connections, a queue, workers, a processor and a heap, in a process with a life of its own.
 * It stands still for collections, and is killed when it needs too much memory.
 */
import type { CallId } from '../../engine/calls';
import { FLAG } from '../../engine/calls';
import { PRIORITY } from '../../engine/event-queue';
import { CallLine } from '../../engine/resources/call-line';
import { HERE } from '../../engine/resources/plan-runner';
import { VERB } from '../../model/meaning';
import { CANCELLED, causeCode, DEADLINE_PASSED, OK, REFUSED, RESET, SHED } from '../../model/outcome';
import { MICROS_PER_MS } from '../../model/units';
import { Heap } from './heap';
import { Life } from './life';
import { HOLDS, INSTANCE, PHASE, type Plant, TIMER } from './plant';
import { Processor } from './processor';

const QUEUE_FULL = causeCode('queue-full');
const CONFLICT = causeCode('conflict');

/** From which share of the queue on each priority is shed. */
const SHED_FROM = [Infinity, 0.9, 0.75, 0.5];

export class Instance {
  collecting = false;
  /** In the queue or at work; the backlog is outside. */
  inside = 0;
  /** Requests that came to its door. */
  offered = 0;
  /** What a bad version or configuration makes of it: answers with errors, works so many times slower, crashes. */
  erring = false;
  slowness = 1;
  doomed = false;
  readonly life: Life;
  readonly heap = new Heap();
  readonly processor: Processor;
  #busy = 0;
  #computing = 0;
  /** Grows when the process dies: timers of an earlier life are void. */
  #incarnation = 0;
  readonly #queue: CallLine;
  readonly #backlog: CallLine;
  /** Requests whose end has to wait for the end of a collection: call, stamp, cause and origin of each. */
  readonly #ending: number[] = [];
  readonly #plant: Plant;
  readonly #index: number;
  readonly #restarts: number;

  constructor(plant: Plant, index: number, restarts: number) {
    this.#plant = plant;
    this.#index = index;
    this.#restarts = restarts;
    this.life = new Life(plant, index);
    this.#queue = new CallLine(plant.links);
    this.#backlog = new CallLine(plant.links);
    const draw = (call: CallId): number => this.#work(call);
    this.processor = new Processor(plant, index, draw, (call) => this.worked(call));
  }

  // — what others see of it —

  get busyWorkers(): number {
    return this.#busy;
  }

  get waiting(): number {
    return this.#queue.length + this.#backlog.length;
  }

  /** Share of its cores that compute. */
  get load(): number {
    const { config, cores } = this.#plant;
    return cores === Infinity ? this.#computing / config.workers : this.processor.busyCores / cores;
  }

  // — the process —

  get overLimit(): boolean {
    return this.heap.liveMb(this.#plant.config, this.inside) > this.#plant.config.limitMb;
  }

  /** Out of memory, or doomed: what is inside is reset, and a restart is planned. */
  kill(misled = false): void {
    this.#plant.context.count(this.#restarts);
    this.#resetAll();
    this.life.kill(misled);
    this.#empty();
  }

  /** A start, a restart or the time to finish is over. */
  turn(number: number): void {
    if (this.life.turn(number)) this.evict();
  }

  /** Taken away: what it has not finished is reset. */
  evict(): void {
    this.#resetAll();
    this.life.stop();
    this.#empty();
  }

  #resetAll(): void {
    const { context } = this.#plant;
    const { calls } = context;
    for (let call = 0; call < this.#plant.callsEnd; call++) {
      if (this.#plant.phase(call) === PHASE.none || calls.work(call, INSTANCE) !== this.#index) continue;
      this.#plant.setPhase(call, PHASE.none);
      context.fail(call, RESET);
    }
  }

  /** The process is gone, with all it held. Its calls have been answered. */
  clear(): void {
    this.life.stop();
    this.#empty();
  }

  #empty(): void {
    const plant = this.#plant;
    plant.busy -= this.#busy;
    plant.computing -= this.#computing;
    plant.waiting -= this.#queue.length + this.#backlog.length;
    if (this.collecting) plant.collecting--;
    this.#busy = this.#computing = this.inside = 0;
    this.collecting = false;
    this.#queue.clear();
    this.#backlog.clear();
    this.#ending.length = 0;
    this.processor.clear();
    this.heap.clear();
    this.#incarnation++;
  }

  // — requests —

  /** A request is at the door. */
  offer(call: CallId): void {
    const { config, context } = this.#plant;
    this.offered++;
    context.calls.setWork(call, INSTANCE, this.#index);
    if (config.maxConnections === 0 || this.inside < config.maxConnections) this.#enter(call);
    else if (this.#backlog.length >= config.backlog) context.fail(call, REFUSED);
    else {
      this.#backlog.push(call);
      this.#plant.setPhase(call, PHASE.backlog);
      this.#plant.waiting++;
    }
  }

  /** Whoever can begin begins: after a change of workers or of the rules. */
  configure(): void {
    const { calls } = this.#plant.context;
    this.#queue.sort(
      (call) => calls.serial(call),
      (call) => this.#classOf(call),
    );
    this.processor.configure();
    this.#startWaiting();
    this.#letIn();
  }

  /** Work on a call has ended on the processor. */
  worked(call: CallId): void {
    const plant = this.#plant;
    const { calls } = plant.context;
    this.#computing--;
    plant.computing--;
    plant.setPhase(call, PHASE.calling);
    // An event loop is free again while the request waits for others.
    if (calls.work(call, HOLDS) === 0) this.#release();
    if (calls.flags(call) & FLAG.cancelled) this.#drop(call, CANCELLED);
    else if (plant.plan.empty || plant.keys.knows(call)) this.finish(call, OK, 0);
    else plant.plan.start(call);
  }

  /** The request plan of a call has ended. */
  finish(call: CallId, cause: number, origin: number): void {
    const plant = this.#plant;
    const { context } = plant;
    if (this.collecting) {
      plant.setPhase(call, PHASE.ending);
      this.#ending.push(call, context.calls.stamp(call), cause, origin);
      return;
    }
    plant.setPhase(call, PHASE.none);
    this.inside--;
    if (context.calls.work(call, HOLDS) === 1) this.#release();
    if (cause !== OK && origin === HERE) context.fail(call, cause);
    else if (cause !== OK) context.relay(call, cause, origin);
    else if (context.calls.verb(call) >= VERB.prepare) plant.part.done(call);
    else {
      plant.keys.done(call);
      context.succeed(call);
    }
    this.#letIn();
  }

  /** Nobody wants the answer any more. A computation under way goes on to its end. */
  cancelled(call: CallId): void {
    const plant = this.#plant;
    switch (plant.phase(call)) {
      case PHASE.backlog:
        this.#backlog.remove(call);
        plant.waiting--;
        plant.setPhase(call, PHASE.none);
        plant.context.fail(call, CANCELLED);
        break;
      case PHASE.waiting:
        this.#queue.remove(call);
        plant.waiting--;
        this.#drop(call, CANCELLED);
        break;
      case PHASE.calling:
        plant.plan.withdraw(call);
        this.#drop(call, CANCELLED);
        break;
      case PHASE.ending:
        this.#drop(call, CANCELLED);
    }
  }

  #enter(call: CallId): void {
    const { context } = this.#plant;
    const cause = this.#refusal(call);
    if (cause !== OK) {
      context.fail(call, cause);
      return;
    }
    this.inside++;
    if (this.#mayStart() && this.#queue.length === 0) this.#begin(call);
    else this.#wait(call);
  }

  #refusal(call: CallId): number {
    const { config, context, keys } = this.#plant;
    const { calls } = context;
    if (calls.expires(call) <= context.now) return DEADLINE_PASSED;
    if (keys.inWork(call)) return CONFLICT;
    const waiting = this.#queue.length;
    if (waiting === 0 && this.#mayStart()) return OK;
    if (waiting >= config.queueLimit) return QUEUE_FULL;
    if (config.shedding && waiting >= SHED_FROM[calls.priority(call)]! * config.queueLimit) return SHED;
    return OK;
  }

  #mayStart(): boolean {
    return this.#busy < this.#plant.config.workers && !this.collecting;
  }

  #wait(call: CallId): void {
    const plant = this.#plant;
    const { context } = plant;
    this.#queue.push(call, this.#classOf(call));
    plant.setPhase(call, PHASE.waiting);
    plant.waiting++;
    const patience = plant.patience();
    if (patience > 0) context.after(patience, PRIORITY.timer, TIMER.impatient, call, context.calls.stamp(call));
  }

  #classOf(call: CallId): number {
    return this.#plant.config.discipline === 'priority' ? this.#plant.context.calls.priority(call) : 0;
  }

  #begin(call: CallId): void {
    const plant = this.#plant;
    const { config, context } = plant;
    this.#busy++;
    plant.busy++;
    this.#computing++;
    plant.computing++;
    plant.setPhase(call, PHASE.computing);
    context.began(call);
    plant.keys.begins(call);
    context.calls.setWork(call, HOLDS, config.concurrency === 'threads' ? 1 : 0);
    this.processor.start(call);
    if (!plant.memory) return;
    if (plant.leak) this.heap.leakedMb += plant.leak.mbPerRequest;
    if (config.memory === 'collected' && this.heap.allocate(config, this.inside)) this.#collect();
  }

  /** Frees a worker for the next request. */
  #release(): void {
    this.#busy--;
    this.#plant.busy--;
    this.#startWaiting();
  }

  #startWaiting(): void {
    const plant = this.#plant;
    while (this.#queue.length > 0 && this.#mayStart()) {
      const call = plant.config.discipline === 'lifo' ? this.#queue.pop() : this.#queue.shift();
      plant.waiting--;
      const cause = this.#overdue(call);
      if (cause === OK) this.#begin(call);
      else this.#drop(call, cause);
    }
  }

  #overdue(call: CallId): number {
    const { config, context, keys } = this.#plant;
    const { now, calls } = context;
    if (calls.expires(call) <= now) return DEADLINE_PASSED;
    if (keys.inWork(call)) return CONFLICT;
    const drops = config.discipline === 'deadline-drop';
    return drops && now - calls.arrivedAt(call) > config.dropAfterMs * MICROS_PER_MS ? SHED : OK;
  }

  /** A call dies here, and stands in no line any more. */
  #drop(call: CallId, cause: number): void {
    const plant = this.#plant;
    const held = plant.phase(call) >= PHASE.calling && plant.context.calls.work(call, HOLDS) === 1;
    plant.setPhase(call, PHASE.none);
    this.inside--;
    plant.context.fail(call, cause);
    if (held) this.#release();
    this.#letIn();
  }

  /** Connections that are free again go to those at the door. */
  #letIn(): void {
    const { config } = this.#plant;
    while (this.#backlog.length > 0 && (config.maxConnections === 0 || this.inside < config.maxConnections)) {
      const call = this.#backlog.shift();
      this.#plant.waiting--;
      this.#plant.setPhase(call, PHASE.none);
      this.#enter(call);
    }
  }

  // — speed —

  /** Microseconds of work of a request that begins to compute now. */
  #work(call: CallId): number {
    const { service, times, context, config, cap, keys } = this.#plant;
    const lookUp = keys.keyed(call) ? keys.lookUp : 0;
    const micros = lookUp + (keys.knows(call) ? 0 : service.sample(times));
    let factor = 1;
    const others = this.#computing - 1;
    if (others > 0) factor += others * (config.contention + config.coherency * (others + 1));
    // Without cores in the model, a cap slows each by how many would share what is left.
    if (cap && config.cpu === 'worker' && this.#computing > cap.cores) factor *= this.#computing / cap.cores;
    if (config.warmUpS > 0) factor *= 1 + (config.coldFactor - 1) * this.life.coldness;
    factor *= this.slowness;
    return context.work(factor === 1 ? micros : Math.floor(micros * factor + 0.5));
  }

  // — garbage collection —

  #collect(): void {
    const plant = this.#plant;
    if (this.collecting) return;
    const longer = this.heap.collect(plant.config, this.inside);
    const micros = Math.max(1, Math.floor(plant.pause() * longer + 0.5));
    this.collecting = true;
    plant.collecting++;
    this.processor.stop(micros);
    plant.context.after(micros, PRIORITY.completion, TIMER.collected, this.#index, this.#incarnation);
  }

  /** A collection has ended: everything goes on where it stood. */
  collected(incarnation: number): void {
    if (incarnation !== this.#incarnation) return;
    const { context } = this.#plant;
    this.collecting = false;
    this.#plant.collecting--;
    this.processor.resume();
    const ending = this.#ending.splice(0);
    for (let i = 0; i < ending.length; i += 4) {
      const call = ending[i]!;
      const there = this.#plant.phase(call) === PHASE.ending && context.calls.stamp(call) === ending[i + 1];
      if (there) this.finish(call, ending[i + 2]!, ending[i + 3]!);
    }
    this.#startWaiting();
  }
}
