import type { Behaviour, Context } from '../../engine/behaviour';
import type { CallId } from '../../engine/calls';
import { PRIORITY } from '../../engine/event-queue';
import { must } from '../../engine/must';
import type { FaceWriter } from '../../model/face';
import type { Config } from '../../model/fields';
import { VERB } from '../../model/meaning';
import { causeCode, REFUSED } from '../../model/outcome';
import { ConfigPush } from './config-push';
import { writeHeadline } from './face';
import {
  BAD_DEPLOY,
  CAPACITY_ADD,
  CAPACITY_REMOVE,
  type CapParams,
  CONFIG_PUSH,
  type CountParams,
  CPU_CAP,
  type DeployParams,
  type LeakParams,
  MEMORY_LEAK,
  type PushParams,
} from './faults';
import type { ServiceConfig } from './fields';
import { Instance } from './instance';
import { INSTANCE, PHASE, Plant, TIMER } from './plant';
import { UsageMeter } from './usage-meter';

const ERROR = causeCode('error');

/** Leaks are added up so often: microseconds. */
const LEAK_TICK = 250_000;

const BAD_SLOWNESS = 10;

export class Service implements Behaviour {
  readonly #context: Context;
  readonly #plant: Plant;
  readonly #instances: Instance[] = [];
  /** Instance whose turn it is. */
  #next = 0;
  /** Alive, so that timers may be set. */
  #running = false;
  /** Number of the present leak: ticks of an earlier one are void. */
  #leak = 0;
  /** Number of the present way of a configuration through the instances. */
  #pushes = 0;
  readonly #restarts: number;
  readonly #cpu: number;
  readonly #busyWorkers: number;
  readonly #memory: number;
  readonly #collecting: number;
  readonly #ready: number;
  readonly #wanted: number;
  readonly #meter: UsageMeter;
  /** As it was reported last. */
  readonly #told = { ready: 0, collecting: 0, instances: 0, memory: false };

