import { useState } from 'react';
import type { Component } from '../../model/scenario';
import { useDocument, useRun, useView } from '../hooks/use-stores';
import { DockBar, type DockChoices } from './dock-bar';
import { DockCharts } from './dock-charts';
import { TimeStrip } from './time-strip';
import './dock.css';
import './timeline.css';
import './narrator.css';

/** Under the canvas: live charts, the timeline, and what happened in words. */
export function Dock() {
  const [open, setOpen] = useState(true);
  const component = useSelectedComponent();
  const begun = useRun((state) => state.begun);
  const [choices, setChoices] = useState<DockChoices>({ seconds: 60, table: false, followSelection: true });
  const [pointedAt, setPointedAt] = useState(NaN);

  const shown = choices.followSelection ? component : undefined;
  return (
    <div className={open ? 'dock' : 'dock is-closed'}>
      {open && (
        <>
          <DockBar
            component={component}
            choices={choices}
            onChoose={(change) => setChoices((before) => ({ ...before, ...change }))}
            pointedAt={pointedAt}
          />
          {begun ? (
            <DockCharts
              key={shown?.id ?? ''}
              component={shown}
              seconds={choices.seconds}
              asTable={choices.table}
              onPointed={setPointedAt}
            />
          ) : (
            <p className="dock-empty">Press play: charts appear here.</p>
          )}
        </>
      )}
      <TimeStrip chartsOpen={open} onToggleCharts={() => setOpen(!open)} />
    </div>
  );
}

/** The component, when exactly one is selected and no other part is. */
function useSelectedComponent(): Component | undefined {
  const selection = useView((state) => state.selection);
  const components = useDocument((state) => state.scenario.components);
  const [only] = selection.size === 1 ? selection : [];
  return components.find(({ id }) => id === only);
}
