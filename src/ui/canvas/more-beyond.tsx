import { type ReactFlowState, useStore } from '@xyflow/react';

/** On a small screen, which has no map: a shade along each edge beyond which there are cards. */
export function MoreBeyond() {
  const edges = useStore(edgesWithMore);
  if (edges === '') return null;
  return edges.split(' ').map((edge) => <span key={edge} className={`more-beyond is-${edge}`} aria-hidden="true" />);
}

/** Of a card this much may be hidden, in pixels: its margin and not its text. */
const HIDDEN = 6;

/** As one string, so that a view that moves is only drawn again when the answer changes. */
function edgesWithMore({ nodeLookup, transform: [x, y, zoom], width, height }: ReactFlowState): string {
  const edges = new Set<string>();
  for (const { measured, internals } of nodeLookup.values()) {
    const left = internals.positionAbsolute.x * zoom + x;
    const top = internals.positionAbsolute.y * zoom + y;
    if (left < -HIDDEN) edges.add('left');
    if (left + (measured.width ?? 0) * zoom > width + HIDDEN) edges.add('right');
    if (top < -HIDDEN) edges.add('top');
    if (top + (measured.height ?? 0) * zoom > height + HIDDEN) edges.add('bottom');
  }
  return [...edges].sort().join(' ');
}
