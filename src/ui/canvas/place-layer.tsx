import { useStoreApi, ViewportPortal } from '@xyflow/react';
import { type KeyboardEvent, type PointerEvent, useRef } from 'react';
import { findRegion, type Place, placesOf } from '../../model/places';
import { endGesture, removeParts } from '../../store/document-store';
import { movePlace, resizePlace } from '../../store/place-edits';
import { select, viewStore } from '../../store/view-store';
import { useDocument, useRun, useView } from '../hooks/use-stores';
import { activeFaults } from './active-faults';
import { GRID, snapped } from './grid';
import './places.css';

/**
 * Zones and regions, behind the cards. Only their names and one corner take the pointer: everything else of them lets
 * it through, so that selecting, dragging and drawing connections inside work as they do outside.
 */
export function PlaceLayer() {
  const scenario = useDocument((state) => state.scenario);
  const selection = useView((state) => state.selection);
  const places = placesOf(scenario);
  if (places.length === 0) return null;
  // Regions first: their zones lie on them.
  const order = [...places].sort((a, b) => (a.type === b.type ? 0 : a.type === 'region' ? -1 : 1));
  return (
    <ViewportPortal>
      <div className="places">
        {order.map((place) => (
          <PlaceBox key={place.id} place={place} selected={selection.has(place.id)} />
        ))}
      </div>
    </ViewportPortal>
  );
}

function PlaceBox({ place, selected }: { place: Place; selected: boolean }) {
  const { id, type, label, x, y, width, height } = place;
  // What is wrong follows from what was done to the run.
  useRun((state) => state.marks.length);
  const broken = activeFaults(id).map(({ fault }) => fault.done);
  const town = findRegion(place.region)?.label;
  const move = useDrag((dx, dy) => movePlace(id, dx, dy, id));
  const size = useRef({ width: 0, height: 0 });
  const resize = useDrag((dx, dy) => {
    size.current = { width: size.current.width + dx, height: size.current.height + dy };
    resizePlace(id, size.current, id);
  });
  const classes = ['place', `is-${type}`, selected ? 'is-selected' : '', broken.length > 0 ? 'is-broken' : ''];
  return (
    <div className={classes.join(' ')} data-id={id} style={{ left: x, top: y, width, height }}>
      <button
        type="button"
        className="place-name nopan nodrag"
        data-place={id}
        aria-label={`${type === 'zone' ? 'Zone' : 'Region'} ${label}${broken.length > 0 ? `, ${broken.join(', ')}` : ''}`}
        aria-pressed={selected}
        aria-describedby="place-keys"
        onClick={() => select([id])}
        onKeyDown={(event) => placeKey(event, place)}
        {...move}
      >
        {label}
        {town !== undefined && <span className="place-town">{town}</span>}
        {broken.length > 0 && <span className="place-state">{broken.join(', ')}</span>}
      </button>
      {selected && (
        <span
          className="place-corner nopan nodrag"
          aria-hidden="true"
          {...resize}
          onPointerDown={(event) => {
            size.current = { width, height };
            resize.onPointerDown(event);
          }}
        />
      )}
    </div>
  );
}

/** Drags in steps of the grid, in the measure of the canvas whatever its zoom; one drag is one step to undo. */
function useDrag(by: (dx: number, dy: number) => void) {
  const flow = useStoreApi();
  const from = useRef<{ x: number; y: number } | null>(null);
  const end = (): void => {
    if (from.current) endGesture();
    from.current = null;
  };
  return {
    onPointerDown(event: PointerEvent<HTMLElement>): void {
      if (event.button !== 0) return;
      // Else React Flow would begin to draw a selection.
      event.stopPropagation();
      event.currentTarget.setPointerCapture(event.pointerId);
      endGesture();
      from.current = { x: event.clientX, y: event.clientY };
    },
    onPointerMove(event: PointerEvent<HTMLElement>): void {
      const start = from.current;
      if (!start) return;
      const zoom = flow.getState().transform[2];
      const whole = (pixels: number): number => {
        const length = pixels / zoom;
        return viewStore.getState().snap ? snapped(length) : Math.round(length);
      };
      const [dx, dy] = [whole(event.clientX - start.x), whole(event.clientY - start.y)];
      if (dx === 0 && dy === 0) return;
      from.current = { x: start.x + dx * zoom, y: start.y + dy * zoom };
      by(dx, dy);
    },
    onPointerUp: end,
    onPointerCancel: end,
  };
}

const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-GRID, 0],
  ArrowRight: [GRID, 0],
  ArrowUp: [0, -GRID],
  ArrowDown: [0, GRID],
};

/** Arrows move a place, with Shift they change its size; Delete removes it. */
function placeKey(event: KeyboardEvent, { id, width, height }: Place): void {
  const arrow = ARROWS[event.key];
  if (arrow && event.shiftKey) resizePlace(id, { width: width + arrow[0], height: height + arrow[1] }, `keys ${id}`);
  else if (arrow) movePlace(id, arrow[0], arrow[1], `keys ${id}`);
  else if (event.key === 'Delete' || event.key === 'Backspace') {
    endGesture();
    removeParts(new Set([id]));
    select([]);
    document.querySelector<HTMLElement>('.canvas')?.focus();
  } else return;
  event.preventDefault();
  event.stopPropagation();
}