  constructor(config: ServiceConfig, context: Context) {
    this.#context = context;
    this.#plant = new Plant(context, (call, cause, origin) => {
      this.#instanceOf(call).finish(call, cause, origin);
      this.#report();
    });
    this.#restarts = context.counter('restarts');
    this.#cpu = context.gauge('cpu');
    this.#busyWorkers = context.gauge('busyWorkers');
    this.#memory = context.gauge('memory');
    this.#collecting = context.gauge('collecting');
    this.#ready = context.gauge('ready');
    this.#wanted = context.gauge('instances');
    this.#meter = new UsageMeter(this.#plant, this.#instances);
    this.#adopt(config);
  }

  start(): void {
    this.#running = true;
    this.#plant.plan.resume();
    // What runs at the beginning of time has been running for long.
    this.#boot(this.#context.now === 0);
    this.#watchPush();
    this.#watchLeak();
    this.#report();
  }

  configure(config: ServiceConfig): void {
    this.#adopt(config);
    if (this.#running) {
      this.#boot(false);
      this.#watchPush();
    }
    for (const instance of this.#instances) instance.configure();
    this.#report();
  }

  scale(wanted: number): void {
    this.#plant.scale(wanted);
    this.#staff();
    this.#boot(false);
    this.#watchPush();
    this.#report();
  }

  measure(key: number): number {
    return this.#meter.measure(key);
  }

  rewire(): void {
    this.#plant.plan.rewire();
    this.#plant.registrations.rewire();
    this.#meter.on = this.#context.incoming.some(({ meaning }) => meaning === 'scale' || meaning === 'measure');
  }

  arrive(call: CallId): void {
    const { calls, ledger, self } = this.#context;
    const verb = calls.verb(call);
    if (verb >= VERB.prepare) {
      if (this.#plant.part.arrive(call)) return;
    } else if (ledger.exposes) ledger.used(self, calls.key(call));
    const instance = this.#readyInstance();
    if (!instance) this.#context.fail(call, REFUSED);
    else if (instance.erring) this.#context.fail(call, ERROR);
    else {
      instance.offer(call);
      if (this.#plant.memory && instance.overLimit) instance.kill();
      this.#report();
    }
  }

  timer(type: number, a: number, b: number): void {
    switch (type) {
      case TIMER.worked:
      case TIMER.onCore: {
        if (!this.#isHere(a, b, PHASE.computing)) return;
        const instance = this.#instanceOf(a);
        if (instance.processor.ended(type, a)) instance.worked(a);
        break;
      }
      case TIMER.impatient:
        if (!this.#isHere(a, b, PHASE.waiting)) return;
        this.#instanceOf(a).cancelled(a);
        break;
      case TIMER.shared:
        this.#instances[a]!.processor.timer(b);
        break;
      case TIMER.collected:
        this.#instances[a]!.collected(b);
        break;
      case TIMER.turn:
        this.#instances[a]!.turn(b);
        this.#readConfiguration();
        break;
      case TIMER.push:
        if (a !== this.#pushes) return;
        this.#watchPush();
        break;
      case TIMER.heartbeat:
        this.#plant.registrations.timer(a, b);
        return;
      case TIMER.leak:
        if (a !== this.#leak) return;
        this.#leakOn();
        break;
      default:
        this.#plant.plan.timer(type, a, b);
    }
    this.#report();
  }

  reply(call: CallId): void {
    this.#plant.plan.reply(call);
  }

  cancelled(call: CallId): void {
    if (this.#plant.phase(call) === PHASE.none) return;
    this.#instanceOf(call).cancelled(call);
    this.#report();
  }

  crash(): void {
    this.#running = false;
    this.#plant.plan.clear();
    for (const instance of this.#instances) instance.clear();
    this.#plant.clear();
    this.#report();
  }

  fault(id: string, on: boolean, params: Config): void {
    const plant = this.#plant;
    const given = on ? params : null;
    if (id === CPU_CAP.id) plant.cap = given as CapParams | null;
    else if (id === MEMORY_LEAK.id) plant.leak = given as LeakParams | null;
    else if (id === BAD_DEPLOY.id) plant.deploy = given as DeployParams | null;
    else if (id === CONFIG_PUSH.id) this.#push(on, params as PushParams);
    else if (id === CAPACITY_ADD.id) plant.added = on ? (params as CountParams).count : 0;
    else if (id === CAPACITY_REMOVE.id) plant.removed = on ? (params as CountParams).count : 0;
    plant.adjust();
    if (id === CAPACITY_ADD.id || id === CAPACITY_REMOVE.id) {
      this.#staff();
      if (this.#running) this.#boot(false);
    }
    if (this.#running) this.#watchPush();
    else this.#markBad();
    for (const instance of this.#instances) instance.processor.configure();
    if (id === MEMORY_LEAK.id && this.#running) this.#watchLeak();
    this.#report();
  }

  audit(): void {
    const { busy, waiting, ready, collecting } = this.#plant;
    const sum = (count: (instance: Instance) => number): number =>
      this.#instances.reduce((total, instance) => total + count(instance), 0);
    must(busy === sum((one) => one.busyWorkers), `${busy} workers are busy in all instances`);
    must(waiting === sum((one) => one.waiting), `${waiting} requests wait in all instances`);
    must(ready === sum(({ life }) => (life.state === 'ready' ? 1 : 0)), `${ready} instances are ready`);
    must(collecting === sum((one) => (one.collecting ? 1 : 0)), `${collecting} instances collect garbage`);
    this.#plant.keys.audit((call) => this.#plant.phase(call) >= PHASE.computing);
  }

  face(writer: FaceWriter): void {
    const { config, busy, waiting, instances } = this.#plant;
    const { queueLimit } = config;
    writeHeadline(writer, this.#plant, this.#instances);
    writer.put(busy);
    writer.put(this.#capacity);
    writer.put(waiting);
    writer.put(instances * queueLimit);
    const { on, again, recognised } = this.#plant.keys;
    writer.put(on ? 2 : again > 0 ? 1 : 0);
    if (on || again > 0) writer.put(on ? recognised : again);
  }

  #adopt(config: ServiceConfig): void {
    this.#plant.adopt(config);
    this.#staff();
    this.#markBad();
  }

  /** As many instances as there should be. Those taken away get no more requests and finish what they have. */
  #staff(): void {
    const { instances } = this.#plant;
    while (this.#instances.length < instances) {
      this.#instances.push(new Instance(this.#plant, this.#instances.length, this.#restarts));
    }
    for (let i = instances; i < this.#instances.length; i++) {
      const { life } = this.#instances[i]!;
      if (life.state !== 'stopped' && life.state !== 'draining') life.drain();
    }
    this.#next = instances > 0 ? this.#next % instances : 0;
  }

  /** Brings up every instance that does not run. */
  #boot(warm: boolean): void {
    for (let i = 0; i < this.#plant.instances; i++) {
      const { life, processor } = this.#instances[i]!;
      if (life.state === 'stopped' || life.state === 'draining') life.boot(warm);
      processor.configure();
    }
  }

  /** Which instances have a bad version, and which a bad configuration. */
  #markBad(): void {
    const { deploy, push, instances } = this.#plant;
    const bad = deploy ? Math.ceil((deploy.percent / 100) * instances) : 0;
    const pushed = push ? push.reached(this.#context.now, instances) : 0;
    this.#instances.forEach((instance, i) => {
      const defect = i < bad ? deploy?.defect : undefined;
      const effect = i < pushed ? push?.effect : undefined;
      instance.erring = defect === 'errors' || effect === 'errors';
      instance.slowness = (defect === 'slow' ? BAD_SLOWNESS : 1) * (effect === 'slow' ? BAD_SLOWNESS : 1);
      instance.doomed = effect === 'crash';
    });
  }

  #push(on: boolean, params: PushParams): void {
    const { now } = this.#context;
    if (on) this.#plant.push = new ConfigPush(params, now);
    else this.#plant.push?.takeBack(now, this.#plant.instances);
  }

  /** Lets the configuration reach whom it has reached by now, and wakes up for the next one. */
  #watchPush(): void {
    this.#markBad();
    const { push, instances } = this.#plant;
    this.#pushes++;
    if (!push) return;
    if (push.isGone(this.#context.now, instances)) {
      this.#plant.push = null;
      return;
    }
    const wait = push.wait(this.#context.now, instances);
    if (wait < Infinity) this.#context.after(wait, PRIORITY.timer, TIMER.push, this.#pushes);
    this.#readConfiguration();
  }

  #readConfiguration(): void {
    for (const instance of this.#instances) {
      if (instance.doomed && instance.life.state === 'ready') instance.kill(true);
    }
  }

  /** The next one in turn that is ready. */
  #readyInstance(): Instance | null {
    const { instances } = this.#plant;
    for (let tries = 0; tries < instances; tries++) {
      const instance = this.#instances[this.#next]!;
      this.#next = (this.#next + 1) % instances;
      if (instance.life.state === 'ready') return instance;
    }
    return null;
  }

  #instanceOf(call: CallId): Instance {
    return this.#instances[this.#context.calls.work(call, INSTANCE)]!;
  }

  /** Whether a timer of a call still means something. */
  #isHere(call: CallId, stamp: number, phase: number): boolean {
    return this.#plant.phase(call) === phase && this.#context.calls.stamp(call) === stamp;
  }

  #watchLeak(): void {
    this.#leak++;
    if (this.#plant.leak) this.#context.after(LEAK_TICK, PRIORITY.timer, TIMER.leak, this.#leak);
  }

  #leakOn(): void {
    const { leak } = this.#plant;
    for (const instance of this.#instances) {
      if (instance.life.state !== 'ready') continue;
      instance.heap.leakedMb += (leak!.mbPerS * LEAK_TICK) / 1_000_000;
      if (instance.overLimit) instance.kill();
    }
    this.#watchLeak();
  }

  #report(): void {
    const context = this.#context;
    const plant = this.#plant;
    const { cores, cpu } = plant.config;
    const { instances } = plant;
    const capacity = this.#capacity;
    if (this.#meter.on) this.#meter.update();
    context.busy(plant.busy, capacity);
    context.waiting(plant.waiting);
    context.level(this.#busyWorkers, plant.busy);
    if (cpu === 'worker') context.level(this.#cpu, (100 * plant.computing) / Math.max(1, capacity));
    else this.#reportCores(Math.min(cores, plant.cores));
    const told = this.#told;
    const same = told.ready === plant.ready && told.collecting === plant.collecting && told.instances === instances;
    if (!same || plant.memory || told.memory) this.#reportSeldom();
  }

  /** What seldom changes, while memory is not modelled, is not worth a look at each event. */
  #reportSeldom(): void {
    const context = this.#context;
    const { ready, collecting, instances, memory } = this.#plant;
    const told = this.#told;
    told.ready = ready;
    told.collecting = collecting;
    told.instances = instances;
    told.memory = memory;
    context.level(this.#ready, ready);
    context.level(this.#collecting, (100 * collecting) / Math.max(1, instances));
    context.level(this.#wanted, instances);
    context.level(this.#memory, memory ? this.#usedMb() : 0);
  }

  /** Workers: those of the instances there should be, and those that finish what surplus ones still have. */
  get #capacity(): number {
    const { instances, config } = this.#plant;
    let capacity = instances * config.workers;
    for (let i = instances; i < this.#instances.length; i++) capacity += this.#instances[i]!.busyWorkers;
    return capacity;
  }

  #usedMb(): number {
    let sum = 0;
    for (const instance of this.#instances) {
      if (instance.life.state === 'ready') sum += instance.heap.liveMb(this.#plant.config, instance.inside);
    }
    return sum;
  }

  /** Cores are a capacity of their own: the busier of workers and cores speaks for the service. */
  #reportCores(cores: number): void {
    const { instances } = this.#plant;
    let busy = 0;
    let all = cores * instances;
    for (let i = 0; i < this.#instances.length; i++) {
      const { busyCores } = this.#instances[i]!.processor;
      busy += busyCores;
      if (i >= instances) all += busyCores;
    }
    this.#context.level(this.#cpu, all > 0 ? (100 * busy) / all : 0);
    this.#context.busy(busy, all, 1);
  }
}
