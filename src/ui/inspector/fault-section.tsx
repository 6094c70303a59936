import { SlidersHorizontal } from 'lucide-react';
import { useId, useState } from 'react';
import { describedFaults } from '../canvas/fault-actions';
import { useFaultActions } from '../canvas/use-fault-actions';
import type { FaultAction } from '../canvas/fault-actions';
import {
  completeConfig,
  type Field,
  fieldProblem,
  type FieldValue,
  type NumberField,
  type Settings,
} from '../../model/fields';
import { paramWords } from '../../analysis/mark-words';
import { FieldRow } from './field-row';
import { NumberInput } from './number-input';

/** What can go wrong with a component, a connection or a place, one click away; what is wrong now, and how to end it. */
export function FaultSection({ target }: { target: string }) {
  const actions = useFaultActions(target);
  return (
    <section className="faults" aria-label="Break it">
      <h3>Break it</h3>
      <div className="fault-row">
        {actions.map((action) => (
          <FaultButton key={action.fault.id} action={action} target={target} />
        ))}
      </div>
    </section>
  );
}

function FaultButton({ action, target }: { action: FaultAction; target: string }) {
  const { fault, on, label } = action;
  const [params, setParams] = useState<Settings>(() => completeConfig(fault.params, {}));
  const [open, setOpen] = useState(false);
  const id = useId();
  const set = (name: string, field: Field, value: FieldValue): void => {
    if (fieldProblem(field, value) === null) setParams({ ...params, [name]: value });
  };
  if (on) {
    const given = describedFaults(target).find((active) => active.fault.id === fault.id)?.params ?? {};
    const how = paramWords(fault.params, given);
    return (
      <button type="button" className="button is-small fault is-on" data-tip={fault.help} onClick={() => action.run()}>
        <i aria-hidden="true" />
        {label}
        {how !== '' && <span className="quiet">({how})</span>}
      </button>
    );
  }
  // The number that matters most stands beside the button, the rest behind another one.
  const [inline] = Object.entries(fault.params).filter(
    (entry): entry is [string, NumberField] => entry[1].type === 'number' && entry[1].default !== 0,
  );
  const more = Object.entries(fault.params).filter(([name]) => name !== inline?.[0]);
  const button = (
    <button
      type="button"
      className={`button is-small fault${inline === undefined && fault.undo !== undefined ? ' is-hard' : ''}`}
      data-tip={fault.help}
      onClick={() => action.run(params)}
    >
      {label}
    </button>
  );
  if (!inline && more.length === 0) return button;
  return (
    <>
      <span className="fault-with">
        {button}
        {inline && (
          <NumberInput
            id={`${id}-${inline[0]}`}
            label={`${fault.label}: ${inline[1].label}`}
            field={inline[1]}
            value={Number(params[inline[0]])}
            onChange={(value) => set(inline[0], inline[1], value)}
            onEnd={() => undefined}
            onProblem={() => undefined}
          />
        )}
        {more.length > 0 && (
          <button
            type="button"
            className="plan-edit"
            aria-expanded={open}
            aria-label={`${fault.label}: how`}
            data-tip="How"
            onClick={() => setOpen(!open)}
          >
            <SlidersHorizontal size={13} aria-hidden="true" />
          </button>
        )}
      </span>
      {open && (
        <div className="fault-how fields">
          {more.map(([name, field]) => (
            <FieldRow
              key={name}
              field={field}
              value={params[name] ?? field.default}
              defaultValue={field.default}
              onChange={(value) => set(name, field, value)}
              onEnd={() => undefined}
            />
          ))}
        </div>
      )}
    </>
  );
}
