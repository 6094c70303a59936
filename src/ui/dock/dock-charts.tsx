import { useId, useState } from 'react';
import type { Component } from '../../model/scenario';
import { LiveChart } from '../charts/live-chart';
import { useDocument } from '../hooks/use-stores';
import {
  type Measure,
  measuresOf,
  useFailures,
  useMeasure,
  useRequests,
  useResponseTime,
  WHOLE_SYSTEM,
} from './use-chart-specs';

interface DockChartsProps {
  /** Absent: the whole system. */
  component: Component | undefined;
  seconds: number;
  asTable: boolean;
  onPointed(seconds: number): void;
}

/** Four charts with one clock. */
export function DockCharts({ component, seconds, asTable, onPointed }: DockChartsProps) {
  const of = component?.id ?? WHOLE_SYSTEM;
  const components = useDocument((state) => state.scenario.components);
  const measures = measuresOf(component);
  const [measureId, setMeasureId] = useState(measures[0]!.id);
  const measure = measures.find(({ id }) => id === measureId) ?? measures[0]!;
  const responseTime = useResponseTime(of);
  const requests = useRequests(of, component ? 'in' : 'offered');
  const failures = useFailures(of, component ? 'Failures here' : 'Failures by cause');
  const measured = useMeasure(components, component, measure);
  const common = { seconds, asTable, sync: 'dock', onPointed };
  return (
    <div className="dock-charts">
      <LiveChart spec={responseTime} {...common} />
      <LiveChart spec={requests} {...common} />
      <LiveChart spec={failures} {...common} />
      <LiveChart
        spec={measured}
        {...common}
        heading={<MeasureChoice measures={measures} value={measure.id} onChange={setMeasureId} />}
      />
    </div>
  );
}

interface MeasureChoiceProps {
  measures: readonly Measure[];
  value: string;
  onChange(id: string): void;
}

function MeasureChoice({ measures, value, onChange }: MeasureChoiceProps) {
  const id = useId();
  return (
    <h3 className="chart-title">
      <label className="visually-hidden" htmlFor={id}>
        Measure of the fourth chart
      </label>
      <select id={id} className="chart-choice" value={value} onChange={(event) => onChange(event.target.value)}>
        {measures.map((measure) => (
          <option key={measure.id} value={measure.id}>
            {measure.label}
          </option>
        ))}
      </select>
    </h3>
  );
}
