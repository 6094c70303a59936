import { useSyncExternalStore } from 'react';

/** wide: every panel beside the canvas. medium: the inspector lies over it. phone: panels come up from the bottom. */
export type Viewport = 'wide' | 'medium' | 'phone';

const wide = matchMedia('(min-width: 1200px)');
const phone = matchMedia('(max-width: 767.98px)');

export function viewportNow(): Viewport {
  return phone.matches ? 'phone' : wide.matches ? 'wide' : 'medium';
}

function watch(changed: () => void): () => void {
  for (const query of [wide, phone]) query.addEventListener('change', changed);
  return () => {
    for (const query of [wide, phone]) query.removeEventListener('change', changed);
  };
}

export function useViewport(): Viewport {
  return useSyncExternalStore(watch, viewportNow);
}
