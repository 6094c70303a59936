import type { CostReport } from '../analysis/cost';
import type { ComponentReport, LatencyReport, RunReport } from '../analysis/report';
import { findKind } from '../kinds/registry';
import type { MetricSpec } from '../model/metrics';
import { number, percent, textTable } from './text-table';

/** A report for people, as lines. */
export function reportText(title: string, report: RunReport): string {
  const { endToEnd } = report;
  const lines = [
    title,
    `${number(report.durationMs / 1000)} s simulated, ${number(report.measuredMs / 1000)} s measured, ` +
      `${report.events} events, seed ${report.seed}, fingerprint ${report.fingerprint}`,
    '',
    'End to end',
    `  offered ${number(endToEnd.offeredPerSec)}/s, answered ${number(endToEnd.goodputPerSec)}/s, ` +
      `failed ${percent(endToEnd.errorRatio)}, still open ${endToEnd.inFlight}`,
    `  response time in ms: ${latencyText(endToEnd.latencyMs)}`,
    `  errors: ${errorsText(endToEnd.errors)}`,
    `  cost: ${costText(report.cost)}`,
    '',
    'Components (times in ms)',
    ...textTable([HEADINGS, ...report.components.map(row)]).map((line) => `  ${line}`),
  ];
  const details = report.components.flatMap(detailLines);
  if (details.length > 0) lines.push('', 'In detail', ...details);
  return `${lines.join('\n')}\n`;
}

const HEADINGS = ['id', 'kind', 'in/s', 'ok/s', 'failed/s', 'busy', 'inside', 'waiting', 'wait', 'mean', 'p50', 'p99'];

function row(component: ComponentReport): string[] {
  const { latencyMs } = component;
  return [
    component.id,
    component.kind,
    number(component.arrivalsPerSec),
    number(component.completionsPerSec),
    number(component.failuresPerSec),
    percent(component.utilisation),
    number(component.meanInSystem),
    number(component.meanWaiting),
    number(component.meanWaitMs),
    number(component.meanResponseMs),
    number(latencyMs.p50),
    number(latencyMs.p99),
  ];
}

function detailLines({ id, kind, errors, metrics }: ComponentReport): string[] {
  const lines: string[] = [];
  if (Object.keys(errors).length > 0) lines.push(`  ${id}: died here: ${errorsText(errors)}`);
  const specs = findKind(kind)?.metrics ?? [];
  if (specs.length > 0)
    lines.push(`  ${id}: ${specs.map((spec) => metricText(spec, metrics[spec.id] ?? null)).join(', ')}`);
  return lines;
}

function metricText({ type, label, unit }: MetricSpec, value: number | null): string {
  if (type === 'ratio') return `${label} ${percent(value)}`;
  if (type === 'counter') return `${label} ${number(value)}/s`;
  return `${label} ${number(value)}${unit === '' ? '' : ` ${unit}`}`;
}

function costText({ label, perHour, perMillionGood, retriesPerHour, idlePerHour }: CostReport): string {
  return (
    `${number(perHour)} $ per hour, ${number(perMillionGood)} $ per million good requests; ` +
    `retries ${number(retriesPerHour)}, idle capacity ${number(idlePerHour)} (${label})`
  );
}

function latencyText({ mean, p50, p95, p99, p999, max }: LatencyReport): string {
  const parts = { mean, p50, p95, p99, 'p99.9': p999, max };
  return Object.entries(parts)
    .map(([name, value]) => `${name} ${number(value)}`)
    .join(', ');
}

function errorsText(errors: Readonly<Record<string, number>>): string {
  const parts = Object.entries(errors).map(([cause, count]) => `${cause} ${count}`);
  return parts.length === 0 ? 'none' : parts.join(', ');
}
