/**
 * A connection while it runs: delay, bandwidth, loss and cuts. One-way delay is half the round trip times a lognormal
 * factor of the given sigma. A lost packet is sent again after 200 ms, doubling up to
 * two minutes: TCP turns loss into delay. With a bandwidth, messages go out one after another, and queue for it, in each
 * direction.
 */
import type { ConnectionConfig } from '../model/connection-fields';
import { BANDWIDTH, CUT, DELAY, LOSS } from '../model/faults';
import type { Meaning } from '../model/meaning';
import { fromMs } from '../model/units';
import type { CallId } from './calls';
import { exp } from './deterministic-math';
import { FaultStack, jointShare } from './fault-stack';
import { RandomStream } from './random';
import type { ResiliencePolicy } from './resilience/policy';
import { normal } from './ziggurat';

const FIRST_RETRANSMISSION = 200_000;
/** Linux TCP_RTO_MAX: the pause does not grow beyond two minutes. */
const LONGEST_RETRANSMISSION = 120_000_000;
/** net.ipv4.tcp_retries2: after this many the sender gives up; we deliver then, after 805 s. */
const MAX_RETRANSMISSIONS = 15;

/** Whether messages get through in a direction, and what becomes of those that do not. */
export const CUT_STATE = { open: 0, blackHole: 1, rejects: 2 } as const;

/** What the direction without the payload carries: headers, a status, an acknowledgement. */
export const SMALL_BYTES = 500;

/** The least bandwidth, in Mbit/s: less than this teaches nothing but waiting. */
const LEAST_MBPS = 0.1;

export class ConnectionRuntime {
  readonly id: string;
  readonly index: number;
  readonly source: number;
  readonly target: number;
  readonly meaning: Meaning;
  readonly faults = new FaultStack();
  config!: ConnectionConfig;
  /** Timeout of calls in microseconds; 0 waits for ever. */
  timeout = 0;
  deadlineList = -1;
  /** What the source does around the attempts of a call; null while it only waits for the answer. */
  policy: ResiliencePolicy | null = null;
  /** CUT_STATE of the way to the target, and of the way back. */
  cutThere = 0;
  cutBack = 0;
  removed = false;
  /** See `Context.watch`. */
  watcher: ((call: CallId) => void) | null = null;
  /** Messages sent towards the target since the start. */
  sent = 0;
  /** Calls whose answer reached the source in time: good, and with an error. */
  answered = 0;
  failed = 0;
  /** Answers that came when nobody waited for them any more. */
  late = 0;
  /** Messages that vanished on a cut connection, or at a host that is not there. */
  lost = 0;
  /** Whether faults delay it, lose its packets, narrow it. */
  delayed = false;
  lossy = false;
  narrowed = false;

  readonly #delays: RandomStream;
  readonly #losses: RandomStream;
  #oneWay = 0;
  #jitter = 0;
  #extra = 0;
  #lossShare = 0;
  /** Microseconds a bit; 0 without a limit. */
  #bitMicros = 0;
  /** A lost message holds up those behind it, as on one TCP connection. */
  #inOrder = false;
  /** When the last message is out, there and back. */
  readonly #freeAt = new Float64Array(2);
  /** Until when a message that was lost holds up the others, there and back. */
  readonly #heldUntil = new Float64Array(2);

  constructor(id: string, index: number, source: number, target: number, meaning: Meaning, seed: number) {
    this.id = id;
    this.index = index;
    this.source = source;
    this.target = target;
    this.meaning = meaning;
    this.#delays = new RandomStream(seed, id, 'net');
    this.#losses = new RandomStream(seed, id, 'loss');
  }

  /** Cut in at least one direction. */
  get cut(): boolean {
    return (this.cutThere | this.cutBack) !== 0;
  }

  /** When everything sent so far is out, in both directions: later than now where messages queue for the bandwidth. */
  get busyUntil(): number {
    return Math.max(this.#freeAt[0]!, this.#freeAt[1]!);
  }

  configure(config: ConnectionConfig): void {
    this.config = config;
    this.timeout = fromMs(config.timeoutMs);
    this.#jitter = config.jitter;
    this.#inOrder = config.protocol === 'grpc';
    this.settle();
  }

  /** Follows its faults and its configuration. */
  settle(): void {
    const { rttMs, lossPercent, bandwidthMbps } = this.config;
    const cuts = this.faults.of(CUT.id);
    const stateOf = (except: string): number => {
      const here = cuts.filter(({ direction }) => direction !== except);
      if (here.length === 0) return CUT_STATE.open;
      return here.some(({ mode }) => mode === 'black-hole') ? CUT_STATE.blackHole : CUT_STATE.rejects;
    };
    this.cutThere = stateOf('back');
    this.cutBack = stateOf('there');
    const delays = this.faults.of(DELAY.id);
    this.#extra = delays.reduce((sum, { addMs }) => sum + fromMs(Number(addMs)), 0);
    this.#oneWay = delays.reduce((product, { factor }) => product * Number(factor), (rttMs * 1000) / 2);
    this.delayed = delays.length > 0;
    const losses = this.faults.of(LOSS.id);
    this.lossy = losses.length > 0;
    this.#lossShare = this.lossy ? jointShare([...losses, { percent: lossPercent }]) : lossPercent / 100;
    const limits = this.faults.of(BANDWIDTH.id).map(({ mbps }) => Number(mbps));
    this.narrowed = limits.length > 0;
    if (bandwidthMbps > 0) limits.push(bandwidthMbps);
    this.#bitMicros = limits.length === 0 ? 0 : 1 / Math.max(LEAST_MBPS, Math.min(...limits));
  }

  /** Microseconds the next message takes: `bytes` sent at `now`, to the target or `back`. */
  delay(now: number, bytes: number, back: boolean): number {
    let micros = this.#oneWay;
    if (this.#jitter > 0 && micros > 0) micros *= exp(this.#jitter * normal(this.#delays));
    if (this.#bitMicros > 0) micros += this.#transmission(now, bytes, back ? 1 : 0);
    if (this.#lossShare > 0) {
      const lost = this.#retransmissions();
      micros += lost;
      if (this.#inOrder) micros = this.#waitInLine(now, micros, lost > 0, back ? 1 : 0);
    }
    return Math.floor(micros + 0.5) + this.#extra;
  }

  /** Until a message is out: those before it go first. */
  #transmission(now: number, bytes: number, way: number): number {
    const free = this.#freeAt[way]!;
    const out = (free > now ? free : now) + bytes * 8 * this.#bitMicros;
    this.#freeAt[way] = out;
    return out - now;
  }

  #waitInLine(now: number, micros: number, lost: boolean, way: number): number {
    const arrival = Math.max(now + micros, this.#heldUntil[way]!);
    if (lost) this.#heldUntil[way] = arrival;
    return arrival - now;
  }

  #retransmissions(): number {
    let waited = 0;
    let timeout = FIRST_RETRANSMISSION;
    for (let i = 0; i < MAX_RETRANSMISSIONS && this.#losses.chance(this.#lossShare); i++) {
      waited += timeout;
      timeout = Math.min(2 * timeout, LONGEST_RETRANSMISSION);
    }
    return waited;
  }
}
