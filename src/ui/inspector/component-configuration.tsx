import { completeConfig, fieldApplies } from '../../model/fields';
import { kindOf } from '../shared/described-kinds';
import type { Component } from '../../model/scenario';
import { configureComponent, endGesture } from '../../store/document-store';
import { FaultSection } from './fault-section';
import { FieldRow } from './field-row';
import { OutgoingSections } from './outgoing-sections';

/** A component's settings, what it does with a request, and how to break it. */
export function ComponentConfiguration({ component }: { component: Component }) {
  const { id } = component;
  const { fields, faults } = kindOf(component.kind);
  const config = completeConfig(fields, component.config);
  return (
    <>
      <div className="fields">
        {Object.entries(fields)
          .filter(([, field]) => fieldApplies(field, config))
          .map(([name, field]) => (
            <FieldRow
              key={name}
              field={field}
              value={config[name]!}
              defaultValue={field.default}
              onChange={(value) => configureComponent(id, name, value)}
              onEnd={endGesture}
            />
          ))}
      </div>
      <OutgoingSections component={component} />
      {faults.length > 0 && <FaultSection target={id} />}
    </>
  );
}
