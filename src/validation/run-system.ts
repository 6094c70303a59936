/** Builds the documents of the vectors and runs them as the command line does: text → document → run → report. */
import { buildReport, type ComponentReport, type RunReport } from '../analysis/report';
import type { Simulation } from '../engine/simulation';
import { readScenario, writeScenario } from '../format/scenario-codec';
import { assemble } from '../kinds/assemble';
import type { Settings } from '../model/fields';
import { EMPTY_SCENARIO, type Intervention, type RunRecord, type ScheduledFault } from '../model/scenario';

export interface System {
  /** Kind and settings by component id. */
  readonly components: Readonly<Record<string, readonly [kind: string, settings?: Settings]>>;
  /** Settings by connection, "from>to". Round-trip time, jitter and timeout are 0 unless given. */
  readonly connections: Readonly<Record<string, Settings>>;
  readonly faults?: readonly ScheduledFault[];
  readonly interventions?: readonly Intervention[];
}

/** A network that costs nothing: theory knows none. */
const NO_NETWORK: Settings = { rttMs: 0, jitter: 0, timeoutMs: 0 };

/** The document of a system, read back from its text: exactly what a user could have saved. */
export function documentOf(system: System, seed: number): RunRecord {
  const scenario = {
    ...EMPTY_SCENARIO,
    title: 'Golden vector',
    seed,
    components: Object.entries(system.components).map(([id, [kind, config = {}]], i) => ({
      id,
      kind,
      label: id,
      x: (i % 10) * 260,
      y: Math.floor(i / 10) * 160,
      config,
    })),
    connections: Object.entries(system.connections).map(([id, config]) => {
      const [from, to] = id.split('>') as [string, string];
      return { id: id.replace('>', '-to-'), from, to, config: { ...NO_NETWORK, ...config } };
    }),
    faults: system.faults ?? [],
  };
  const text = writeScenario({ scenario, interventions: system.interventions ?? [] });
  const read = readScenario(text);
  if (!read.ok) throw new Error(read.problems.map(({ message, detail }) => `${message} ${detail}`).join('\n'));
  return read.value;
}

export function start(system: System, seed: number): Simulation {
  const { scenario, interventions } = documentOf(system, seed);
  return assemble(scenario, interventions);
}

export const SECOND = 1_000_000;

export class Finished {
  readonly simulation: Simulation;
  readonly report: RunReport;

  constructor(simulation: Simulation, warmup: number) {
    this.simulation = simulation;
    this.report = buildReport(simulation, { warmupMicros: warmup });
  }

  part(id: string): ComponentReport {
    const part = this.report.components.find((component) => component.id === id);
    if (!part) throw new Error(`there is no component ${id}`);
    return part;
  }

  /** Share of the requests that failed at a component, of those that ended. */
  failed(id: string): number {
    const { completionsPerSec, failuresPerSec } = this.part(id);
    return failuresPerSec! / (completionsPerSec! + failuresPerSec!);
  }
}

export interface Steady {
  readonly warmupS: number;
  readonly seconds: number;
  /** Called every so often in the measured part. */
  readonly sample?: { readonly everyMicros: number; readonly take: (simulation: Simulation) => void };
}

/** Warm-up, then the measured part. */
export function runSteady(system: System, seed: number, { warmupS, seconds, sample }: Steady): Finished {
  const simulation = start(system, seed);
  const warmup = warmupS * SECOND;
  const end = warmup + seconds * SECOND;
  simulation.advance(warmup);
  simulation.resetTotals();
  if (sample) {
    for (let at = warmup + sample.everyMicros; at < end; at += sample.everyMicros) {
      simulation.advance(at);
      sample.take(simulation);
    }
  }
  simulation.advance(end);
  return new Finished(simulation, warmup);
}
