/** What the running system costs at the rates of the last two seconds. */
import { type ComponentCost, costOf, type CostInput, type CostReport, retryShares } from '../../analysis/cost';
import { kindOf } from '../shared/described-kinds';
import { CURRENCY } from '../../model/cost';
import type { Scenario } from '../../model/scenario';
import { liveRun } from '../../store/live-run';
import { metricColumn, SYSTEM } from '../../store/run-history';
import { baseColumn } from '../charts/chart-spec';
import { formatNumber, formatShare, NOTHING } from '../shared/format-number';
import type { Figure } from './figures';

export function liveCost(scenario: Scenario): CostReport {
  const { history } = liveRun;
  const shares = retryShares(
    scenario.connections.flatMap(({ id, to }) => {
      const link = liveRun.link(id);
      return link ? [{ to, sent: link.sent, policy: link.policy }] : [];
    }),
  );
  const inputs = scenario.components.map(({ id, kind, config }): CostInput => {
    const series = history.of(id);
    const recent = (column: number): number => series?.recent(column) ?? NaN;
    const utilisation = recent(baseColumn('utilisation'));
    const metrics = kindOf(kind).metrics.map((metric, i) => [metric.id, orNull(recent(metricColumn(i)))] as const);
    return {
      id,
      kind,
      config,
      requestsPerSec: orNull(recent(baseColumn('arrivals'))) ?? 0,
      inSystem: orNull(recent(baseColumn('inSystem'))) ?? 0,
      utilisation: orNull(utilisation),
      metrics: Object.fromEntries(metrics),
      retryShare: shares.get(id) ?? 0,
    };
  });
  return costOf(inputs, orNull(history.of(SYSTEM)?.recent(baseColumn('completions')) ?? NaN));
}

function orNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

export function money(dollars: number | null): string {
  return dollars === null ? NOTHING : `${CURRENCY}${formatNumber(dollars)}`;
}

const share = (part: number, whole: number): string => (whole > 0 ? formatShare(part / whole) : NOTHING);

export function systemCostFigures({ perHour, perMillionGood, idlePerHour, retriesPerHour }: CostReport): Figure[] {
  return [
    { label: 'Per hour', value: money(perHour), help: 'What stands there, and what is used, at these rates.' },
    {
      label: 'Per million good requests',
      value: money(perMillionGood),
      help: 'Failed requests cost too, and are paid for by those that succeed.',
    },
    { label: 'Idle capacity', value: share(idlePerHour, perHour), help: 'Part of the cost that stands there unused.' },
    {
      label: 'Retries and hedges',
      value: share(retriesPerHour, perHour),
      help: 'Part of the cost that went into attempts after the first. What they caused further down is not followed.',
    },
  ];
}

export function componentCostFigures(cost: ComponentCost, basis: string): Figure[] {
  const figures: Figure[] = [{ label: 'Per hour', value: money(cost.perHour), help: basis }];
  if (cost.capacityPerHour > 0 && cost.idlePerHour > 0) {
    figures.push({
      label: 'Of it idle',
      value: share(cost.idlePerHour, cost.perHour),
      help: 'Part of the cost that stands there unused.',
    });
  }
  if (cost.retriesPerHour > 0) {
    figures.push({
      label: 'Of it retries',
      value: share(cost.retriesPerHour, cost.perHour),
      help: 'Part of the cost that went into attempts after the first.',
    });
  }
  return figures;
}
