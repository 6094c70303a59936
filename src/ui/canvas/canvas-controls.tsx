import { Panel } from '@xyflow/react';
import { Maximize, Minus, Network, Plus } from 'lucide-react';
import { openDialog } from '../../store/view-store';
import { useDocument, useRun, useView } from '../hooks/use-stores';
import { formatNumber } from '../shared/format-number';
import { IconButton } from '../shared/icon-button';
import { KindIcon } from '../shared/kind-icon';
import { density } from './canvas-state';
import { cancelConnecting } from './connecting';
import { placeableTitle } from '../shared/placeable';
import { cancelPlacing, placeInCentre } from './placing';
import { useCell } from './use-cell';
import { useDots } from './use-dots';
import { autoLayout, fitAll, zoomIn, zoomOut } from './view-commands';

export function ZoomControls() {
  return (
    <Panel position="bottom-left" className="canvas-control zoom-controls" role="toolbar" aria-label="View">
      <IconButton icon={Plus} label="Zoom in" keys="Ctrl+wheel" onClick={zoomIn} />
      <IconButton icon={Minus} label="Zoom out" keys="Ctrl+wheel" onClick={zoomOut} />
      <IconButton icon={Maximize} label="Show all" keys="Shift+1" onClick={() => fitAll()} />
      <IconButton icon={Network} label="Lay out from left to right" onClick={() => void autoLayout()} />
    </Panel>
  );
}

const LEGEND = [
  ['read', 'read', <circle key="read" cx="5" cy="5" r="4" fill="var(--read)" />],
  ['write', 'write', <rect key="write" x="1.2" y="1.2" width="7.6" height="7.6" fill="var(--write)" />],
  [
    'message',
    'message',
    <circle key="message" cx="5" cy="5" r="3.4" fill="none" stroke="var(--message)" strokeWidth="2" />,
  ],
  [
    'retry',
    'retry',
    <circle
      key="retry"
      cx="5"
      cy="5"
      r="3.6"
      fill="none"
      stroke="var(--read)"
      strokeWidth="2"
      strokeDasharray="3 1.52"
    />,
  ],
  [
    'failure',
    'failure',
    <path key="failure" d="M1.5 1.5 8.5 8.5M8.5 1.5 1.5 8.5" stroke="var(--fail)" strokeWidth="2.2" />,
  ],
] as const;

const DOTS_TIP =
  'Every dot is one real request, slowed down so that the eye can follow it. When there are too many, only some are drawn. A dashed ring is another attempt, or a hedge. Failures travel back.';

/** What the dots mean, once a run has begun. */
export function DotLegend() {
  const begun = useRun((state) => state.begun);
  const perDot = useCell(density);
  const dots = useDots();
  if (!begun || !dots) return null;
  return (
    <Panel position="top-left" className="dot-legend" data-tip={DOTS_TIP}>
      {LEGEND.map(([id, name, mark]) => (
        <span key={id} className="dot-legend-entry">
          <svg width="10" height="10" viewBox="0 0 10 10" aria-hidden="true">
            {mark}
          </svg>
          {name}
        </span>
      ))}
      {perDot > 1.5 && (
        <span className="dot-density">
          1 dot ≈ {formatNumber(perDot < 3 ? Math.round(perDot * 10) / 10 : Math.round(perDot))} requests
        </span>
      )}
    </Panel>
  );
}

const touch = matchMedia('(pointer: coarse)');

/** What is being done to the canvas, and how to stop it. */
export function GestureHint() {
  const placing = useView((state) => state.placing);
  const from = useView((state) => state.connectingFrom);
  const label = useDocument((state) => state.scenario.components.find(({ id }) => id === from)?.label) ?? '';
  const how = touch.matches ? 'tap a marked card.' : 'click a marked card, or Tab to it and press Enter.';
  const text =
    placing !== null
      ? `${touch.matches ? 'Tap' : 'Click'} where the ${placeableTitle(placing)} should stand.`
      : from !== null
        ? `Connect ${label} to …: ${how}`
        : '';
  return (
    <div className="gesture-hint">
      <span role="status">{text}</span>
      {text && (
        <button type="button" onClick={cancelGesture} data-tip="Cancel" data-tip-keys="Escape">
          Cancel
        </button>
      )}
    </div>
  );
}

function cancelGesture(): void {
  cancelPlacing();
  cancelConnecting();
}

/** The canvas before there is anything on it. */
export function EmptyCanvas() {
  const empty = useDocument((state) => state.scenario.components.length === 0);
  const placing = useView((state) => state.placing);
  if (!empty || placing !== null) return null;
  return (
    <div className="empty-canvas">
      <h2>Build a system, press play, break it</h2>
      <p>Drag a component here, connect it to the next, and real requests begin to flow.</p>
      <div className="empty-canvas-actions">
        <button type="button" className="button is-primary" onClick={() => openDialog('gallery')}>
          Open an example
        </button>
        <button type="button" className="button" onClick={() => placeInCentre('client')}>
          <KindIcon kind="client" size={16} />
          Add a client
        </button>
      </div>
    </div>
  );
}
