/**
 * The pause before the next attempt. With base b, cap c and k = 0, 1, … failures before:
 * exponential min(c, b·2^k); full jitter U(0, x); equal x/2 + U(0, x/2); decorrelated min(c, U(b, 3·previous)).
 */
import type { ConnectionConfig } from '../../model/connection-fields';
import { fromMs } from '../../model/units';
import type { RandomStream } from '../random';

/**
 * Whole microseconds to wait after the `failures`-th failure (1, 2, …); `previous` is the pause before, or 0. Who was
 * throttled may begin with a longer pause than who met any other failure.
 */
export function backoff(
  config: ConnectionConfig,
  failures: number,
  previous: number,
  throttled: boolean,
  stream: RandomStream,
): number {
  const first = throttled && config.backoffThrottledMs > 0 ? config.backoffThrottledMs : config.backoffMs;
  const base: number = fromMs(first);
  const cap: number = config.retry === 'fixed' ? base : fromMs(Math.max(config.backoffCapMs, first));
  if (config.jitterKind === 'decorrelated') {
    const most = Math.min(cap, 3 * Math.max(previous, base));
    return Math.floor(base + (most - base) * stream.uniform() + 0.5);
  }
  let pause = base;
  if (config.retry === 'exponential') for (let k = 1; k < failures && pause < cap; k++) pause *= 2;
  pause = Math.min(pause, cap);
  if (config.jitterKind === 'full') pause *= stream.uniform();
  else if (config.jitterKind === 'equal') pause = pause / 2 + (pause / 2) * stream.uniform();
  return Math.floor(pause + 0.5);
}
