import { useId, useState } from 'react';
import { activeFaults } from '../canvas/fault-actions';
import { useFaultActions } from '../canvas/use-fault-actions';
import type { FaultAction } from '../canvas/fault-actions';
import { completeConfig, fieldProblem, type NumberField, type Settings } from '../../model/fields';
import { paramWords } from '../../analysis/mark-words';
import { NumberInput } from './number-input';

/** What can go wrong with a component or a connection, one click away; what is wrong now, and how to end it. */
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
  const id = useId();
  const numbers = Object.entries(fault.params).filter((entry): entry is [string, NumberField] => {
    return entry[1].type === 'number';
  });
  if (on) {
    const given = activeFaults(target).find((active) => active.fault.id === fault.id)?.params ?? {};
    const how = paramWords(fault.params, given);
    return (
      <button type="button" className="button is-small fault is-on" data-tip={fault.help} onClick={() => action.run()}>
        <i aria-hidden="true" />
        {label}
        {how !== '' && <span className="quiet">({how})</span>}
      </button>
    );
  }
  const button = (
    <button
      type="button"
      className={`button is-small fault${numbers.length === 0 && fault.undo !== undefined ? ' is-hard' : ''}`}
      data-tip={fault.help}
      onClick={() => action.run(params)}
    >
      {label}
    </button>
  );
  if (numbers.length === 0) return button;
  return (
    <span className="fault-with">
      {button}
      {numbers.map(([name, field]) => (
        <NumberInput
          key={name}
          id={`${id}-${name}`}
          label={`${fault.label}: ${field.label}`}
          field={field}
          value={Number(params[name])}
          onChange={(value) => fieldProblem(field, value) === null && setParams({ ...params, [name]: value })}
          onEnd={() => undefined}
          onProblem={() => undefined}
        />
      ))}
    </span>
  );
}
