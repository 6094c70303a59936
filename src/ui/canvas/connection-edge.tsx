import { EdgeLabelRenderer, type EdgeProps } from '@xyflow/react';
import { memo, useCallback, useMemo, useState, useSyncExternalStore } from 'react';
import { liveRun } from '../../store/live-run';
import { LINK_STATE, STATE } from '../../worker/protocol';
import { formatRate } from '../shared/format-number';
import { cardFeed, linkRates } from './card-feed';
import { calm } from './card-numbers';
import { along, curveTo, pathOf } from './curve';
import type { ConnectionEdge } from './flow-elements';
import { EdgeBadge } from './edge-badge';
import { isResilient } from './resilience-marks';
import { useDots } from './use-dots';
import './connection-edge.css';

/** React Flow's ports are 12 units wide and centred on the card's edge; lines end at the edge itself. */
const HALF_PORT = 6;
/** Width of the invisible area that takes the pointer. */
const REACH = 22;
/** Part of the way to the label: half way, lines from a column to a column would cross under their labels. */
const LABEL_AT = 0.34;
/** One that is asked for is longer, and alone: half way it touches neither card. */
const ASKED_AT = 0.5;

/** A connection: a calm curve whose line tells whether it is cut or delayed; what it does is said when asked. */
export const ConnectionEdgeView = memo(function ConnectionEdgeView({
  id,
  target,
  selected,
  data,
  sourceX,
  sourceY,
  targetX,
  targetY,
}: EdgeProps<ConnectionEdge>) {
  const curve = useMemo(
    () => curveTo(new Float64Array(8), sourceX - HALF_PORT, sourceY, targetX + HALF_PORT, targetY),
    [sourceX, sourceY, targetX, targetY],
  );
  const path = pathOf(curve);
  const config = data?.config;
  const [hovered, setHovered] = useState(false);
  const state = useLinkState(id, target);
  const rates = !useDots();
  const middleX = along(curve, 0.5, 0);
  const middleY = along(curve, 0.5, 1);
  const hover = { onPointerEnter: () => setHovered(true), onPointerLeave: () => setHovered(false) };
  return (
    <g className={`connection ${state}`}>
      <path className="connection-line" d={path} />
      <path className="connection-arrow" d={`M${curve[6]! - 8} ${curve[7]! - 4.5}l8 4.5l-8 4.5z`} />
      {state === 'is-cut' && (
        <path className="connection-cross" d={`M${middleX - 5} ${middleY - 5}l10 10m0 -10l-10 10`} />
      )}
      <path className="connection-reach" d={path} strokeWidth={REACH} {...hover} />
      {config && isResilient(config) && (
        <EdgeLabelRenderer>
          <EdgeBadge id={id} config={config} curve={curve} />
        </EdgeLabelRenderer>
      )}
      {(hovered || selected || rates) && (
        <EdgeLabelRenderer>
          <ConnectionLabel
            id={id}
            x={along(curve, hovered || selected ? ASKED_AT : LABEL_AT, 0)}
            y={along(curve, hovered || selected ? ASKED_AT : LABEL_AT, 1)}
            words={hovered || selected ? (data?.words ?? '') : ''}
            state={state}
          />
        </EdgeLabelRenderer>
      )}
    </g>
  );
});

const STATE_WORDS: Readonly<Record<string, string>> = { 'is-cut': 'cut', 'is-delayed': 'delayed' };

function ConnectionLabel({
  id,
  x,
  y,
  words,
  state,
}: {
  id: string;
  x: number;
  y: number;
  words: string;
  state: string;
}) {
  const rate = useSyncExternalStore(cardFeed.watch, () => {
    const perSecond = linkRates.of(id);
    return Number.isNaN(perSecond) ? '' : formatRate(calm(perSecond));
  });
  const text = [words, words && STATE_WORDS[state], rate].filter(Boolean).join(' · ');
  if (text === '') return null;
  return (
    <div
      className={`connection-label${words ? ' is-asked' : ''}`}
      style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}
    >
      {text}
    </div>
  );
}

/** As a class: cut, delayed, leading to a component that is down, or nothing of the kind. */
function useLinkState(id: string, target: string): string {
  return useSyncExternalStore(
    cardFeed.watch,
    useCallback(() => {
      const state = liveRun.link(id)?.state ?? 0;
      if (state & LINK_STATE.cut) return 'is-cut';
      if (state & (LINK_STATE.delayed | LINK_STATE.lossy | LINK_STATE.narrowed)) return 'is-delayed';
      return (liveRun.face(target)?.state ?? 0) & STATE.down ? 'is-dead' : '';
    }, [id, target]),
  );
}
