import { useSyncExternalStore } from 'react';
import { useStore } from 'zustand';
import { type DocumentState, documentStore } from '../../store/document-store';
import { liveRun } from '../../store/live-run';
import { type RunState, runStore } from '../../store/run-store';
import { type ViewState, viewStore } from '../../store/view-store';

/** Selectors must return a stored value, not build one (zustand 5 would loop). */
export function useDocument<T>(selector: (state: DocumentState) => T): T {
  return useStore(documentStore, selector);
}

export function useRun<T>(selector: (state: RunState) => T): T {
  return useStore(runStore, selector);
}

export function useView<T>(selector: (state: ViewState) => T): T {
  return useStore(viewStore, selector);
}

/** Renders again when statistics windows have closed (four times a simulated second at most once a frame). */
export function useHistoryVersion(): number {
  return useSyncExternalStore(
    (changed) => liveRun.watch(changed),
    () => liveRun.history.version,
  );
}
