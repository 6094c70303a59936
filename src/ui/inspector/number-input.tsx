import { type KeyboardEvent, useState } from 'react';
import { fieldProblem, type NumberField } from '../../model/fields';
import { stepped, typedNumber, writtenNumber } from './number-steps';

/** Characters of a unit that fit beside a usual number. */
const LONG_UNIT = 4;

interface NumberInputProps {
  id: string;
  field: NumberField;
  value: number;
  describedBy?: string | undefined;
  /** Accessible name where no label element points here. */
  label?: string;
  onChange(value: number): void;
  /** The edit is over. */
  onEnd(): void;
  /** Why what was typed cannot be taken; null when it can. */
  onProblem(problem: string | null): void;
}

/**
 * A number with its unit: typed and committed with Enter or by leaving, or moved with the arrow keys. What cannot be
 * taken stays visible with its reason, and the old value stays in force.
 */
export function NumberInput({ id, field, value, describedBy, label, onChange, onEnd, onProblem }: NumberInputProps) {
  // What is being typed; null while the value itself is shown.
  const [text, setText] = useState<string | null>(null);
  const [invalid, setInvalid] = useState(false);

  const show = (problem: string | null): void => {
    setInvalid(problem !== null);
    onProblem(problem);
  };
  const commit = (): void => {
    if (text === null) return;
    const typed = typedNumber(text);
    const problem = fieldProblem(field, Number.isNaN(typed) ? null : typed);
    show(problem);
    if (problem !== null) return;
    setText(null);
    if (typed !== value) onChange(typed);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.key === 'Enter') {
      commit();
      onEnd();
    } else if (event.key === 'Escape' && text !== null) {
      event.stopPropagation();
      setText(null);
      show(null);
    } else if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
      event.preventDefault();
      const from = text === null ? value : typedNumber(text);
      setText(null);
      show(null);
      onChange(stepped(field, Number.isNaN(from) ? value : from, event.key === 'ArrowUp' ? 1 : -1, event.shiftKey));
    }
  };

  return (
    <span
      className={`number-input${invalid ? ' is-invalid' : ''}${field.unit.length > LONG_UNIT ? ' has-long-unit' : ''}`}
    >
      <input
        id={id}
        type="text"
        inputMode="decimal"
        autoComplete="off"
        role="spinbutton"
        aria-label={label}
        aria-valuenow={value}
        aria-valuemin={field.min}
        aria-valuemax={field.max}
        aria-valuetext={field.unit === '' ? String(value) : `${value} ${field.unit}`}
        aria-invalid={invalid}
        aria-describedby={describedBy}
        value={text ?? writtenNumber(value)}
        onFocus={(event) => event.target.select()}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKeyDown}
        onBlur={() => {
          commit();
          onEnd();
        }}
      />
      {field.unit !== '' && <span className="number-unit">{field.unit}</span>}
    </span>
  );
}
