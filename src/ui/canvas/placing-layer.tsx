import { useEffect, useRef } from 'react';
import { viewStore } from '../../store/view-store';
import { useView } from '../hooks/use-stores';
import { KindIcon } from '../shared/kind-icon';
import { PLACE_SIZES, placeableTitle, placeEntry } from '../shared/placeable';
import { cancelPlacing, placeAt } from './placing';
import { theFlow } from './view-commands';

/** While something is being placed: a ghost of its card under the pointer, over everything else on the canvas. */
export function PlacingLayer() {
  const kind = useView((state) => state.placing);
  return kind === null ? null : <Ghost kind={kind} />;
}

function Ghost({ kind }: { kind: string }) {
  const layer = useRef<HTMLDivElement>(null);
  const ghost = useRef<HTMLDivElement>(null);
  const entry = placeEntry(kind);
  useEffect(() => {
    const follow = (event: PointerEvent): void => {
      const frame = layer.current?.getBoundingClientRect();
      const card = ghost.current;
      if (!frame || !card) return;
      const x = event.clientX - frame.left;
      const y = event.clientY - frame.top;
      card.hidden = x < 0 || y < 0 || x > frame.width || y > frame.height;
      const zoom = theFlow()?.getZoom() ?? 1;
      card.style.transform = `translate(${x}px, ${y}px) scale(${zoom}) translate(-50%, ${entry ? '-50%' : '-52px'})`;
    };
    const place = (event: PointerEvent): void => {
      follow(event);
      if (event.button === 0) placeAt(event.clientX, event.clientY);
    };
    const key = (event: KeyboardEvent): void => {
      if (event.key === 'Escape' && viewStore.getState().placing !== null) {
        event.stopPropagation();
        cancelPlacing();
      }
    };
    addEventListener('pointermove', follow);
    addEventListener('pointerup', place);
    addEventListener('keydown', key, true);
    return () => {
      removeEventListener('pointermove', follow);
      removeEventListener('pointerup', place);
      removeEventListener('keydown', key, true);
    };
  }, [entry]);
  return (
    <div ref={layer} className="placing-layer">
      <div ref={ghost} className="placing-ghost" hidden style={entry && { ...PLACE_SIZES[entry.id], borderRadius: 14 }}>
        <KindIcon kind={kind} size={17} />
        {placeableTitle(kind)}
      </div>
    </div>
  );
}
