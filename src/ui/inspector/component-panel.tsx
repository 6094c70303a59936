import { Tabs } from '@base-ui/react/tabs';
import { diagnose } from '../../analysis/diagnosis';
import { kindOf } from '../shared/described-kinds';
import type { Component } from '../../model/scenario';
import { renameComponent } from '../../store/document-store';
import { HealthMark } from '../shared/health';
import { AboutKind } from './about-kind';
import { AdviceAbout } from './advice-section';
import { ComponentConfiguration } from './component-configuration';
import { ComponentMetrics } from './component-metrics';
import { NameField } from './name-field';
import { useCondition } from './use-condition';

const TABS = [
  { value: 'configure', label: 'Configure' },
  { value: 'metrics', label: 'Metrics' },
  { value: 'about', label: 'About' },
];

export function ComponentPanel({ component }: { component: Component }) {
  return (
    <Tabs.Root className="inspector-panel" defaultValue="configure">
      <ComponentHead component={component} />
      <Tabs.List className="tabs" aria-label={component.label}>
        {TABS.map(({ value, label }) => (
          <Tabs.Tab key={value} value={value} className="tab">
            {label}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value="configure" className="tab-panel">
        <AdviceAbout target={component.id} />
        <ComponentConfiguration component={component} />
      </Tabs.Panel>
      <Tabs.Panel value="metrics" className="tab-panel">
        <ComponentMetrics component={component} />
      </Tabs.Panel>
      <Tabs.Panel value="about" className="tab-panel">
        <AboutKind kind={kindOf(component.kind)} />
      </Tabs.Panel>
    </Tabs.Root>
  );
}

function ComponentHead({ component }: { component: Component }) {
  const { condition, health } = useCondition(component);
  return (
    <header className="inspector-head">
      <div className="inspector-name">
        <HealthMark health={health} size={12} explained />
        <NameField
          key={component.label}
          label={component.label}
          onRename={(name) => renameComponent(component.id, name)}
        />
      </div>
      <p className="inspector-sentence">
        {kindOf(component.kind).title} · {diagnose(condition)}
      </p>
    </header>
  );
}
