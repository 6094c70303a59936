import { type ConnectionLineComponentProps, useReactFlow, ViewportPortal } from '@xyflow/react';
import { useEffect, useState } from 'react';
import { documentStore } from '../../store/document-store';
import { useView } from '../hooks/use-stores';
import { CARD_WIDTH, curveTo, pathOf, PORT_Y } from './curve';
import type { ComponentNode, Place } from './flow-elements';
import { partOf } from './tab-order';

/** The line under the pointer while a connection is dragged. */
export function DraggedLine({ fromX, fromY, toX, toY }: ConnectionLineComponentProps<ComponentNode>) {
  return <path className="connecting-line" d={pathOf(curveTo(new Float64Array(8), fromX - 6, fromY, toX, toY))} />;
}

/** The same for connecting by clicks or keys: it leads to the pointer, or to the card that has the focus. */
export function ConnectingLine({ dragging }: { dragging: boolean }) {
  const from = useView((state) => state.connectingFrom);
  return from === null || dragging ? null : <LineFrom from={from} />;
}

function LineFrom({ from }: { from: string }) {
  const flow = useReactFlow();
  const [end, setEnd] = useState<Place | null>(null);
  useEffect(() => {
    const toPointer = (event: PointerEvent): void =>
      setEnd(flow.screenToFlowPosition({ x: event.clientX, y: event.clientY }, { snapToGrid: false }));
    const toFocus = (event: FocusEvent): void => {
      const part = partOf(event.target);
      const place = part === null || part === from ? undefined : placeOf(part);
      setEnd(place ? { x: place.x, y: place.y + PORT_Y } : null);
    };
    addEventListener('pointermove', toPointer);
    addEventListener('focusin', toFocus);
    return () => {
      removeEventListener('pointermove', toPointer);
      removeEventListener('focusin', toFocus);
    };
  }, [flow, from]);
  const start = placeOf(from);
  if (!start || !end) return null;
  const curve = curveTo(new Float64Array(8), start.x + CARD_WIDTH, start.y + PORT_Y, end.x, end.y);
  return (
    <ViewportPortal>
      <svg className="connecting-overlay" width="1" height="1" aria-hidden="true">
        <path className="connecting-line" d={pathOf(curve)} />
      </svg>
    </ViewportPortal>
  );
}

function placeOf(id: string): Place | undefined {
  return documentStore.getState().scenario.components.find((component) => component.id === id);
}
