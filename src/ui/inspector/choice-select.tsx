import { CSPProvider } from '@base-ui/react/csp-provider';
import { Select } from '@base-ui/react/select';
import { Check, ChevronDown } from 'lucide-react';
import type { ChoiceField } from '../../model/fields';

interface ChoiceSelectProps {
  id: string;
  field: ChoiceField;
  value: string;
  describedBy?: string | undefined;
  label?: string;
  onChange(value: string): void;
}

/** A choice with what each option means. */
export function ChoiceSelect({ id, field, value, describedBy, label, onChange }: ChoiceSelectProps) {
  return (
    <CSPProvider disableStyleElements>
      <Select.Root items={field.options} value={value} onValueChange={(next) => next !== null && onChange(next)}>
        <Select.Trigger id={id} className="choice-trigger" aria-describedby={describedBy} aria-label={label}>
          <Select.Value className="choice-value" />
          <Select.Icon className="choice-icon">
            <ChevronDown size={14} aria-hidden="true" />
          </Select.Icon>
        </Select.Trigger>
        <Select.Portal>
          <Select.Positioner className="choice-positioner" alignItemWithTrigger={false} align="end" sideOffset={4}>
            <Select.Popup className="choice-popup">
              {field.options.map((option) => (
                <Select.Item key={option.value} value={option.value} className="choice-item">
                  <Select.ItemIndicator className="choice-check" keepMounted>
                    <Check size={14} aria-hidden="true" />
                  </Select.ItemIndicator>
                  <Select.ItemText className="choice-label">{option.label}</Select.ItemText>
                  <span className="choice-help">{option.help}</span>
                </Select.Item>
              ))}
            </Select.Popup>
          </Select.Positioner>
        </Select.Portal>
      </Select.Root>
    </CSPProvider>
  );
}
