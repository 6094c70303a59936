import type { Behaviour, Context } from '../../engine/behaviour';
import { type CallId, NO_CALL } from '../../engine/calls';
import { sampler, type Sampler } from '../../engine/distribution';
import { PRIORITY } from '../../engine/event-queue';
import type { RandomStream } from '../../engine/random';
import { type ArrivalSpec, Arrivals } from '../../engine/resources/arrivals';
import { RouteChooser } from '../../engine/resources/route-chooser';
import type { FaceWriter } from '../../model/face';
import type { Config } from '../../model/fields';
import { plainVerb } from '../../model/meaning';
import { causeCode, OK } from '../../model/outcome';
import { fromMs } from '../../model/units';
import { ArrivalLine, DueTimes } from './arrival-line';
import { Demand } from './demand';
import { HOT_KEY, LOAD_SPIKE, LOAD_STEP, RECONNECT_STORM } from './faults';
import type { ClientConfig } from './fields';
import { Uncorrected } from './uncorrected';

const NO_ROUTE = causeCode('no-route');

/** Timers. */
const ARRIVAL = 0;
const THINK_OVER = 1;
const TURN = 2;
const SPIKE_OVER = 3;

/** Ticket of a request that nobody follows with another; those of users are their generation; below, see `ticketOf`. */
const ALONE = -1;

/** Ratio of the p99 to the median of people's pauses. */
const THINK_P99 = 5;

const PHRASE = { poisson: 0, constant: 1, closed: 2, bursty: 3, burst: 4, diurnal: 5, steps: 6, spike: 7, visits: 8 };

/** Asking again at once when there is nobody to ask would let no time pass. */
const PAUSE_WITHOUT_ROUTE = 1_000;

/** More than a million that wait at the generator would only cost memory. */
const LONGEST_LINE = 1_000_000;

/** What begins the arrivals anew when it changes. */
const ARRIVAL_FIELDS = [
  ...([
    'arrivals',
    'ratePerSec',
    'burstRatePerSec',
    'quietS',
    'burstS',
    'swingPercent',
    'periodS',
    'stepPerSec',
  ] as const),
  ...(['stepS', 'steps', 'spikeAtS', 'spikeRampS', 'spikeForS', 'spikeFactor', 'sessionsPerSec'] as const),
];

export class Client implements Behaviour {
  #config!: ClientConfig;
  #think!: Sampler;
  /** Of closed load: how many take part, those among them included who leave after their answer. */
  #users = 0;
  /** Of partly open load: visitors who have not left. */
  #visitors = 0;
  #inFlight = 0;
  #stepFactor = 1;
  #spikeFactor = 1;
  #spike = 0;
  /** Whose request this is, in a reconnect storm; else −1, and the address is drawn. */
  #comer = -1;
  /** With a fraction of a microsecond, so that constant rates do not drift. */
  #nextArrival = 0;
  /** Of the arrivals: timers of an earlier one are stale. */
  #arriving = 0;
  /** Of the users and visitors. */
  #generation = 0;
  readonly #context: Context;
  readonly #routes: RouteChooser;
  readonly #arrivals: Arrivals;
  readonly #demand: Demand;
  readonly #line = new ArrivalLine();
  readonly #due = new DueTimes();
  readonly #uncorrected: Uncorrected;
  readonly #thinking: RandomStream;
  readonly #staying: RandomStream;
  readonly #planned: number;
  readonly #dropped: number;

  constructor(config: ClientConfig, context: Context) {
    this.#context = context;
    this.#routes = new RouteChooser(context);
    this.#arrivals = new Arrivals(context.random('arrival'), (purpose) => context.random(purpose));
    this.#demand = new Demand(config, context);
    this.#uncorrected = new Uncorrected(context);
    this.#thinking = context.random('think');
    this.#staying = context.random('stay');
    this.#planned = context.counter('planned');
    this.#dropped = context.counter('dropped');
    this.#adopt(config);
  }

  /** Response times of the run counted from the sending, in microseconds. */
  get uncorrected(): ReturnType<Uncorrected['soFar']> {
    return this.#uncorrected.soFar();
  }

