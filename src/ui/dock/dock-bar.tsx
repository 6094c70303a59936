import { Table2 } from 'lucide-react';
import type { Component } from '../../model/scenario';
import { formatNumber } from '../shared/format-number';
import { Segments } from '../shared/segments';

export interface DockChoices {
  /** Simulated seconds shown. */
  readonly seconds: number;
  readonly table: boolean;
  /** Charts of the selected component rather than of the whole system. */
  readonly followSelection: boolean;
}

const SPANS = [
  { value: '15', label: '15 s' },
  { value: '60', label: '1 min' },
  { value: '120', label: '2 min' },
];

interface DockBarProps {
  component: Component | undefined;
  choices: DockChoices;
  onChoose(change: Partial<DockChoices>): void;
  /** Simulated seconds under the pointer, or NaN. */
  pointedAt: number;
}

/** What the charts are about, and how. */
export function DockBar({ component, choices, onChoose, pointedAt }: DockBarProps) {
  return (
    <div className="dock-bar">
      {component ? (
        <Segments
          name="Charts of"
          value={choices.followSelection ? 'component' : 'system'}
          options={[
            { value: 'system', label: 'Whole system' },
            { value: 'component', label: component.label },
          ]}
          onChange={(value) => onChoose({ followSelection: value === 'component' })}
        />
      ) : (
        <h2 className="dock-title">Whole system</h2>
      )}
      <span className="dock-pointed" aria-hidden="true">
        {Number.isNaN(pointedAt) ? '' : `at ${formatNumber(pointedAt)} s`}
      </span>
      <Segments
        name="Time shown"
        value={String(choices.seconds)}
        options={SPANS}
        onChange={(value) => onChoose({ seconds: Number(value) })}
      />
      <button
        type="button"
        className="dock-button"
        aria-pressed={choices.table}
        data-tip="The numbers behind the charts, as tables"
        onClick={() => onChoose({ table: !choices.table })}
      >
        <Table2 size={15} strokeWidth={1.9} aria-hidden="true" />
        Table
      </button>
    </div>
  );
}
