/**
 * What a system costs by the hour and per million good requests, from what stands there and what was done. Prices are
 * illustrative; proportions are what is to be learnt.
 *
 * The cost of retries is the part of use, and of busy capacity, that went into second and later attempts and hedges. What
 * those caused further down is not followed. Traffic between zones and out to users is not priced.
 */
import { findKind } from '../kinds/registry';
import { KIND_PRICES, PRICES_LABEL, type Usage } from '../model/cost';
import { completeConfig, type Settings } from '../model/fields';

const HOUR_SECONDS = 3600;

export interface CostInput extends Usage {
  readonly id: string;
  readonly kind: string;
  readonly config: Settings;
  /** Share of the capacity in use; null for a component without a capacity. */
  readonly utilisation: number | null;
  /** Part of the arriving calls that are retries or hedges, 0 … 1. */
  readonly retryShare: number;
}

/** Dollars per hour. */
export interface ComponentCost {
  readonly id: string;
  readonly perHour: number;
  /** Of it: for what stands there. */
  readonly capacityPerHour: number;
  /** Of the capacity: what was not used. */
  readonly idlePerHour: number;
  readonly retriesPerHour: number;
}

export interface CostReport {
  readonly label: string;
  readonly perHour: number;
  /** Null while nothing was answered. */
  readonly perMillionGood: number | null;
  readonly idlePerHour: number;
  readonly retriesPerHour: number;
  readonly components: readonly ComponentCost[];
}

export function costOf(inputs: readonly CostInput[], goodPerSec: number | null): CostReport {
  const components = inputs.map(componentCost);
  const sum = (part: (cost: ComponentCost) => number): number => components.reduce((all, each) => all + part(each), 0);
  const perHour = sum((each) => each.perHour);
  return {
    label: PRICES_LABEL,
    perHour,
    perMillionGood: goodPerSec !== null && goodPerSec > 0 ? (perHour * 1e6) / (goodPerSec * HOUR_SECONDS) : null,
    idlePerHour: sum((each) => each.idlePerHour),
    retriesPerHour: sum((each) => each.retriesPerHour),
    components,
  };
}

function componentCost(input: CostInput): ComponentCost {
  const { id, kind, utilisation, retryShare } = input;
  const price = KIND_PRICES[kind];
  const config = completeConfig(findKind(kind)?.fields ?? {}, input.config);
  const capacityPerHour = price?.capacity?.(config, input) ?? 0;
  const usagePerHour = price?.usage?.(input) ?? 0;
  const busy = utilisation === null ? capacityPerHour : capacityPerHour * Math.min(1, utilisation);
  return {
    id,
    perHour: capacityPerHour + usagePerHour,
    capacityPerHour,
    idlePerHour: capacityPerHour - busy,
    // Without a utilisation nobody can say what part of the capacity the retries kept busy.
    retriesPerHour: retryShare * (usagePerHour + (utilisation === null ? 0 : busy)),
  };
}

/** What was sent over connections since the start, as far as retries matter. */
export interface LinkTotals {
  readonly to: string;
  readonly sent: number;
  readonly policy: { readonly retries: number; readonly hedges: number } | null;
}

/** For each component, the part of the calls sent to it that were retries or hedges. */
export function retryShares(links: Iterable<LinkTotals>): Map<string, number> {
  const totals = new Map<string, { sent: number; again: number }>();
  for (const { to, sent, policy } of links) {
    const total = totals.get(to) ?? { sent: 0, again: 0 };
    total.sent += sent;
    total.again += policy ? policy.retries + policy.hedges : 0;
    totals.set(to, total);
  }
  return new Map([...totals].map(([id, { sent, again }]) => [id, sent > 0 ? Math.min(1, again / sent) : 0]));
}
