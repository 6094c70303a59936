/** The sampler of what `service-time-fields.ts` declares. Apart from it, so that the page can do without. */
import { type Sampler, sampler } from '../engine/distribution';
import type { TimeShape } from './service-time-fields';

export interface TimeConfig {
  readonly medianMs: number;
  readonly p99Ms: number;
  readonly meanMs: number;
}

export function timeSampler(shape: TimeShape, { medianMs, p99Ms, meanMs }: TimeConfig): Sampler {
  return sampler(
    shape === 'lognormal' ? { type: 'lognormal', medianMs, p99Ms: Math.max(medianMs, p99Ms) } : { type: shape, meanMs },
  );
}
