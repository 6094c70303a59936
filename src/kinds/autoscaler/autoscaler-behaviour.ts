import type { Behaviour, Context, Link } from '../../engine/behaviour';
import { type CallId, NO_CALL } from '../../engine/calls';
import { type EventHandle, PRIORITY } from '../../engine/event-queue';
import type { RandomStream } from '../../engine/random';
import type { FaceWriter } from '../../model/face';
import type { Config } from '../../model/fields';
import { VERB } from '../../model/meaning';
import { MEASURE, measureKey } from '../../model/measures';
import { OK } from '../../model/outcome';
import { MICROS_PER_SECOND } from '../../model/units';
import { NO_METRICS_FAULT } from './autoscaler';
import { REASON } from './face';
import type { AutoscalerConfig } from './fields';
import { desiredForTotal, desiredInstances, NO_METRICS } from './hpa-formula';
import { Provisioning } from './provisioning';
import { ScalingPolicies } from './scaling-policies';
import { Scrapes } from './scrapes';
import { Stabilisation } from './stabilisation';
import { TargetTracking } from './target-tracking';

/** Timers. */
const SCRAPE = 0;
const DECIDE = 1;
const PROVISIONED = 2;

/** Tickets: what a call asks for. From INSTANCE on, the number of an instance. */
const COUNT_TO_SCRAPE = 0;
const COUNT_TO_DECIDE = 1;
const ORDER = 2;
const WATCHED = 3;
const INSTANCE = 8;

const METRICS = ['cpu', 'workers', 'requests', 'queue'] as const;
const ASKED = { cpu: MEASURE.cpu, workers: MEASURE.workers, requests: MEASURE.requests, queue: MEASURE.waiting };

/** A value may be so many intervals old. */
const FRESH = 2;

export class Autoscaler implements Behaviour {
  #config!: AutoscalerConfig;
  #scaled: Link | null = null;
  #watched: Link | null = null;
  /** What the service said last, and what was ordered since; −1 before. */
  #instances = -1;
  #reason: number = REASON.soon;
  #lost = 0;
  #running = false;
  /** Grows when the rhythm is set anew: timers of the old one are void. */
  #rhythm = 0;
  #scrapeTimer: EventHandle = -1;
  #decideTimer: EventHandle = -1;
  readonly #context: Context;
  readonly #scrapes = new Scrapes();
  /** Of a component that is watched instead: its one value. */
  readonly #total = new Scrapes();
  readonly #stabilisation = new Stabilisation();
  readonly #policies = new ScalingPolicies();
  readonly #tracking = new TargetTracking();
  readonly #provisioning: Provisioning;
  readonly #losses: RandomStream;
  readonly #gauges: readonly [there: number, wanted: number, provisioning: number, value: number];
  readonly #scaledUp: number;
  readonly #scaledDown: number;
  readonly #blind: number;

