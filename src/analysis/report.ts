/**
 * What a run has shown, as one JSON object: what the command line prints and tests read. Every number was counted by the
 * simulation. Undefined numbers (a percentile of nothing, a rate over no time) are null, never NaN.
 */
import type { ComponentRuntime } from '../engine/component-runtime';
import type { ComponentStats, ComponentTotals } from '../engine/component-stats';
import type { Simulation } from '../engine/simulation';
import { CAUSES } from '../model/outcome';
import type { Intervention, ScheduledFault } from '../model/scenario';
import { toMs, toSeconds } from '../model/units';
import { type CostInput, costOf, type CostReport, retryShares } from './cost';

/** Response times of answered requests in milliseconds. Percentiles are exact to 0.4 %; mean and maximum are exact. */
export interface LatencyReport {
  readonly mean: number | null;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  readonly p999: number | null;
  readonly max: number | null;
}

/** Everything the users of the system saw: all sources together. */
export interface EndToEndReport {
  /** Requests started per second. */
  readonly offeredPerSec: number | null;
  /** Requests answered without an error, and in time, per second. */
  readonly goodputPerSec: number | null;
  /** Share of the ended requests that failed, 0 … 1; null when none ended. */
  readonly errorRatio: number | null;
  readonly latencyMs: LatencyReport;
  /** Failed requests by the cause at their root. Only causes that occurred. */
  readonly errors: Readonly<Record<string, number>>;
  /** Requests started, and not ended, at the end of the run. */
  readonly inFlight: number;
}

export interface ComponentReport {
  readonly id: string;
  readonly kind: string;
  readonly label: string;
  /** Calls that arrived per second; at a source, requests started. Health checks do not count. */
  readonly arrivalsPerSec: number | null;
  /** Calls answered without an error per second. */
  readonly completionsPerSec: number | null;
  /** Calls answered with an error per second, wherever it arose. */
  readonly failuresPerSec: number | null;
  /** Share of the capacity in use, averaged over time, 0 … 1; null for a component without a capacity. */
  readonly utilisation: number | null;
  /** Calls inside, waiting or in work, averaged over time (L of Little's law). */
  readonly meanInSystem: number;
  /** Calls waiting for capacity, averaged over time. */
  readonly meanWaiting: number;
  /** Time from arrival to the beginning of work, in milliseconds, over the calls whose work began. */
  readonly meanWaitMs: number | null;
  /** Time from arrival to a good answer, in milliseconds. */
  readonly meanResponseMs: number | null;
  readonly latencyMs: LatencyReport;
  /** Calls that died here by cause, timeouts of its own calls included. Only causes that occurred. */
  readonly errors: Readonly<Record<string, number>>;
  /** By id, as the kind declares them: counters per second, gauges as means over time, ratios 0 … 1. */
  readonly metrics: Readonly<Record<string, number | null>>;
}

export interface RunReport {
  /** Hash of everything that happened since the start of the run, warm-up included. */
  readonly fingerprint: string;
  readonly seed: number;
  /** Simulated time since the start, and the part of it after the warm-up, which all figures below are about. */
  readonly durationMs: number;
  readonly measuredMs: number;
  /** Events of the simulation since the start. */
  readonly events: number;
  readonly endToEnd: EndToEndReport;
  /** In the order of the document; parts added by edits follow, parts removed stay. */
  readonly components: readonly ComponentReport[];
  /** What it would cost, at illustrative prices. */
  readonly cost: CostReport;
  /** What the scenario had planned, and what was done by hand. */
  readonly plannedFaults: readonly ScheduledFault[];
  readonly interventions: readonly Intervention[];
}

export interface ReportOptions {
  /** When the totals were last reset (`resetTotals`), in microseconds; 0 without a warm-up. */
  readonly warmupMicros: number;
}

/** The report of a run up to its present moment. The run itself does not change. */
export function buildReport(simulation: Simulation, { warmupMicros }: ReportOptions): RunReport {
  const overall = endToEnd(simulation);
  const components = simulation.components.map((component) => componentReport(component, simulation.now));
  return {
    fingerprint: simulation.fingerprint,
    seed: simulation.seed,
    durationMs: toMs(simulation.now),
    measuredMs: toMs(simulation.now - warmupMicros),
    events: simulation.events,
    endToEnd: overall,
    components,
    cost: cost(simulation, components, overall),
    plannedFaults: simulation.scenario.faults,
    interventions: [...simulation.interventions],
  };
}

function cost(
  { scenario, components: runtimes, connections }: Simulation,
  reports: readonly ComponentReport[],
  { goodputPerSec }: EndToEndReport,
): CostReport {
  const byId = new Map(reports.map((report) => [report.id, report]));
  const shares = retryShares(
    connections.map(({ target, sent, policy }) => ({ to: runtimes[target]!.id, sent, policy })),
  );
  const inputs = scenario.components.flatMap(({ id, kind, config }): CostInput[] => {
    const report = byId.get(id);
    if (!report) return [];
    const { arrivalsPerSec, utilisation, meanInSystem, metrics } = report;
    const requestsPerSec = arrivalsPerSec ?? 0;
    const retryShare = shares.get(id) ?? 0;
    return [{ id, kind, config, requestsPerSec, inSystem: meanInSystem, metrics, utilisation, retryShare }];
  });
  return costOf(inputs, goodputPerSec);
}

function endToEnd({ system, now }: Simulation): EndToEndReport {
  const totals = system.totals(now);
  const ended = totals.completions + totals.failures;
  return {
    offeredPerSec: perSecond(totals.arrivals, totals),
    goodputPerSec: perSecond(totals.completions, totals),
    errorRatio: ended > 0 ? totals.failures / ended : null,
    latencyMs: latency(system),
    errors: byCause(totals.failuresByCause),
    inFlight: totals.inSystem,
  };
}

function componentReport(component: ComponentRuntime, now: number): ComponentReport {
  const { stats, id, kind, label } = component;
  const totals = stats.totals(now);
  const metrics = stats.metrics.map(({ id: name, type }, i): [string, number | null] => {
    const value = totals.metrics[i]!;
    return [name, type === 'counter' ? perSecond(value, totals) : finite(value)];
  });
  return {
    id,
    kind,
    label,
    arrivalsPerSec: perSecond(totals.arrivals, totals),
    completionsPerSec: perSecond(totals.completions, totals),
    failuresPerSec: perSecond(totals.failures, totals),
    utilisation: totals.utilisation,
    meanInSystem: totals.meanInSystem,
    meanWaiting: totals.meanWaiting,
    meanWaitMs: totals.waits > 0 ? toMs(totals.meanWait) : null,
    meanResponseMs: inMs(stats.latency.mean),
    latencyMs: latency(stats),
    errors: byCause(totals.deathsByCause),
    metrics: Object.fromEntries(metrics),
  };
}

function latency({ latency: histogram }: ComponentStats): LatencyReport {
  return {
    mean: inMs(histogram.mean),
    p50: inMs(histogram.percentile(50)),
    p95: inMs(histogram.percentile(95)),
    p99: inMs(histogram.percentile(99)),
    p999: inMs(histogram.percentile(99.9)),
    max: inMs(histogram.max),
  };
}

function byCause(counts: readonly number[]): Record<string, number> {
  const occurred = CAUSES.map(({ id }, code): [string, number] => [id, counts[code]!]);
  return Object.fromEntries(occurred.filter(([id, count]) => id !== 'ok' && count > 0));
}

function perSecond(count: number, { span }: ComponentTotals): number | null {
  return span > 0 ? count / toSeconds(span) : null;
}

function inMs(micros: number): number | null {
  return finite(toMs(micros));
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
