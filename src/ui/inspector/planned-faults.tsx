import { Pencil, Plus, Trash2 } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { paramWords, targetName } from '../../analysis/mark-words';
import { faultsOf } from '../../analysis/target-faults';
import type { Scenario, ScheduledFault } from '../../model/scenario';
import { setFaults } from '../../store/document-store';
import * as described from '../shared/described-kinds';
import { formatNumber } from '../shared/format-number';

const PlannedFaultForm = lazy(() =>
  import('./planned-fault-form').then((module) => ({ default: module.PlannedFaultForm })),
);

/** Place in the list of the one being edited, or 'new'. */
type Editing = number | 'new' | null;

/** What the scenario itself will break, and when. */
export function PlannedFaults({ scenario }: { scenario: Scenario }) {
  const [editing, setEditing] = useState<Editing>(null);
  const { faults } = scenario;
  const save = (next: readonly ScheduledFault[]): void => {
    setFaults([...next].sort((a, b) => a.atMs - b.atMs));
    setEditing(null);
  };
  const form = (place: number | 'new') => (
    <Suspense fallback={null}>
      <PlannedFaultForm
        scenario={scenario}
        fault={place === 'new' ? null : faults[place]!}
        onSave={(fault) =>
          save(place === 'new' ? [...faults, fault] : faults.map((old, i) => (i === place ? fault : old)))
        }
        onCancel={() => setEditing(null)}
      />
    </Suspense>
  );
  return (
    <section className="planned" aria-label="Planned faults">
      <h3 className="part-title">Planned faults</h3>
      {faults.length === 0 && editing === null && <p className="quiet">None: nothing breaks unless you break it.</p>}
      <ol className="planned-list">
        {faults.map((fault, i) =>
          editing === i ? (
            <li key={i}>{form(i)}</li>
          ) : (
            <li key={i} className="planned-item">
              <time>{formatNumber(fault.atMs / 1000)} s</time>
              <span>{plannedWords(fault, scenario)}</span>
              <button
                type="button"
                className="plan-edit"
                aria-label={`Change: ${plannedWords(fault, scenario)}`}
                data-tip="Change"
                onClick={() => setEditing(i)}
              >
                <Pencil size={13} aria-hidden="true" />
              </button>
              <button
                type="button"
                className="plan-edit"
                aria-label={`Remove: ${plannedWords(fault, scenario)}`}
                data-tip="Remove"
                onClick={() => save(faults.filter((_, other) => other !== i))}
              >
                <Trash2 size={13} aria-hidden="true" />
              </button>
            </li>
          ),
        )}
      </ol>
      {editing === 'new' ? (
        form('new')
      ) : (
        <button type="button" className="button is-small" onClick={() => setEditing('new')}>
          <Plus size={14} aria-hidden="true" /> Plan a fault
        </button>
      )}
    </section>
  );
}

/** "orders-2: crash, for 14 s", or "orders-2: crash, by chance: after 99 s on average, for 1 s". */
function plannedWords({ target, fault, params, durationMs, random }: ScheduledFault, scenario: Scenario): string {
  const spec = faultsOf(scenario, target, described).find(({ id }) => id === fault);
  const how = spec ? paramWords(spec.params, params) : '';
  const until =
    durationMs !== undefined ? `for ${formatNumber(durationMs / 1000)} s` : spec?.undo ? 'until the end' : '';
  const seconds = (ms: number): string => `${formatNumber(ms / 1000)} s`;
  const chance = random ? `by chance: after ${seconds(random.mtbfMs)} on average, for ${seconds(random.mttrMs)}` : '';
  const parts = [
    `${targetName(scenario, target)}: ${spec?.label.toLowerCase() ?? fault}`,
    how,
    chance,
    random && durationMs === undefined ? '' : until,
  ];
  return parts.filter((part) => part !== '').join(', ');
}
