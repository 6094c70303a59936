import { type Condition, saturatedSince } from '../../analysis/diagnosis';
import { CAUSES_AT } from '../../engine/component-stats';
import { kindOf } from '../../kinds/registry';
import type { Component } from '../../model/scenario';
import { CAUSE_COUNT } from '../../model/outcome';
import { liveRun } from '../../store/live-run';
import { capacityWord } from '../../store/narrator';
import { runStore } from '../../store/run-store';
import { STATE } from '../../worker/protocol';
import { baseColumn } from '../charts/chart-spec';
import { FIGURE_MS, usePulse } from '../charts/pulse';
import { type Health, healthOf } from '../shared/health';

const UTILISATION = baseColumn('utilisation');

/** How a component is doing now, for the sentence under its name and for its mark. */
export function useCondition(component: Component): { condition: Condition; health: Health } {
  usePulse(FIGURE_MS);
  const kind = kindOf(component.kind);
  const face = liveRun.face(component.id);
  const series = liveRun.history.of(component.id);
  const state = face?.state ?? 0;
  const recent = (column: number): number => series?.recent(column) ?? NaN;
  const deaths = new Map<number, number>();
  for (let cause = 1; cause < CAUSE_COUNT; cause++) {
    const perSecond = recent(CAUSES_AT + cause);
    if (perSecond > 0) deaths.set(cause, perSecond);
  }
  const condition: Condition = {
    begun: runStore.getState().begun && face !== undefined,
    source: kind.source ?? false,
    down: (state & STATE.down) !== 0,
    downSinceMicros: face?.downSince ?? 0,
    frozen: (state & STATE.paused) !== 0,
    slowed: (state & STATE.slow) !== 0,
    erring: (state & STATE.errors) !== 0,
    utilisation: recent(UTILISATION),
    saturatedSinceMicros: series ? saturatedSince(series.times, series.column(UTILISATION)) : NaN,
    capacity: capacityWord(kind),
    arrivals: recent(baseColumn('arrivals')),
    completions: recent(baseColumn('completions')),
    failures: recent(baseColumn('failures')),
    waiting: recent(baseColumn('queue')),
    deaths,
  };
  return { condition, health: healthOf(condition.begun ? face : undefined, series) };
}
