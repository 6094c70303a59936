import { useId } from 'react';
import './segments.css';

interface SegmentsProps {
  /** Accessible name of the choice. */
  name: string;
  value: string;
  options: readonly { readonly value: string; readonly label: string }[];
  onChange(value: string): void;
}

/** A choice of a few short options, all of them visible: radio buttons in a row. */
export function Segments({ name, value, options, onChange }: SegmentsProps) {
  const group = useId();
  return (
    <div className="segments" role="radiogroup" aria-label={name}>
      {options.map((option) => (
        <label key={option.value} className="segment">
          <input
            type="radio"
            className="visually-hidden"
            name={group}
            value={option.value}
            checked={option.value === value}
            onChange={() => onChange(option.value)}
          />
          <span>{option.label}</span>
        </label>
      ))}
    </div>
  );
}