  constructor(config: AutoscalerConfig, context: Context) {
    this.#context = context;
    this.#losses = context.random('metrics');
    const gauge = (id: string): number => context.gauge(id);
    this.#gauges = [gauge('instances'), gauge('wanted'), gauge('provisioning'), gauge('value')];
    this.#scaledUp = context.counter('scaledUp');
    this.#scaledDown = context.counter('scaledDown');
    this.#blind = context.counter('blind');
    this.#provisioning = new Provisioning(context, PROVISIONED, (machines) => {
      this.#order(this.#instances + machines);
    });
    this.#adopt(config);
  }

  start(): void {
    this.#running = true;
    this.#keepTime();
  }

  configure(config: AutoscalerConfig): void {
    const { metric } = this.#config;
    this.#adopt(config);
    if (config.metric !== metric) this.#forget();
    if (!this.#running) return;
    this.#keepTime();
    // An edited rule is looked at anew at once.
    this.#ask(COUNT_TO_DECIDE);
  }

  rewire(): void {
    const { outgoing } = this.#context;
    const scaled = outgoing.find(({ meaning }) => meaning === 'scale') ?? null;
    const watched = outgoing.find(({ meaning }) => meaning === 'measure') ?? null;
    if (scaled?.index !== this.#scaled?.index || watched?.index !== this.#watched?.index) this.#forget();
    this.#scaled = scaled;
    this.#watched = watched;
  }

  /** Nobody calls an autoscaler. */
  arrive(call: CallId): void {
    this.#context.succeed(call);
  }

  timer(type: number, a: number): void {
    if (type === PROVISIONED) this.#provisioning.timer(a);
    else if (a !== this.#rhythm) return;
    else if (type === SCRAPE) {
      this.#scrapeTimer = this.#after(this.#config.scrapeS, SCRAPE);
      this.#ask(COUNT_TO_SCRAPE);
    } else {
      this.#decideTimer = this.#after(this.#interval, DECIDE);
      this.#ask(COUNT_TO_DECIDE);
    }
    this.#report();
  }

  reply(call: CallId): void {
    const { calls } = this.#context;
    const link = calls.connection(call);
    if (link !== this.#scaled?.index && link !== this.#watched?.index) return;
    const ticket = calls.ticket(call);
    const good = calls.cause(call) === OK;
    const answer = calls.result(call);
    if (ticket >= INSTANCE || ticket === WATCHED) {
      if (good && !this.#losses.chance(this.#lost)) this.#take(ticket, answer);
      (ticket === WATCHED ? this.#total : this.#scrapes).ended();
    } else {
      if (good) this.#instances = answer;
      if (ticket === COUNT_TO_SCRAPE && good) this.#scrape();
      if (ticket === COUNT_TO_DECIDE) this.#decide(good);
    }
    this.#report();
  }

  crash(): void {
    this.#running = false;
    this.#provisioning.clear();
    this.#forget();
    this.#report();
  }

  fault(id: string, on: boolean, params: Config): void {
    if (id === NO_METRICS_FAULT.id) this.#lost = on ? Number(params['percent']) / 100 : 0;
    else {
      this.#provisioning.limit = on ? Number(params['atOnce']) : Infinity;
      if (this.#running) this.#provisioning.build();
    }
  }

  face(writer: FaceWriter): void {
    const { metric, maxInstances } = this.#config;
    const value = this.#value();
    writer.put(METRICS.indexOf(metric) + (value < 0 ? METRICS.length : 0));
    if (value >= 0) writer.put(Math.floor(value + 0.5));
    writer.put(this.#target);
    const there = Math.max(0, this.#instances);
    writer.put(there);
    writer.put(maxInstances);
    writer.put(0);
    writer.put(there);
    writer.put(there + this.#provisioning.pending);
    const reason =
      this.#scaled === null ? REASON.idle : this.#provisioning.pending > 0 ? REASON.provisioning : this.#reason;
    writer.put(reason);
    if (reason === REASON.provisioning) writer.put(this.#provisioning.pending);
    if (reason === REASON.stabilising) writer.put(Math.max(0, this.#heldS()));
  }

  get #target(): number {
    const { metric, targetPercent, targetEach } = this.#config;
    return metric === 'cpu' || metric === 'workers' ? targetPercent : targetEach;
  }

  /** Whether one value of another component counts instead of those of the instances. */
  get #whole(): boolean {
    const { metric } = this.#config;
    return this.#watched !== null && (metric === 'requests' || metric === 'queue');
  }

  get #interval(): number {
    return this.#config.algorithm === 'hpa' ? this.#config.syncS : this.#config.alarmS;
  }

  #adopt(config: AutoscalerConfig): void {
    this.#config = config;
    this.#provisioning.time = config.provisionS * MICROS_PER_SECOND;
  }

  #forget(): void {
    this.#instances = -1;
    this.#reason = REASON.soon;
    this.#scrapes.clear();
    this.#total.clear();
    this.#stabilisation.clear();
    this.#policies.clear();
    this.#tracking.clear();
  }

  #keepTime(): void {
    this.#context.cancel(this.#scrapeTimer);
    this.#context.cancel(this.#decideTimer);
    // A frozen one holds timers that can no longer be cancelled.
    this.#rhythm++;
    this.#scrapeTimer = this.#after(0, SCRAPE);
    this.#decideTimer = this.#after(this.#interval, DECIDE);
  }

  #after(seconds: number, type: number): EventHandle {
    const micros = Math.floor(seconds * MICROS_PER_SECOND + 0.5);
    return this.#context.alarm(micros, PRIORITY.control, type, this.#rhythm);
  }

  // — measuring —

  #ask(ticket: number): void {
    if (this.#scaled) this.#send(this.#scaled, VERB.measure, measureKey(MEASURE.instances), ticket);
  }

  #scrape(): void {
    const what = ASKED[this.#config.metric];
    this.#scrapes.begin(this.#whole ? 0 : this.#instances);
    this.#total.begin(this.#whole ? 1 : 0);
    if (this.#whole) {
      this.#send(this.#watched!, VERB.measure, measureKey(what), WATCHED);
      return;
    }
    for (let i = 0; i < this.#instances; i++) {
      this.#send(this.#scaled!, VERB.measure, measureKey(what, i), INSTANCE + i);
    }
  }

  #send(link: Link, verb: number, key: number, ticket: number): void {
    this.#context.send(link.index, NO_CALL, verb, 0, key, ticket);
  }

  #take(ticket: number, answer: number): void {
    const what = ASKED[this.#config.metric];
    const { now } = this.#context;
    if (ticket === WATCHED) this.#total.take(0, what, answer, now);
    else this.#scrapes.take(ticket - INSTANCE, what, answer, now);
  }

  /** The mean of each instance, or −1 when it is not known. */
  #value(): number {
    const oldest = this.#context.now - FRESH * this.#config.scrapeS * MICROS_PER_SECOND;
    if (this.#instances < 0) return -1;
    if (this.#whole) {
      const { measured, sum } = this.#total.readings(1, oldest);
      return measured > 0 ? sum / Math.max(1, this.#instances) : -1;
    }
    const { measured, sum } = this.#scrapes.readings(this.#instances, oldest);
    return measured > 0 ? sum / measured : -1;
  }

  // — deciding —

  #decide(answered: boolean): void {
    const { minInstances, maxInstances } = this.#config;
    if (!answered) {
      this.#seesNothing();
      return;
    }
    const current = this.#instances + this.#provisioning.pending;
    // A number outside the borders is brought back at once, whatever is measured.
    const most = Math.max(minInstances, maxInstances);
    const inside = Math.min(most, Math.max(minInstances, current));
    if (inside !== current) {
      this.#change(current, inside);
      return;
    }
    const wish = this.#wish(current);
    if (wish === NO_METRICS) {
      this.#seesNothing();
      return;
    }
    const allowed = this.#config.algorithm === 'hpa' ? this.#allowed(current, wish) : wish;
    const wanted = Math.min(most, Math.max(minInstances, allowed));
    if (wanted !== current) this.#change(current, wanted);
    else if (wish > current) this.#reason = current === most ? REASON.most : REASON.limited;
    else if (wish === current) this.#reason = REASON.near;
    else if (current === minInstances) this.#reason = REASON.least;
    else this.#reason = this.#heldS() > 0 ? REASON.stabilising : REASON.limited;
  }

  #seesNothing(): void {
    this.#context.count(this.#blind);
    this.#reason = REASON.blind;
  }

  #wish(current: number): number {
    const { algorithm, scrapeS, tolerance, highPeriods, lowPeriods, instanceWarmUpS } = this.#config;
    const { now } = this.#context;
    if (algorithm === 'target-tracking') {
      const value = this.#value();
      const warmUp = instanceWarmUpS * MICROS_PER_SECOND;
      return value < 0
        ? NO_METRICS
        : this.#tracking.observe(now, current, value, this.#target, { highPeriods, lowPeriods, warmUp });
    }
    const oldest = now - FRESH * scrapeS * MICROS_PER_SECOND;
    if (!this.#whole) return desiredInstances(this.#scrapes.readings(current, oldest), this.#target, tolerance);
    const { measured, sum } = this.#total.readings(1, oldest);
    return measured > 0 ? desiredForTotal(current, sum, this.#target, tolerance) : NO_METRICS;
  }

  #allowed(current: number, wish: number): number {
    const { upStabilisationS, downStabilisationS, periodS } = this.#config;
    const { now } = this.#context;
    const up = upStabilisationS * MICROS_PER_SECOND;
    const down = downStabilisationS * MICROS_PER_SECOND;
    const steady = this.#stabilisation.follow(now, current, wish, up, down);
    return this.#policies.limit(now, current, steady, periodS * MICROS_PER_SECOND, this.#config);
  }

  /** Seconds until fewer may be wanted, as far as is known now. */
  #heldS(): number {
    const until = this.#stabilisation.heldUntil(
      this.#instances + this.#provisioning.pending - 1,
      this.#config.downStabilisationS * MICROS_PER_SECOND,
    );
    return Math.ceil((until - this.#context.now) / MICROS_PER_SECOND);
  }

  #change(current: number, wanted: number): void {
    this.#reason = REASON.changed;
    this.#policies.changed(this.#context.now, wanted - current);
    if (wanted > current) {
      this.#context.count(this.#scaledUp, wanted - current);
      this.#provisioning.add(wanted - current);
      return;
    }
    this.#context.count(this.#scaledDown, current - wanted);
    const cancelled = this.#provisioning.cancel(current - wanted);
    if (current - wanted > cancelled) this.#order(wanted);
  }

  #order(instances: number): void {
    if (!this.#scaled || this.#instances < 0) return;
    this.#instances = instances;
    this.#send(this.#scaled, VERB.scale, instances, ORDER);
  }

  #report(): void {
    const context = this.#context;
    const there = Math.max(0, this.#instances);
    const [instances, wanted, provisioning, value] = this.#gauges;
    context.level(instances, there);
    context.level(wanted, there + this.#provisioning.pending);
    context.level(provisioning, this.#provisioning.pending);
    context.level(value, Math.max(0, this.#value()));
  }
}
