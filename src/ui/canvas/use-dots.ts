import { useSyncExternalStore } from 'react';
import { useView } from '../hooks/use-stores';

const reduced = matchMedia('(prefers-reduced-motion: reduce)');

function watch(changed: () => void): () => void {
  reduced.addEventListener('change', changed);
  return () => reduced.removeEventListener('change', changed);
}

/** Whether requests are shown as moving dots. Otherwise the connections carry their rates as numbers. */
export function useDots(): boolean {
  const motion = useView((state) => state.motion);
  const system = useSyncExternalStore(watch, () => !reduced.matches);
  return motion === 'system' ? system : motion === 'dots';
}

/** For movements of the view, in milliseconds. */
export function moveDuration(): number {
  return reduced.matches ? 0 : 220;
}