  start(): void {
    if (this.#config.workload === 'closed') this.#addUsers();
    else this.#startArrivals();
  }

  configure(config: ClientConfig): void {
    const before = this.#config;
    this.#adopt(config);
    if (before.workload !== config.workload) {
      this.#generation++;
      this.#arriving++;
      this.#users = 0;
      this.#visitors = 0;
      this.#forgetLine();
      this.start();
      return;
    }
    if (config.limit !== 'wait') this.#forgetLine();
    else this.#sendWaiting();
    if (config.workload === 'closed') this.#addUsers();
    else if (ARRIVAL_FIELDS.some((field) => before[field] !== config[field])) this.#startArrivals();
  }

  rewire(): void {
    this.#routes.rewire();
  }

  arrive(call: CallId): void {
    this.#context.fail(call, NO_ROUTE);
  }

  reply(call: CallId): void {
    const { calls, now } = this.#context;
    const cause = calls.cause(call);
    const ticket = calls.ticket(call);
    const sent = calls.sentAt(call);
    const due = ticket < ALONE ? this.#due.take(slotOf(ticket)) : sent;
    this.#inFlight--;
    if (cause === OK) {
      this.#context.answered(now - due);
      this.#uncorrected.record(now - sent);
    } else this.#context.gaveUp(cause);
    // Without a microsecond in between, a user without think time could ask for ever in no time.
    if (ticket >= 0) this.#goOn(ticket, now === sent ? 1 : 0);
    else this.#sendWaiting();
  }

  timer(type: number, generation: number): void {
    switch (type) {
      case ARRIVAL:
        if (generation !== this.#arriving) return;
        if (this.#config.workload === 'open') this.#arrival(this.#context.now);
        else this.#visit();
        this.#scheduleArrival();
        break;
      case TURN:
        if (generation !== this.#arriving) return;
        this.#arrivals.turn(this.#context.now);
        this.#scheduleArrival();
        break;
      case THINK_OVER:
        if (generation !== this.#generation) return;
        this.#context.count(this.#planned);
        this.#send(this.#context.now, generation);
        break;
      case SPIKE_OVER:
        if (generation !== this.#spike) return;
        this.#spikeFactor = 1;
        this.#loadChanged();
    }
  }

  fault(id: string, on: boolean, params: Config): void {
    switch (id) {
      case LOAD_STEP.id:
        this.#stepFactor = on ? Number(params['factor']) : 1;
        this.#loadChanged();
        break;
      case LOAD_SPIKE.id:
        this.#spikeFactor = Number(params['factor']);
        this.#context.after(fromMs(Number(params['forS']) * 1000), PRIORITY.timer, SPIKE_OVER, ++this.#spike);
        this.#loadChanged();
        break;
      case RECONNECT_STORM.id: {
        const { workload, addresses } = this.#config;
        const all = workload === 'closed' ? this.#users : addresses;
        const comers = Math.floor((all * Number(params['percent'])) / 100 + 0.5);
        for (let i = 0; i < comers; i++) {
          this.#comer = i % addresses;
          this.#arrival(this.#context.now);
        }
        this.#comer = -1;
        break;
      }
      case HOT_KEY.id:
        this.#demand.hotShare = on ? Number(params['percent']) / 100 : 0;
        this.#demand.hotKey = Number(params['key']);
    }
  }

  face(writer: FaceWriter): void {
    const { workload, arrivals } = this.#config;
    if (workload === 'closed') {
      writer.put(PHRASE.closed);
      writer.put(this.#users);
      return;
    }
    const rate = this.#arrivals.rate(this.#context.now);
    const bursts = arrivals === 'bursty' && this.#arrivals.inBurst;
    writer.put(workload === 'partly-open' ? PHRASE.visits : bursts ? PHRASE.burst : PHRASE[arrivals]);
    writer.put(workload === 'open' && (arrivals === 'diurnal' || arrivals === 'spike') ? rounded(rate) : rate);
    if (workload === 'partly-open') writer.put(this.#visitors);
  }

  #adopt(config: ClientConfig): void {
    this.#config = config;
    this.#demand.configure(config);
    this.#think = sampler(
      config.thinkMs === 0 || config.thinkTime === 'constant'
        ? { type: 'constant', meanMs: config.thinkMs }
        : config.thinkTime === 'exponential'
          ? { type: 'exponential', meanMs: config.thinkMs }
          : { type: 'lognormal', medianMs: config.thinkMs, p99Ms: config.thinkMs * THINK_P99 },
    );
  }

  #loadChanged(): void {
    this.#arrivals.factor = this.#stepFactor * this.#spikeFactor;
    if (this.#config.workload === 'closed') this.#addUsers();
    else this.#resumeArrivals();
  }

  // — open: requests or visitors that keep coming —

  #startArrivals(): void {
    const { workload, sessionsPerSec } = this.#config;
    const spec: ArrivalSpec =
      workload === 'open' ? this.#config : { ...this.#config, arrivals: 'poisson', ratePerSec: sessionsPerSec };
    this.#arrivals.begin(spec, this.#context.now);
    this.#resumeArrivals();
  }

  /** Draws the next arrival anew, from now. */
  #resumeArrivals(): void {
    this.#arriving++;
    this.#nextArrival = this.#context.now;
    this.#scheduleArrival();
  }

  #scheduleArrival(): void {
    this.#nextArrival = this.#arrivals.next(this.#nextArrival);
    if (this.#nextArrival === Infinity) return;
    const wait = Math.max(0, Math.floor(this.#nextArrival + 0.5) - this.#context.now);
    this.#context.after(wait, PRIORITY.arrival, this.#arrivals.turning ? TURN : ARRIVAL, this.#arriving);
  }

  /** A request is due: sent, dropped, or made to wait, as the generator is. */
  #arrival(due: number): void {
    const { workload, limit, maxInFlight, connections } = this.#config;
    this.#context.count(this.#planned);
    if (workload !== 'open' || limit === 'none') this.#send(due, ALONE);
    else if (limit === 'drop') {
      if (this.#inFlight >= maxInFlight) this.#context.count(this.#dropped);
      else this.#send(due, ALONE);
    } else if (this.#inFlight < connections && this.#line.size === 0) this.#send(due, ALONE);
    else if (this.#line.size === LONGEST_LINE) this.#context.count(this.#dropped);
    else {
      this.#line.push(due);
      this.#context.waiting(this.#line.size);
    }
  }

  #sendWaiting(): void {
    if (this.#line.size === 0) return;
    while (this.#line.size > 0 && this.#inFlight < this.#config.connections) this.#send(this.#line.shift(), ALONE);
    this.#context.waiting(this.#line.size);
  }

  /** A generator that is replaced never sends what waited in it. */
  #forgetLine(): void {
    if (this.#line.size === 0) return;
    this.#context.count(this.#dropped, this.#line.size);
    this.#line.clear();
    this.#context.waiting(0);
  }

  #visit(): void {
    this.#visitors++;
    this.#context.count(this.#planned);
    this.#send(this.#context.now, this.#generation);
  }

  // — closed and partly open: people who think —

  get #wantedUsers(): number {
    return Math.floor(this.#config.users * this.#stepFactor * this.#spikeFactor + 0.5);
  }

  /** Newcomers first think, so that they do not all ask at once. Leavers go when their answer is here. */
  #addUsers(): void {
    const wanted = this.#wantedUsers;
    while (this.#users < wanted) {
      this.#users++;
      this.#thinkThenAsk(0);
    }
  }

  /** A user or visitor has an answer. */
  #goOn(generation: number, atLeast: number): void {
    if (generation !== this.#generation) return;
    if (this.#config.workload === 'closed') {
      if (this.#users > this.#wantedUsers) this.#users--;
      else this.#thinkThenAsk(atLeast);
    } else if (this.#staying.chance(this.#config.stayPercent / 100)) this.#thinkThenAsk(atLeast);
    else this.#visitors--;
  }

  #thinkThenAsk(atLeast: number): void {
    const pause = Math.max(atLeast, this.#think.sample(this.#thinking));
    this.#context.after(pause, PRIORITY.arrival, THINK_OVER, this.#generation);
  }

  // — all —

  #send(due: number, ticket: number): void {
    const context = this.#context;
    const demand = this.#demand;
    demand.draw();
    if (this.#comer >= 0) demand.user = this.#comer;
    const { write, key } = demand;
    const link = this.#routes.choose(write, demand.operation);
    context.offered();
    if (!link) {
      context.gaveUp(NO_ROUTE);
      if (ticket >= 0) this.#goOn(ticket, PAUSE_WITHOUT_ROUTE);
      return;
    }
    this.#inFlight++;
    const late = due !== context.now;
    const verb = plainVerb(link.meaning, write === 1);
    demand.describe(context.traits);
    context.send(link.index, NO_CALL, verb, write, key, late ? ticketOf(this.#due.put(due)) : ticket);
  }
}

/** Of a request that was sent later than due: below ALONE. */
function ticketOf(slot: number): number {
  return -2 - slot;
}

function slotOf(ticket: number): number {
  return -2 - ticket;
}

/** Rates that slope would show many digits. */
function rounded(rate: number): number {
  return rate >= 10 ? Math.floor(rate + 0.5) : Math.floor(rate * 10 + 0.5) / 10;
}
