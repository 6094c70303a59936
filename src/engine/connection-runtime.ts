/**
 * A connection while it runs: delay, loss and cuts. One-way delay is half the round trip times a lognormal factor of
 * the given sigma (model reference, network links). A lost packet is sent again after 200 ms, doubling: TCP turns loss
 * into delay.
 */
import type { ConnectionConfig } from '../model/connection-fields';
import type { Meaning } from '../model/meaning';
import { fromMs } from '../model/units';
import { exp } from './deterministic-math';
import type { ResiliencePolicy } from './resilience/policy';
import { RandomStream } from './random';
import { normal } from './ziggurat';

const FIRST_RETRANSMISSION = 200_000;
/** net.ipv4.tcp_retries2: after this many the sender gives up; we deliver then, which takes about 15 minutes. */
const MAX_RETRANSMISSIONS = 15;

export class ConnectionRuntime {
  readonly id: string;
  readonly index: number;
  readonly source: number;
  readonly target: number;
  readonly meaning: Meaning;
  config!: ConnectionConfig;
  /** Timeout of calls in microseconds; 0 waits for ever. */
  timeout = 0;
  deadlineList = -1;
  /** What the source does around the attempts of a call; null while it only waits for the answer. */
  policy: ResiliencePolicy | null = null;
  cut = false;
  removed = false;
  /** Messages sent towards the target since the start. */
  sent = 0;
  /** Calls whose answer reached the source in time: good, and with an error. */
  answered = 0;
  failed = 0;
  /** Answers that came when nobody waited for them any more. */
  late = 0;
  /** Messages that vanished on a cut connection. */
  lost = 0;
  /** Extra microseconds each way, from a fault. */
  extraDelay = 0;

  readonly #delays: RandomStream;
  readonly #losses: RandomStream;
  #oneWay = 0;
  #jitter = 0;
  #lossShare = 0;

  constructor(id: string, index: number, source: number, target: number, meaning: Meaning, seed: number) {
    this.id = id;
    this.index = index;
    this.source = source;
    this.target = target;
    this.meaning = meaning;
    this.#delays = new RandomStream(seed, id, 'net');
    this.#losses = new RandomStream(seed, id, 'loss');
  }

  configure(config: ConnectionConfig): void {
    this.config = config;
    this.timeout = fromMs(config.timeoutMs);
    this.#oneWay = (config.rttMs * 1000) / 2;
    this.#jitter = config.jitter;
    this.#lossShare = config.lossPercent / 100;
  }

  /** Microseconds the next message takes. */
  delay(): number {
    let micros = this.#oneWay;
    if (this.#jitter > 0 && micros > 0) micros *= exp(this.#jitter * normal(this.#delays));
    if (this.#lossShare > 0) micros += this.#retransmissions();
    return Math.floor(micros + 0.5) + this.extraDelay;
  }

  #retransmissions(): number {
    let waited = 0;
    let timeout = FIRST_RETRANSMISSION;
    for (let i = 0; i < MAX_RETRANSMISSIONS && this.#losses.chance(this.#lossShare); i++) {
      waited += timeout;
      timeout *= 2;
    }
    return waited;
  }
}
