import { Handle, type NodeProps, Position } from '@xyflow/react';
import { memo, useState } from 'react';
import { canConnect } from '../../store/document-store';
import { useDocument, useView } from '../hooks/use-stores';
import { HealthMark } from '../shared/health';
import { KindIcon } from '../shared/kind-icon';
import { renaming } from './canvas-state';
import { CardBody } from './card-body';
import { hasPorts } from './connecting';
import { type ComponentNode, kindTitle } from './flow-elements';
import type { CardView } from './read-card';
import { RenameField } from './rename-field';
import { useCard } from './use-card';
import { useCell } from './use-cell';
import './node-card.css';
import './card-states.css';

/** The card of a component. Numbers come from the live run, never through React Flow. */
export const NodeCard = memo(
  Card,
  (a, b) => a.data === b.data && a.selected === b.selected && a.dragging === b.dragging,
);

function Card({ data, selected, dragging }: NodeProps<ComponentNode>) {
  const { component } = data;
  const view = useCard(component);
  const ports = hasPorts(component.kind);
  const connecting = useConnectingRole(component.id);
  const beingRenamed = useCell(renaming) === component.id;
  const title = kindTitle(component.kind);
  const [label, holdLabel] = useSpokenLabel(component.label, title, view);
  const classes = ['card', `is-${view.health}`, selected && 'is-selected', dragging && 'is-dragging', connecting];
  return (
    <div
      className={classes.filter(Boolean).join(' ')}
      tabIndex={0}
      role="group"
      aria-roledescription="component"
      aria-label={label}
      aria-describedby="canvas-keys"
      data-card={component.id}
      onFocus={() => holdLabel(true)}
      onBlur={() => holdLabel(false)}
    >
      <header className="card-head">
        <KindIcon kind={component.kind} size={17} />
        {beingRenamed ? (
          <RenameField id={component.id} label={component.label} />
        ) : (
          <div
            className="card-title"
            data-tip={
              dragging || connecting ? undefined : [component.label, title, view.headline].filter(Boolean).join(' · ')
            }
          >
            <span className="card-name">{component.label}</span>
            {view.headline.split(/[:,] /).map((part) => (
              <span key={part} className="card-headline">
                {part}{' '}
              </span>
            ))}
          </div>
        )}
        <HealthMark health={view.health} explained />
      </header>
      <div className="card-body">
        {view.parts.map((part, i) => (
          <CardBody key={i} part={part} />
        ))}
      </div>
      <footer className="card-foot">
        <b>{view.rate}</b>
        <span>{view.footer}</span>
      </footer>
      <Deaths deaths={view.deaths} />
      {view.tags.length > 0 && (
        <ul className="card-tags">
          {view.tags.map((tag) => (
            <li key={tag}>{tag}</li>
          ))}
        </ul>
      )}
      {ports.in && <Handle type="target" position={Position.Left} className="card-port" isConnectableStart={false} />}
      {ports.out && (
        <Handle
          type="source"
          position={Position.Right}
          className="card-port"
          data-port={component.id}
          data-tip="Drag or click to connect"
        />
      )}
    </div>
  );
}

/** While a connection is drawn: where it begins, where it may end, and where not. */
function useConnectingRole(id: string): string | null {
  const from = useView((state) => state.connectingFrom);
  const scenario = useDocument((state) => state.scenario);
  if (from === null) return null;
  if (from === id) return 'is-source';
  return canConnect(scenario, from, id) ? 'is-possible' : 'is-impossible';
}

const SHOWN_CAUSES = 2;

/** What requests died of here, counted since the start. */
/** A request that is saved by a retry has left a dead call behind. */
const COUNTED = 'Calls are counted. With retries on, a request fails only when its last call does.';

function Deaths({ deaths }: { deaths: CardView['deaths'] }) {
  if (deaths.length === 0) return null;
  const tip = [...deaths.map(({ label, count, help }) => `${label} ${count}: ${help}`), COUNTED].join('\n');
  return (
    <ul className="card-deaths" data-tip={tip}>
      {deaths.slice(0, SHOWN_CAUSES).map(({ label, count }) => (
        <li key={label}>
          <svg width="8" height="8" viewBox="0 0 8 8" aria-hidden="true">
            <path d="M1 1 7 7M7 1 1 7" stroke="currentColor" strokeWidth="1.8" strokeLinecap="round" />
          </svg>
          {label} {count}
        </li>
      ))}
      {deaths.length > SHOWN_CAUSES && <li>+{deaths.length - SHOWN_CAUSES}</li>}
    </ul>
  );
}

/**
 * "orders-1, Service, saturated, 440 requests per second, 11 queue full". While the card has the focus only a change of
 * its state changes the name, or a screen reader would read every new number aloud.
 */
function useSpokenLabel(name: string, title: string, view: CardView): [string, (hold: boolean) => void] {
  const { state, rate, deaths } = view.spoken;
  const [held, setHeld] = useState<string | null>(null);
  const numbers = [rate, deaths].filter(Boolean).join(', ');
  const label = [name, title, state, held ?? numbers].filter(Boolean).join(', ');
  return [label, (hold) => setHeld(hold ? numbers : null)];
}
