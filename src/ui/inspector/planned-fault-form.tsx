import { type FormEvent, useId, useState } from 'react';
import { faultsOf, targetName } from '../../analysis/mark-words';
import { completeConfig, type FieldValue, type NumberField, type Settings } from '../../model/fields';
import type { Scenario, ScheduledFault } from '../../model/scenario';
import { FieldRow } from './field-row';

interface PlannedFaultFormProps {
  scenario: Scenario;
  /** Null: a new one. */
  fault: ScheduledFault | null;
  onSave(fault: ScheduledFault): void;
  onCancel(): void;
}

const AT: NumberField = {
  type: 'number',
  label: 'At',
  help: 'When it happens, in simulated time.',
  unit: 's',
  default: 10,
  min: 0,
  max: 86_400,
};
const DURATION: NumberField = { ...AT, label: 'For', help: 'How long it lasts.', default: 10, min: 0.001 };

/** Time, target, what goes wrong, how badly and for how long. */
export function PlannedFaultForm({ scenario, fault, onSave, onCancel }: PlannedFaultFormProps) {
  const id = useId();
  const breakable = [...scenario.components, ...scenario.connections].filter(
    (part) => faultsOf(scenario, part.id).length > 0,
  );
  const [target, setTarget] = useState(fault?.target ?? breakable[0]?.id ?? '');
  const specs = faultsOf(scenario, target);
  const [wantedFault, setWantedFault] = useState(fault?.fault ?? '');
  const spec = specs.find((each) => each.id === wantedFault) ?? specs[0];
  const [atSeconds, setAtSeconds] = useState((fault?.atMs ?? 10_000) / 1000);
  const [seconds, setSeconds] = useState((fault?.durationMs ?? 10_000) / 1000);
  const [ends, setEnds] = useState(fault ? fault.durationMs !== undefined : true);
  const [params, setParams] = useState<Settings>(fault?.params ?? {});
  const keep = (): void => undefined;

  const save = (event: FormEvent): void => {
    event.preventDefault();
    if (!spec) return;
    const values = completeConfig(spec.params, params);
    const changed = Object.entries(values).filter(([name, value]) => value !== spec.params[name]!.default);
    onSave({
      atMs: Math.round(atSeconds * 1e6) / 1000,
      ...(ends && spec.undo !== undefined ? { durationMs: Math.round(seconds * 1e6) / 1000 } : {}),
      target,
      fault: spec.id,
      params: Object.fromEntries(changed),
    });
  };

  return (
    <form className="planned-form" onSubmit={save} aria-label="Planned fault">
      <div className="field">
        <label htmlFor={`${id}-target`}>What</label>
        <select
          id={`${id}-target`}
          className="plain-select"
          value={target}
          onChange={(event) => {
            setTarget(event.target.value);
            setParams({});
          }}
        >
          {breakable.map((part) => (
            <option key={part.id} value={part.id}>
              {targetName(scenario, part.id)}
            </option>
          ))}
        </select>
      </div>
      <div className="field">
        <label htmlFor={`${id}-fault`}>Fault</label>
        <select
          id={`${id}-fault`}
          className="plain-select"
          value={spec?.id ?? ''}
          onChange={(event) => {
            setWantedFault(event.target.value);
            setParams({});
          }}
        >
          {specs.map((each) => (
            <option key={each.id} value={each.id}>
              {each.label}
            </option>
          ))}
        </select>
      </div>
      {Object.entries(spec?.params ?? {}).map(([name, field]) => (
        <FieldRow
          key={`${spec?.id} ${name}`}
          field={field}
          value={params[name] ?? field.default}
          defaultValue={field.default}
          onChange={(value: FieldValue) => setParams({ ...params, [name]: value })}
          onEnd={keep}
        />
      ))}
      <FieldRow
        field={AT}
        value={atSeconds}
        defaultValue={atSeconds}
        onChange={(value) => setAtSeconds(Number(value))}
        onEnd={keep}
      />
      {spec?.undo !== undefined && (
        <>
          <label className="check-row">
            <input type="checkbox" checked={!ends} onChange={(event) => setEnds(!event.target.checked)} />
            until the end of the run
          </label>
          {ends && (
            <FieldRow
              field={DURATION}
              value={seconds}
              defaultValue={seconds}
              onChange={(value) => setSeconds(Number(value))}
              onEnd={keep}
            />
          )}
        </>
      )}
      <div className="fault-row">
        <button type="submit" className="button is-small is-primary" disabled={!spec}>
          {fault ? 'Save' : 'Plan it'}
        </button>
        <button type="button" className="button is-small" onClick={onCancel}>
          Cancel
        </button>
      </div>
    </form>
  );
}
