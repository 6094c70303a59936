import type { Behaviour, Context, Link } from '../../engine/behaviour';
import { type CallId, NO_CALL } from '../../engine/calls';
import { PRIORITY } from '../../engine/event-queue';
import type { RandomStream } from '../../engine/random';
import { passBack, passOn } from '../../engine/resources/forwarding';
import { RecentShare } from '../../engine/resources/recent-share';
import type { FaceWriter } from '../../model/face';
import { CANCELLED, causeCode } from '../../model/outcome';
import { fromMs, MICROS_PER_SECOND } from '../../model/units';
import { type CachedAnswer, emptyAnswer, leaveLine, NEXT, joinLine, Rotation } from './answers';
import { type DnsConfig, EMPTY_ANSWER, SERVERS_DOWN, STALE_ANSWER } from './dns';

const NO_ADDRESS = causeCode('no-address');

/** RFC 8767, section 5: an old answer is used for this long before the next lookup. */
const STALE_FOR = 30 * MICROS_PER_SECOND;

/** Timer: a lookup has ended. */
const FOUND = 0;
const SILENCE = 1;

/** Work slots: where the answer is kept that a call waits for, and the call made for it, or NO_CALL. */
const PLACE = 2;
const SENT = 3;

export class Dns implements Behaviour {
  #config: DnsConfig;
  #down = false;
  #empty = false;
  #frozen = false;
  #waiting = 0;
  /** For reads and for writes: each operation has a name of its own. */
  #rotations: readonly [Rotation, Rotation] = [new Rotation([]), new Rotation([])];
  /** The same as it was when the answers were frozen. */
  #given = this.#rotations;
  /** By incoming connection: for each cache an answer for reads and one for writes. */
  readonly #answers = new Map<number, CachedAnswer[]>();
  readonly #context: Context;
  readonly #recent = new RecentShare();
  readonly #users: RandomStream;
  readonly #ages: RandomStream;
  readonly #hits: number;
  readonly #lookups: number;
  readonly #failed: number;
  readonly #stale: number;

  constructor(config: DnsConfig, context: Context) {
    this.#config = config;
    this.#context = context;
    this.#users = context.random('resolver');
    this.#ages = context.random('age');
    this.#hits = context.counter('hits');
    this.#lookups = context.counter('lookups');
    this.#failed = context.counter('failedLookups');
    this.#stale = context.counter('staleAnswers');
  }

  start(): void {
    this.#recent.reset(this.#context.now);
  }

  configure(config: DnsConfig): void {
    this.#config = config;
  }

