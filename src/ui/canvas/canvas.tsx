import { lazy, Suspense, useEffect, useRef } from 'react';
import { ReactFlowProvider } from '@xyflow/react';
import { cardFeed, linkRates } from './card-feed';
import { documentStore } from '../../store/document-store';
import { canvasKey } from './canvas-keys';
import { EmptyCanvas, GestureHint } from './canvas-controls';
import { menu } from './canvas-state';
import { FlowView } from './flow-view';
import { PlacingLayer } from './placing-layer';
import { useCell } from './use-cell';
import { menuGestures } from './menu-gestures';
import './canvas.css';

const CanvasMenu = lazy(async () => ({ default: (await import('./canvas-menu')).CanvasMenu }));

/** The drawn system: what it is made of, what happens in it, and everything that can be done to it with a pointer or keys. */
export function Canvas() {
  const section = useRef<HTMLElement>(null);
  const menuWanted = useCell(menu) !== null;
  useEffect(() => {
    const element = section.current;
    if (!element) return;
    // Before React Flow and before the shortcuts of the window, which leave alone what is handled here.
    const press = (event: KeyboardEvent): void => canvasKey(event, element);
    element.addEventListener('keydown', press);
    return () => element.removeEventListener('keydown', press);
  }, []);
  useEffect(
    () => cardFeed.watch(() => linkRates.sample(documentStore.getState().scenario.connections.map(({ id }) => id))),
    [],
  );
  return (
    <section ref={section} className="canvas" tabIndex={-1} aria-label="System" {...menuGestures}>
      <p id="canvas-keys" className="visually-hidden">
        Enter selects, arrow keys move, C connects, F2 renames, Delete removes, Shift and F10 opens the menu.
      </p>
      <p id="place-keys" className="visually-hidden">
        Enter selects, arrow keys move, with Shift they resize, Delete removes.
      </p>
      <ReactFlowProvider>
        <FlowView />
      </ReactFlowProvider>
      <EmptyCanvas />
      <PlacingLayer />
      <GestureHint />
      {menuWanted && (
        <Suspense>
          <CanvasMenu />
        </Suspense>
      )}
    </section>
  );
}
