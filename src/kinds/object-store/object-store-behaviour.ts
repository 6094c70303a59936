import type { Behaviour, Context } from '../../engine/behaviour';
import { type CallId, FLAG } from '../../engine/calls';
import { type Sampler, sampler } from '../../engine/distribution';
import { PRIORITY } from '../../engine/event-queue';
import type { RandomStream } from '../../engine/random';
import { TokenBucket } from '../../engine/resources/token-bucket';
import type { FaceWriter } from '../../model/face';
import { CANCELLED, causeCode } from '../../model/outcome';
import { FencedWrites } from '../fenced-writes';
import type { StoreConfig } from './object-store';

const RATE_LIMITED = causeCode('rate-limited');
const FENCED = causeCode('fenced');

const DONE = 0;

/** Work slot: size of the object in bytes. */
const BYTES = 0;
/** One gigabyte at most, so that the size fits into its slot. */
const MOST_BYTES = 1_000_000_000;

export class ObjectStore implements Behaviour {
  #config!: StoreConfig;
  #firstByte!: Sampler;
  #size!: Sampler;
  /** By prefix: reads and writes. */
  readonly #gets: TokenBucket[] = [];
  readonly #puts: TokenBucket[] = [];
  #streams = 0;
  readonly #fenced: FencedWrites;
  readonly #context: Context;
  readonly #times: RandomStream;
  readonly #sizes: RandomStream;
  readonly #reads: number;
  readonly #writes: number;
  readonly #slowDowns: number;
  readonly #kilobytes: number;

  constructor(config: StoreConfig, context: Context) {
    this.#context = context;
    this.#fenced = new FencedWrites(context);
    this.#times = context.random('service');
    this.#sizes = context.random('size');
    this.#reads = context.counter('gets');
    this.#writes = context.counter('puts');
    this.#slowDowns = context.counter('slowDowns');
    this.#kilobytes = context.counter('kilobytes');
    this.#adopt(config);
  }

  start(): void {
    const { now } = this.#context;
    for (const bucket of this.#gets) bucket.fill(now);
    for (const bucket of this.#puts) bucket.fill(now);
  }

  configure(config: StoreConfig): void {
    this.#adopt(config);
  }

  arrive(call: CallId): void {
    const context = this.#context;
    const { calls } = context;
    const write = calls.write(call) === 1;
    const bucket = (write ? this.#puts : this.#gets)[calls.key(call) % this.#config.prefixes]!;
    if (!bucket.take(context.now)) {
      context.count(this.#slowDowns);
      context.fail(call, RATE_LIMITED);
      return;
    }
    if (!write) context.count(this.#reads);
    context.began(call);
    this.#streams++;
    // A sampler counts in thousandths: of milliseconds, or here of kilobytes.
    const bytes = Math.min(MOST_BYTES, this.#size.sample(this.#sizes));
    calls.setWork(call, BYTES, bytes);
    // One megabyte a second is one byte a microsecond.
    const transfer = Math.floor(bytes / this.#config.streamMbPerSec + 0.5);
    context.after(
      context.work(this.#firstByte.sample(this.#times) + transfer),
      PRIORITY.completion,
      DONE,
      call,
      calls.stamp(call),
    );
  }

  timer(_type: number, call: CallId, stamp: number): void {
    const { calls } = this.#context;
    const here = (calls.flags(call) & (FLAG.live | FLAG.targetDone)) === FLAG.live && calls.stamp(call) === stamp;
    if (!here) return;
    this.#streams--;
    this.#context.count(this.#kilobytes, calls.work(call, BYTES) / 1000);
    if (calls.write(call) === 1) {
      // The object becomes visible as a whole when all of it is there, and only then is it clear what came before it.
      if (this.#fenced.refuses(call)) {
        this.#context.fail(call, FENCED);
        return;
      }
      this.#context.count(this.#writes);
    }
    this.#context.succeed(call);
  }

  /** The connection of a caller that gives up is closed, and the transfer ends. */
  cancelled(call: CallId): void {
    this.#streams--;
    this.#context.fail(call, CANCELLED);
  }

  crash(): void {
    this.#streams = 0;
  }

  face(writer: FaceWriter): void {
    writer.put(this.#config.prefixes === 1 ? 0 : 1);
    if (this.#config.prefixes > 1) writer.put(this.#config.prefixes);
    writer.put(this.#streams);
    writer.put(0);
  }

  #adopt(config: StoreConfig): void {
    const { now } = this.#context;
    this.#config = config;
    this.#fenced.mode = config.oldTokens;
    this.#firstByte = sampler({
      type: 'lognormal',
      medianMs: config.firstByteMedianMs,
      p99Ms: Math.max(config.firstByteMedianMs, config.firstByteP99Ms),
    });
    this.#size = sampler({
      type: 'lognormal',
      medianMs: config.sizeMedianKb,
      p99Ms: Math.max(config.sizeMedianKb, config.sizeP99Kb),
    });
    for (const bucket of this.#gets) bucket.configure(config.getLimit, config.getLimit, now);
    for (const bucket of this.#puts) bucket.configure(config.putLimit, config.putLimit, now);
    while (this.#gets.length < config.prefixes) {
      this.#gets.push(new TokenBucket(config.getLimit, config.getLimit, now));
      this.#puts.push(new TokenBucket(config.putLimit, config.putLimit, now));
    }
  }
}
