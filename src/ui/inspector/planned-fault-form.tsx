import { type FormEvent, useId, useState } from 'react';
import { targetName } from '../../analysis/mark-words';
import { faultsOf } from '../../analysis/target-faults';
import { completeConfig, type FieldValue, type NumberField, type Settings } from '../../model/fields';
import { OUTAGE } from '../../model/faults';
import { placesOf } from '../../model/places';
import type { RandomTimes, Scenario, ScheduledFault } from '../../model/scenario';
import * as described from '../shared/described-kinds';
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
const MTBF: NumberField = {
  ...AT,
  label: 'In order for',
  help: 'Mean time from a repair to the next failure (MTBF). The times are exponential.',
  default: 60,
  min: 0.01,
};
const MTTR: NumberField = {
  ...AT,
  label: 'Out of order for',
  help: 'Mean time from a failure to its repair (MTTR). It is in order MTBF / (MTBF + MTTR) of the time.',
  default: 5,
  min: 0.01,
};
const SHARED: NumberField = {
  ...AT,
  label: 'Hit all at once',
  unit: '%',
  help: 'Share of the failures that hit everything inside at once; the others hit each component by itself (beta factor).',
  default: 100,
  max: 100,
};
const DURATION: NumberField = { ...AT, label: 'For', help: 'How long it lasts.', default: 10, min: 0.001 };

const FROM: NumberField = { ...AT, label: 'From', help: 'When it may fail for the first time, in simulated time.' };

function chanceRow(field: NumberField, value: number, set: (value: number) => void) {
  return (
    <FieldRow
      field={field}
      value={value}
      defaultValue={value}
      onChange={(next) => set(Number(next))}
      onEnd={() => undefined}
    />
  );
}

/** Time, target, what goes wrong, how badly and for how long. */
export function PlannedFaultForm({ scenario, fault, onSave, onCancel }: PlannedFaultFormProps) {
  const id = useId();
  const breakable = [...scenario.components, ...scenario.connections, ...placesOf(scenario)].filter(
    (part) => faultsOf(scenario, part.id).length > 0,
  );
  const [target, setTarget] = useState(fault?.target ?? breakable[0]?.id ?? '');
  const specs = faultsOf(scenario, target, described);
  const [wantedFault, setWantedFault] = useState(fault?.fault ?? '');
  const spec = specs.find((each) => each.id === wantedFault) ?? specs[0];
  const [atSeconds, setAtSeconds] = useState((fault?.atMs ?? 10_000) / 1000);
  const [seconds, setSeconds] = useState((fault?.durationMs ?? 10_000) / 1000);
  const [ends, setEnds] = useState(fault ? fault.durationMs !== undefined : true);
  const [params, setParams] = useState<Settings>(fault?.params ?? {});
  const [byChance, setByChance] = useState(fault?.random !== undefined);
  const [mtbf, setMtbf] = useState((fault?.random?.mtbfMs ?? 60_000) / 1000);
  const [mttr, setMttr] = useState((fault?.random?.mttrMs ?? 5000) / 1000);
  const [shared, setShared] = useState(fault?.random?.sharedPercent ?? 100);
  const keep = (): void => undefined;

  const times = (faultId: string): RandomTimes => ({
    mtbfMs: Math.round(mtbf * 1000),
    mttrMs: Math.round(mttr * 1000),
    ...(faultId === OUTAGE.id && shared !== 100 ? { sharedPercent: shared } : {}),
  });
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
      ...(byChance && spec.undo !== undefined ? { random: times(spec.id) } : {}),
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
      {spec?.undo !== undefined && (
        <label className="check-row">
          <input
            type="checkbox"
            checked={byChance}
            onChange={(event) => {
              setByChance(event.target.checked);
              // What comes by chance goes on; ten seconds of it would seldom be any.
              if (event.target.checked && !fault) setEnds(false);
            }}
          />
          comes and goes by chance
        </label>
      )}
      {byChance && spec?.undo !== undefined && (
        <>
          {chanceRow(MTBF, mtbf, setMtbf)}
          {chanceRow(MTTR, mttr, setMttr)}
          {spec.id === OUTAGE.id && chanceRow(SHARED, shared, setShared)}
        </>
      )}
      <FieldRow
        field={byChance ? FROM : AT}
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
