import type { Context, MetricHandle } from '../../engine/behaviour';
import type { CallId } from '../../engine/calls';
import type { Sampler } from '../../engine/distribution';
import { PRIORITY } from '../../engine/event-queue';
import type { RandomStream } from '../../engine/random';
import { GroupCommit } from '../../engine/resources/group-commit';

/** The disk with the log of the primary: one flush at a time, shared by those who came during the one before. */
export class LogDisk {
  flushTime!: Sampler;
  /** Times as long as a flush should take. */
  slowness = 1;
  /** Tells the flushes of this process from those of one that died. */
  #life = 0;
  readonly #commits = new GroupCommit();
  readonly #context: Context;
  readonly #timerType: number;
  readonly #times: RandomStream;
  readonly #flushes: MetricHandle;
  readonly #committed: (call: CallId) => void;

  /** The owner hands its timer, with its second number, to `flushed`. `committed` is called for each write that is on disk. */
  constructor(context: Context, timerType: number, times: RandomStream, committed: (call: CallId) => void) {
    this.#context = context;
    this.#timerType = timerType;
    this.#times = times;
    this.#flushes = context.counter('flushes');
    this.#committed = committed;
  }

  commit(call: CallId): void {
    if (this.#commits.join(call)) this.#flush();
  }

  flushed(life: number): void {
    if (life !== this.#life) return;
    this.#context.count(this.#flushes);
    for (let call = this.#commits.take(); call >= 0; call = this.#commits.take()) this.#committed(call);
    if (this.#commits.end()) this.#flush();
  }

  crash(): void {
    this.#commits.clear();
    this.#life++;
  }

  #flush(): void {
    const micros = this.flushTime.sample(this.#times) * this.slowness;
    this.#context.after(
      this.#context.work(Math.floor(micros + 0.5)),
      PRIORITY.completion,
      this.#timerType,
      0,
      this.#life,
    );
  }
}
