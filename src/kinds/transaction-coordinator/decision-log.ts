import type { Context, MetricHandle } from '../../engine/behaviour';
import type { Sampler } from '../../engine/distribution';
import { PRIORITY } from '../../engine/event-queue';
import type { RandomStream } from '../../engine/random';
import { GroupCommit } from '../../engine/resources/group-commit';

/** The disk on which a coordinator writes what must survive it: one flush at a time, shared by those who came meanwhile. */
export class DecisionLog {
  flushTime!: Sampler;
  readonly #commits = new GroupCommit();
  readonly #context: Context;
  readonly #timerType: number;
  readonly #times: RandomStream;
  readonly #flushes: MetricHandle;
  readonly #written: (transaction: number) => void;

  /** The owner hands its timer to `flushed`. `written` is called for each transaction whose record is on disk. */
  constructor(context: Context, timerType: number, written: (transaction: number) => void) {
    this.#context = context;
    this.#timerType = timerType;
    this.#times = context.random('log');
    this.#flushes = context.counter('logFlushes');
    this.#written = written;
  }

  write(transaction: number): void {
    if (this.#commits.join(transaction)) this.#flush();
  }

  flushed(): void {
    this.#context.count(this.#flushes);
    for (let each = this.#commits.take(); each >= 0; each = this.#commits.take()) this.#written(each);
    if (this.#commits.end()) this.#flush();
  }

  crash(): void {
    this.#commits.clear();
  }

  #flush(): void {
    const micros = this.#context.work(this.flushTime.sample(this.#times));
    this.#context.after(micros, PRIORITY.completion, this.#timerType);
  }
}
