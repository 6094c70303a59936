import { Copy, Trash2 } from 'lucide-react';
import { copyParts, pasteParts, removeParts } from '../../store/document-store';
import type { Component, Connection } from '../../model/scenario';
import { select } from '../../store/view-store';
import { faultActions } from '../canvas/fault-actions';
import { FIGURE_MS, usePulse } from '../charts/pulse';
import { KindIcon } from '../shared/kind-icon';

interface SeveralPanelProps {
  components: readonly Component[];
  connections: readonly Connection[];
}

/** How far a copy stands from its original. */
const SHIFT = 40;

/** Several parts: what can be done to all of them. */
export function SeveralPanel({ components, connections }: SeveralPanelProps) {
  const ids = new Set([...components, ...connections].map(({ id }) => id));
  const duplicate = (): void => select(pasteParts(copyParts(ids), SHIFT, SHIFT, 'duplicate'));
  const remove = (): void => {
    removeParts(ids);
    select([]);
  };
  return (
    <div className="inspector-panel">
      <header className="inspector-head">
        <h2>{components.length + connections.length} selected</h2>
        <p className="inspector-sentence">{countWords(components.length, connections.length)}</p>
      </header>
      <div className="tab-panel">
        <div className="fault-row">
          {components.length > 0 && (
            <button type="button" className="button is-small" onClick={duplicate}>
              <Copy size={13} aria-hidden="true" /> Duplicate
            </button>
          )}
          <button type="button" className="button is-small" onClick={remove}>
            <Trash2 size={13} aria-hidden="true" /> Delete
          </button>
        </div>
        <CommonFaults ids={[...ids]} />
        <ul className="several">
          {components.map(({ id, kind, label }) => (
            <li key={id}>
              <button type="button" className="several-item" onClick={() => select([id])}>
                <KindIcon kind={kind} size={16} /> {label}
              </button>
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}

/** Faults that every selected part can have, for all of them at once. */
function CommonFaults({ ids }: { ids: readonly string[] }) {
  usePulse(FIGURE_MS);
  const actions = ids.map((id) => faultActions(id));
  const common = (actions[0] ?? []).filter(({ fault }) =>
    actions.every((list) => list.some((other) => other.fault.id === fault.id)),
  );
  if (common.length === 0) return null;
  return (
    <section className="faults" aria-label="Break all of them">
      <h3>Break all of them</h3>
      <div className="fault-row">
        {common.map(({ fault }) => {
          const own = actions.map((list) => list.find((other) => other.fault.id === fault.id)!);
          const on = own.every((action) => action.on);
          const run = (): void => own.filter((action) => action.on === on).forEach((action) => action.run());
          return (
            <button
              key={fault.id}
              type="button"
              className={`button is-small fault${on ? ' is-on' : ''}`}
              data-tip={fault.help}
              onClick={run}
            >
              {on ? fault.undo : fault.label}
            </button>
          );
        })}
      </div>
    </section>
  );
}

function countWords(components: number, connections: number): string {
  const words = [
    components > 0 ? `${components} ${components === 1 ? 'component' : 'components'}` : '',
    connections > 0 ? `${connections} ${connections === 1 ? 'connection' : 'connections'}` : '',
  ];
  return words.filter((word) => word !== '').join(', ');
}
