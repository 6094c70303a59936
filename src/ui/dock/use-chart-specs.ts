import { useEffect, useMemo, useState } from 'react';
import { findKind } from '../shared/described-kinds';
import type { Component } from '../../model/scenario';
import { liveRun } from '../../store/live-run';
import { SYSTEM } from '../../store/run-history';
import {
  baseColumn,
  causesSeen,
  type ChartSpec,
  type ChartUnit,
  compared,
  declared,
  failures,
  leaders,
  requests,
  responseTime,
  single,
} from '../charts/chart-spec';
import { FIGURE_MS, pulse, TABLE_MS } from '../charts/pulse';

/** A measure for the fourth chart. */
export interface Measure {
  readonly id: string;
  readonly label: string;
}

const BASE: readonly (Measure & { readonly unit: ChartUnit })[] = [
  { id: 'utilisation', label: 'Busy', unit: 'percent' },
  { id: 'queue', label: 'Waiting requests', unit: 'requests' },
  { id: 'inSystem', label: 'Requests inside', unit: 'requests' },
  { id: 'p99', label: 'Response time, p99', unit: 'ms' },
  { id: 'arrivals', label: 'Requests in', unit: 'rate' },
  { id: 'failures', label: 'Failed', unit: 'rate' },
];

/** Follows a list that is derived from the history; the same list stays the same object. */
function useFollowed<T>(derive: (before: readonly T[]) => readonly T[], everyMs: number): readonly T[] {
  const [list, setList] = useState<readonly T[]>(() => derive([]));
  useEffect(() => {
    const follow = (): void =>
      setList((before) => {
        const next = derive(before);
        return next.length === before.length && next.every((entry, i) => entry === before[i]) ? before : next;
      });
    follow();
    return pulse(everyMs).subscribe(follow);
  }, [derive, everyMs]);
  return list;
}

export function useFailures(of: string, title?: string): ChartSpec {
  const derive = useMemo(() => () => causesSeen(liveRun.history, of), [of]);
  // A chart must not say for a whole second that nothing has failed when something has.
  const causes = useFollowed(derive, FIGURE_MS);
  return useMemo(() => failures(of, causes, title), [of, causes, title]);
}

export function useResponseTime(of: string): ChartSpec {
  return useMemo(() => responseTime(of), [of]);
}

export function useRequests(of: string, offered: string): ChartSpec {
  return useMemo(() => requests(of, offered), [of, offered]);
}

/** What the fourth chart can show: of the most loaded components, or of one. */
export function measuresOf(component: Component | undefined): readonly Measure[] {
  if (!component) return BASE;
  const own = findKind(component.kind)?.metrics ?? [];
  return [
    ...BASE.filter(({ id }) => id === 'utilisation' || id === 'queue' || id === 'inSystem'),
    ...own.map(({ id, label }) => ({ id: `own ${id}`, label })),
  ];
}

/** The fourth chart. */
export function useMeasure(
  components: readonly Component[],
  component: Component | undefined,
  measure: Measure,
): ChartSpec {
  const base = BASE.find(({ id }) => id === measure.id);
  const column = base ? baseColumn(base.id as Parameters<typeof baseColumn>[0]) : -1;
  const unit = base?.unit ?? '';
  const ids = useMemo(() => components.map(({ id }) => id).join('\n'), [components]);
  const derive = useMemo(
    () => (before: readonly string[]) =>
      component || column < 0 ? [] : leaders(liveRun.history, ids.split('\n'), column, before),
    [component, column, ids],
  );
  const leading = useFollowed(derive, TABLE_MS);
  return useMemo(() => {
    if (component) {
      if (base) return single(base.label, base.unit, component.id, column);
      const metrics = findKind(component.kind)?.metrics ?? [];
      const at = metrics.findIndex(({ id }) => `own ${id}` === measure.id);
      return declared(metrics[at]!, at, component.id);
    }
    const labels = new Map(components.map(({ id, label }) => [id, label]));
    return compared(
      measure.label,
      unit,
      column,
      leading.map((id) => ({ id, label: labels.get(id) ?? id })),
    );
  }, [component, components, base, column, unit, measure, leading]);
}

export const WHOLE_SYSTEM = SYSTEM;
