import { Switch } from '@base-ui/react/switch';
import { CircleHelp, RotateCcw } from 'lucide-react';
import { useId, useState } from 'react';
import type { ChoiceField, Field, FieldValue } from '../../model/fields';
import { Segments } from '../shared/segments';
import { ChoiceSelect } from './choice-select';
import { NumberInput } from './number-input';
import { showsReal } from './real-default';

export interface FieldRowProps {
  field: Field;
  value: FieldValue;
  /** What the value is while nobody has changed it. */
  defaultValue: FieldValue;
  onChange(value: FieldValue): void;
  /** The edit is over: the next one is a step of its own. */
  onEnd(): void;
}

/** A setting: its name, its value with unit, what it does, what the real world ships with, and the way back. */
export function FieldRow({ field, value, defaultValue, onChange, onEnd }: FieldRowProps) {
  const id = useId();
  const [helping, setHelping] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const changed = value !== defaultValue;
  const wide = field.type === 'choice' && !isShort(field);
  const segmented = field.type === 'choice' && isShort(field);
  return (
    <div className={wide || segmented ? 'field is-wide' : 'field'}>
      <div className="field-label">
        {segmented ? <span>{field.label}</span> : <label htmlFor={id}>{field.label}</label>}
        <button
          type="button"
          className="field-help-button"
          aria-expanded={helping}
          aria-controls={`${id}-help`}
          aria-label={`About ${field.label}`}
          onClick={() => setHelping(!helping)}
        >
          <CircleHelp size={13} aria-hidden="true" />
        </button>
        {changed && (
          <button
            type="button"
            className="field-reset"
            aria-label={`${field.label}: back to the default, ${valueText(field, defaultValue)}`}
            data-tip={`Back to the default: ${valueText(field, defaultValue)}`}
            onClick={() => {
              setProblem(null);
              onChange(defaultValue);
              onEnd();
            }}
          >
            <RotateCcw size={12} aria-hidden="true" />
          </button>
        )}
      </div>
      <div className="field-control">
        {field.type === 'number' && (
          <NumberInput
            id={id}
            field={field}
            value={Number(value)}
            describedBy={problem === null ? undefined : `${id}-problem`}
            onChange={onChange}
            onEnd={onEnd}
            onProblem={setProblem}
          />
        )}
        {field.type === 'toggle' && (
          <Switch.Root
            id={id}
            className="switch"
            checked={value === true}
            onCheckedChange={(checked) => {
              onChange(checked);
              onEnd();
            }}
          >
            <Switch.Thumb className="switch-thumb" />
          </Switch.Root>
        )}
        {field.type === 'choice' && (
          <Choice
            id={id}
            field={field}
            value={String(value)}
            onChange={(next) => {
              onChange(next);
              onEnd();
            }}
          />
        )}
      </div>
      {problem !== null && (
        <p className="field-problem" id={`${id}-problem`} role="alert">
          {field.label} {problem}. It is still {valueText(field, value)}.
        </p>
      )}
      <FieldNotes id={`${id}-help`} field={field} value={value} helping={helping} defaultValue={defaultValue} />
    </div>
  );
}

interface ChoiceProps {
  id: string;
  field: ChoiceField;
  value: string;
  onChange(value: string): void;
}

function Choice({ id, field, value, onChange }: ChoiceProps) {
  if (!isShort(field)) return <ChoiceSelect id={id} field={field} value={value} onChange={onChange} />;
  return <Segments name={field.label} value={value} options={field.options} onChange={onChange} />;
}

/** Few options with short names stand side by side. */
function isShort({ options }: ChoiceField): boolean {
  const characters = options.reduce((sum, { label }) => sum + label.length + 3, 0);
  return options.length <= 3 && characters <= 34;
}

interface FieldNotesProps {
  id: string;
  field: Field;
  value: FieldValue;
  defaultValue: FieldValue;
  helping: boolean;
}

function FieldNotes({ id, field, value, defaultValue, helping }: FieldNotesProps) {
  const { real } = field;
  const telling = real !== undefined && (helping || showsReal(field, defaultValue));
  const option = field.type === 'choice' ? field.options.find((each) => each.value === value) : undefined;
  return (
    <div className="field-notes" id={id}>
      {helping && (
        <p>
          {field.help}
          {option && ` ${option.label}: ${option.help}`}
        </p>
      )}
      {telling && (
        <p className="field-real">
          In practice {real.value} (
          <a href={real.source} target="_blank" rel="noopener noreferrer">
            {real.product}
          </a>
          )
        </p>
      )}
    </div>
  );
}

/** A value as people read it. */
function valueText(field: Field, value: FieldValue): string {
  switch (field.type) {
    case 'number':
      return field.unit === '' ? String(value) : `${value} ${field.unit}`;
    case 'choice':
      return field.options.find((option) => option.value === value)?.label ?? String(value);
    case 'toggle':
      return value === true ? 'on' : 'off';
  }
}
