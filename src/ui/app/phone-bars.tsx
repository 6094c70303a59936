import { ChartLine, Plus, SlidersHorizontal, type LucideIcon } from 'lucide-react';
import { type ReactNode, useEffect, useRef } from 'react';
import { openSheet, type PanelId } from '../../store/view-store';
import { useView } from '../hooks/use-stores';
import { Palette } from '../palette/palette';
import { CloseDrawer } from './close-drawer';
import { Dock, Inspector } from './lazy-panels';
import { Clock, RunButtons } from './run-controls';
import { SeedChip } from './seed-chip';
import { SpeedValue } from './speed-control';
import './phone-bars.css';

const SHEETS: Readonly<Record<PanelId, { icon: LucideIcon; button: string; title: string; panel: ReactNode }>> = {
  palette: { icon: Plus, button: 'Add', title: 'Add a component', panel: <Palette /> },
  inspector: { icon: SlidersHorizontal, button: 'Inspect', title: 'Inspector', panel: <Inspector /> },
  dock: { icon: ChartLine, button: 'Charts', title: 'Charts and timeline', panel: <Dock /> },
};
const IDS: readonly PanelId[] = ['palette', 'inspector', 'dock'];

/** The foot of the page on a phone: the run, and the panels as sheets that come up from below, one at a time. */
export function PhoneBars() {
  const sheet = useView((view) => view.sheet);
  return (
    <div className="phone-foot">
      {sheet !== null && <Sheet key={sheet} id={sheet} />}
      <section className="phone-run" aria-label="Run controls">
        <RunButtons />
        <Clock />
        <SpeedValue />
        <SeedChip />
      </section>
      <nav className="phone-tabs" aria-label="Panels">
        {IDS.map((id) => {
          const { icon: Icon, button } = SHEETS[id];
          return (
            <button
              key={id}
              type="button"
              id={`open-${id}`}
              aria-expanded={sheet === id}
              onClick={() => openSheet(sheet === id ? null : id)}
            >
              <Icon size={19} aria-hidden="true" />
              {button}
            </button>
          );
        })}
      </nav>
    </div>
  );
}

function Sheet({ id }: { id: PanelId }) {
  const { title, panel } = SHEETS[id];
  const box = useRef<HTMLElement>(null);
  useEffect(() => box.current?.focus({ preventScroll: true }), []);
  const close = (): void => {
    openSheet(null);
    document.getElementById(`open-${id}`)?.focus();
  };
  return (
    <section
      className={`sheet is-${id}`}
      ref={box}
      tabIndex={-1}
      aria-labelledby="sheet-title"
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.defaultPrevented) return;
        event.preventDefault();
        close();
      }}
    >
      <div className="sheet-head">
        <h2 id="sheet-title">{title}</h2>
        <CloseDrawer label="Close" onClose={close} />
      </div>
      <div className="sheet-body">{panel}</div>
    </section>
  );
}
