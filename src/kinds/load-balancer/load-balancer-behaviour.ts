import type { Behaviour, Context } from '../../engine/behaviour';
import type { CallId } from '../../engine/calls';
import { CpuStation } from '../../engine/resources/cpu-station';
import { passBack, passOn } from '../../engine/resources/forwarding';
import type { FaceWriter } from '../../model/face';
import { causeCode } from '../../model/outcome';
import { type Backend, BackendChooser, type Policy } from './backend-choice';
import { HealthChecks } from './health-checks';
import type { BalancerConfig } from './load-balancer';

const NO_BACKEND = causeCode('no-backend');

const POLICIES: readonly Policy[] = ['round-robin', 'random', 'least-connections', 'two-choices'];

/** Timer type; those of the health checks follow it. */
const WORK_DONE = 0;

export class LoadBalancer implements Behaviour {
  #config: BalancerConfig;
  /** In the order of the connections. */
  #backends: Backend[] = [];
  readonly #byConnection = new Map<number, Backend>();
  #healthy = 0;
  /** Alive, so that timers may be set. */
  #running = false;
  readonly #context: Context;
  readonly #cpu: CpuStation;
  readonly #chooser: BackendChooser;
  readonly #checks: HealthChecks;
  readonly #healthyBackends: number;

  constructor(config: BalancerConfig, context: Context) {
    this.#config = config;
    this.#context = context;
    this.#cpu = new CpuStation(context, WORK_DONE);
    this.#chooser = new BackendChooser(context.random('route'));
    this.#checks = new HealthChecks(context, () => this.#countHealthy());
    this.#healthyBackends = context.gauge('healthyBackends');
    this.#adopt(config);
  }

  start(): void {
    this.#running = true;
    this.#watchAll();
    this.#cpu.report();
  }

  configure(config: BalancerConfig): void {
    if (this.#adopt(config) && this.#running) this.#watchAll();
    this.#cpu.report();
  }

  rewire(): void {
    const links = this.#context.outgoing;
    for (const backend of this.#backends) {
      if (links.some(({ index }) => index === backend.link.index)) continue;
      this.#checks.forget(backend);
      this.#byConnection.delete(backend.link.index);
    }
    this.#backends = links.map((link) => {
      const known = this.#byConnection.get(link.index);
      if (known) {
        known.link = link;
        return known;
      }
      const backend = newBackend(link);
      this.#byConnection.set(link.index, backend);
      if (this.#running) this.#checks.watch(backend);
      return backend;
    });
    this.#chooser.rewire(this.#backends);
    if (this.#running) this.#countHealthy();
  }

  arrive(call: CallId): void {
    this.#cpu.enter(call);
  }

  timer(type: number, a: number, b: number): void {
    if (type === WORK_DONE) {
      this.#cpu.leave();
      this.#place(a);
      return;
    }
    const backend = this.#byConnection.get(a);
    if (backend) this.#checks.timer(type, backend, b);
  }

  reply(call: CallId): void {
    const { calls } = this.#context;
    // A connection that was removed meanwhile still brings its answers.
    const backend = this.#byConnection.get(calls.connection(call));
    if (calls.isProbe(call)) {
      if (backend) this.#checks.reply(call, backend);
      return;
    }
    if (backend) backend.active--;
    passBack(this.#context, call);
  }

  crash(): void {
    this.#running = false;
    this.#cpu.clear();
    for (const backend of this.#backends) {
      this.#checks.forget(backend);
      backend.active = 0;
    }
    this.#healthy = 0;
    this.#context.level(this.#healthyBackends, 0);
  }

  face(writer: FaceWriter): void {
    const { policy, healthChecks } = this.#config;
    writer.put(POLICIES.indexOf(policy));
    writer.put(this.#backends.length);
    for (const { link, healthy } of this.#backends) {
      writer.put(link.index);
      writer.put(healthy ? 1 : 0);
    }
    writer.put(healthChecks ? 0 : 1);
    if (healthChecks) writer.put(this.#healthy);
    writer.put(this.#backends.length);
  }

  /** Returns whether the backends must be watched anew. */
  #adopt(config: BalancerConfig): boolean {
    this.#config = config;
    this.#chooser.policy = config.policy;
    this.#cpu.configure(config.cores, config.cpuMicros);
    return this.#checks.configure(config);
  }

  #place(call: CallId): void {
    const backend = this.#chooser.choose(this.#context.calls.write(call));
    if (!backend) {
      this.#context.fail(call, NO_BACKEND);
      return;
    }
    backend.active++;
    passOn(this.#context, call, backend.link);
  }

  #watchAll(): void {
    for (const backend of this.#backends) this.#checks.watch(backend);
    this.#countHealthy();
  }

  #countHealthy(): void {
    this.#healthy = 0;
    for (const { healthy } of this.#backends) if (healthy) this.#healthy++;
    this.#context.level(this.#healthyBackends, this.#healthy);
  }
}

function newBackend(link: Backend['link']): Backend {
  return {
    link,
    active: 0,
    healthy: true,
    against: 0,
    check: 0,
    checking: false,
    rhythm: 0,
    nextCheck: -1,
    checkTimeout: -1,
  };
}
