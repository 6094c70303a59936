/** What a component does that passes requests on: one call for each, and its outcome back to whoever waits. */
import { plainVerb } from '../../model/meaning';
import { OK } from '../../model/outcome';
import type { Context, Link } from '../behaviour';
import type { CallId } from '../calls';

/** Sends the request on over a connection. The outcome of the call it returns comes to the owner's `reply`. */
export function passOn(context: Context, call: CallId, link: Link): CallId {
  const { calls } = context;
  const write = calls.write(call);
  return context.send(link.index, call, plainVerb(link.meaning, write === 1), write, calls.key(call), 0);
}

/** Answers the waiting request with the outcome of the call made for it: same result, same root cause, same Retry-After. */
export function passBack(context: Context, sub: CallId): void {
  const { calls } = context;
  if (!calls.parentAlive(sub)) return;
  const call = calls.parent(sub);
  const cause = calls.cause(sub);
  if (cause === OK) context.succeed(call, calls.result(sub));
  else context.relay(call, cause, calls.origin(sub), calls.result(sub));
}