  rewire(): void {
    const taking = (operation: 'read' | 'write'): Rotation =>
      new Rotation(this.#context.outgoing.filter(({ config }) => config.on === 'all' || config.on === operation));
    this.#rotations = [taking('read'), taking('write')];
    if (!this.#frozen) this.#given = this.#rotations;
  }

  arrive(call: CallId): void {
    const context = this.#context;
    const { calls, now } = context;
    const place = this.#users.integer(this.#config.caches) * 2 + calls.write(call);
    const connection = calls.connection(call);
    const answer = this.#answer(connection, place);
    const hit = !answer.looking && (answer.validUntil > now || (this.#frozen && answer.usable));
    this.#recent.count(hit, now);
    if (hit) {
      context.count(this.#hits);
      this.#use(call, answer);
      return;
    }
    calls.setWork(call, PLACE, place);
    calls.setWork(call, SENT, NO_CALL);
    joinLine(answer, call, calls);
    context.waiting(++this.#waiting);
    if (!answer.looking) this.#lookUp(answer, connection, place);
  }

  timer(type: number, connection: number, place: number): void {
    const context = this.#context;
    const answer = this.#answer(connection, place);
    answer.looking = false;
    if (type === SILENCE) this.#settle(answer, null, 0);
    else this.#settle(answer, this.#empty ? null : this.#given[place & 1]!.next(), this.#config.negativeTtlSeconds);
    const { calls } = context;
    let call = answer.firstWaiter;
    answer.firstWaiter = answer.lastWaiter = NO_CALL;
    while (call >= 0) {
      const next = calls.work(call, NEXT);
      this.#waiting--;
      this.#use(call, answer);
      call = next;
    }
    context.waiting(this.#waiting);
  }

  reply(call: CallId): void {
    passBack(this.#context, call);
  }

  /** Who waits for a lookup is let go, and the lookup goes on for the others; of what was sent on, its target is told. */
  cancelled(call: CallId): void {
    const { calls } = this.#context;
    const sub = calls.work(call, SENT);
    if (sub !== NO_CALL) this.#context.withdraw(sub);
    else {
      leaveLine(this.#answer(calls.connection(call), calls.work(call, PLACE)), call, calls);
      this.#context.waiting(--this.#waiting);
    }
    this.#context.fail(call, CANCELLED);
  }

  /** Only when the card is taken away: name servers that fail leave the caches alone. */
  crash(): void {
    this.#answers.clear();
    this.#waiting = 0;
  }

  fault(id: string, on: boolean): void {
    if (id === SERVERS_DOWN.id) this.#down = on;
    else if (id === EMPTY_ANSWER.id) this.#empty = on;
    else if (id === STALE_ANSWER.id) {
      this.#frozen = on;
      this.#given = this.#rotations;
    }
  }

  face(writer: FaceWriter): void {
    const { now, outgoing } = this.#context;
    writer.put(0);
    writer.put(this.#config.ttlSeconds);
    writer.put(outgoing.length);
    for (const { index, config } of outgoing) {
      writer.put(index);
      writer.put(config.weight > 0 ? 1 : 0);
    }
    writer.put(this.#recent.share(now));
    writer.put(this.#recent.perSecond(now));
    const state = this.#down ? 3 : this.#empty ? 1 : this.#frozen ? 2 : 0;
    writer.put(state);
    if (state === 0) writer.put(this.#waiting);
  }

  #answer(connection: number, place: number): CachedAnswer {
    let answers = this.#answers.get(connection);
    if (!answers) {
      answers = [];
      this.#answers.set(connection, answers);
    }
    while (answers.length <= place) answers.push(emptyAnswer());
    return answers[place]!;
  }

  #lookUp(answer: CachedAnswer, connection: number, place: number): void {
    const context = this.#context;
    const { lookupMs, lookupTimeoutMs } = this.#config;
    answer.looking = true;
    context.count(this.#lookups);
    if (this.#down) context.after(fromMs(lookupTimeoutMs), PRIORITY.timer, SILENCE, connection, place);
    else context.after(context.work(fromMs(lookupMs)), PRIORITY.completion, FOUND, connection, place);
  }

  /** Takes in what a lookup has brought: an address, or none, which counts for so many seconds. */
  #settle(answer: CachedAnswer, link: Link | null, negativeSeconds: number): void {
    const { now } = this.#context;
    const { ttlSeconds, staleIfError } = this.#config;
    if (link) {
      // A cache that is seen for the first time has been at work for long: its answer may be of any age.
      const left = answer.fresh ? this.#ages.uniform() : 1;
      answer.fresh = false;
      answer.link = link;
      answer.usable = true;
      answer.validUntil = now + Math.floor(ttlSeconds * MICROS_PER_SECOND * left + 0.5);
      return;
    }
    this.#context.count(this.#failed);
    if (staleIfError && answer.link) {
      answer.usable = true;
      answer.validUntil = now + STALE_FOR;
      this.#context.count(this.#stale);
      return;
    }
    answer.usable = false;
    answer.validUntil = now + Math.floor(negativeSeconds * MICROS_PER_SECOND + 0.5);
  }

  #use(call: CallId, answer: CachedAnswer): void {
    const context = this.#context;
    context.began(call);
    // An address that was taken away is still used: the engine refuses what is sent there.
    if (answer.usable && answer.link) context.calls.setWork(call, SENT, passOn(context, call, answer.link));
    else context.fail(call, NO_ADDRESS);
  }
}
