import type { Context } from '../../engine/behaviour';
import type { CallId } from '../../engine/calls';
import { CAUSES, REFUSED, RESET } from '../../model/outcome';

/**
 * Counts the errors that the balancer itself makes up, by the status its callers see: 502 a backend refused or broke the
 * connection, 503 no backend or no room, 504 no answer in time (HAProxy, "HTTP status codes"). What a backend has
 * answered, errors included, is passed on and not counted here.
 */
export class OwnAnswers {
  readonly #context: Context;
  /** By cause; −1 when it is none of these. */
  readonly #counters: readonly number[];

  constructor(context: Context) {
    this.#context = context;
    const byStatus: Readonly<Record<string, number>> = {
      '502': context.counter('status502'),
      '503': context.counter('status503'),
      '504': context.counter('status504'),
    };
    this.#counters = CAUSES.map(({ status }) => byStatus[status] ?? -1);
  }

  /** The balancer has turned a request away. */
  own(cause: number): void {
    const counter = this.#counters[cause]!;
    if (counter >= 0) this.#context.count(counter);
  }

  /** A request sent to the component `peer` has failed. */
  passed(sub: CallId, peer: number): void {
    const { calls, self } = this.#context;
    const cause = calls.cause(sub);
    const origin = calls.origin(sub);
    if (origin === self || ((cause === REFUSED || cause === RESET) && origin === peer)) this.own(cause);
  }
}
