import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { scheduledFaults } from '../../engine/fault-script';
import { markWords } from '../../analysis/mark-words';
import type { Happening } from '../../analysis/narrator';
import type { Intervention } from '../../model/scenario';
import { narratorStore, type Story, type TimelineMark } from '../../store/narrator';
import { runStore } from '../../store/run-store';
import { currentRecord } from '../../store/session';
import { useDocument, useRun } from '../hooks/use-stores';
import { pulse, TABLE_MS } from '../charts/pulse';
import { barLength } from './time-scale';

export function useStory(): Story {
  return useSyncExternalStore(narratorStore.subscribe, narratorStore.getState);
}

export interface Timeline {
  /** Seconds from end to end. */
  readonly length: number;
  /** The latest moment simulated since the document was opened or the run begun anew. */
  readonly furthest: number;
  readonly marks: readonly TimelineMark[];
  /** Planned, or done in the run that is being repeated; not yet happened. */
  readonly upcoming: readonly TimelineMark[];
  readonly happenings: readonly Happening[];
}

export function useTimeline(): Timeline {
  const { marks, happenings } = useStory();
  const scenario = useDocument((state) => state.scenario);
  const replaying = useRun((state) => state.replaying);
  const second = useRun((state) => Math.floor(state.time / 1e6));
  const furthest = useFurthest();
  const upcoming = useMemo(() => {
    const replayed = replaying > 0 ? currentRecord().interventions : [];
    const later = [...scheduledFaults(scenario), ...replayed].filter(({ atMicros }) => atMicros >= second * 1e6);
    return later
      .map((intervention): TimelineMark => {
        const words = markWords(intervention, scenario);
        return { atMicros: intervention.atMicros, type: markType(intervention), planned: true, target: '', words };
      })
      .filter(({ atMicros }) => !marks.some((mark) => mark.atMicros === atMicros))
      .sort((a, b) => a.atMicros - b.atMicros);
  }, [scenario, replaying, second, marks]);
  const latest = Math.max(furthest, second, (upcoming.at(-1)?.atMicros ?? 0) / 1e6);
  return { length: barLength(latest), furthest, marks, upcoming, happenings };
}

function markType(intervention: Intervention): TimelineMark['type'] {
  if (intervention.type === 'edit') return 'edit';
  return intervention.on ? 'fault' : 'recovery';
}

/** A rewound run keeps its bar; one that starts anew begins with a short one. */
const FORGET_MS = 400;

function useFurthest(): number {
  const generation = useDocument((state) => state.generation);
  const [furthest, setFurthest] = useState(0);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const follow = (): void => {
      const { begun, time } = runStore.getState();
      if (begun) {
        clearTimeout(timer);
        timer = undefined;
        setFurthest((before) => Math.max(before, Math.floor(time / 1e6)));
      } else {
        timer ??= setTimeout(() => {
          timer = undefined;
          if (!runStore.getState().begun) setFurthest(0);
        }, FORGET_MS);
      }
    };
    follow();
    const stop = pulse(TABLE_MS).subscribe(follow);
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [generation]);
  return furthest;
}
