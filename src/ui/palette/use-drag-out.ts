import { type PointerEvent as ReactPointerEvent, useMemo } from 'react';
import { viewStore } from '../../store/view-store';

/** A press that moves less than this is a click. */
const THRESHOLD_PX = 6;

/**
 * Dragging a kind out of the palette with any pointer. From the threshold on, `viewStore.placing` names the kind; the
 * canvas draws it under the pointer and places it where the pointer is let go. Elsewhere it is dropped without effect.
 */
export function useDragOut(kindId: string) {
  return useMemo(() => {
    let draggedAt = -Infinity;

    const start = (down: ReactPointerEvent<HTMLElement>): void => {
      if (down.button !== 0) return;
      const from = { x: down.clientX, y: down.clientY };
      const source = down.currentTarget;
      const { pointerId } = down;
      const listeners = new AbortController();
      const { signal } = listeners;

      const move = (event: PointerEvent): void => {
        if (event.pointerId !== pointerId || viewStore.getState().placing === kindId) return;
        if (Math.hypot(event.clientX - from.x, event.clientY - from.y) < THRESHOLD_PX) return;
        // Touch captures the pointer to where it went down; the canvas must hear of it too.
        if (source.hasPointerCapture(pointerId)) source.releasePointerCapture(pointerId);
        viewStore.setState({ placing: kindId });
      };
      const end = (event: PointerEvent): void => {
        if (event.pointerId !== pointerId) return;
        listeners.abort();
        if (viewStore.getState().placing !== kindId) return;
        draggedAt = performance.now();
        // After everybody has heard of the release: what was not placed is no longer being placed.
        setTimeout(() => {
          if (viewStore.getState().placing === kindId) viewStore.setState({ placing: null });
        });
      };
      addEventListener('pointermove', move, { signal });
      addEventListener('pointerup', end, { signal });
      addEventListener('pointercancel', end, { signal });
    };

    /** The click that ends a drag on its own item adds nothing. */
    const justDragged = (): boolean => performance.now() - draggedAt < 100;
    return { start, justDragged };
  }, [kindId]);
}
