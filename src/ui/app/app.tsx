import { useEffect } from 'react';
import { select } from '../../store/view-store';
import { Canvas } from '../canvas/canvas';
import { useView } from '../hooks/use-stores';
import { Palette } from '../palette/palette';
import { CloseDrawer } from './close-drawer';
import { Dock, Extras, Inspector, PhoneBars } from './lazy-panels';
import { Notices } from './notices';
import { ReplayNote, RunProblem } from './run-problem';
import { TopBar } from './top-bar';
import { useViewport } from '../shared/viewport';
import '../shared/controls.css';
import './app.css';

/** The whole window: bar, palette, canvas, inspector, dock. */
export function App() {
  const viewport = useViewport();
  useEffect(() => loadPopupsSoon(), []);
  return (
    <>
      <a className="skip-link" href="#canvas" onClick={skipToCanvas}>
        Skip to the canvas
      </a>
      <div className={`app is-${viewport}`}>
        <TopBar />
        {viewport !== 'phone' && <PalettePanel />}
        <main id="canvas" className="canvas-slot" tabIndex={-1} aria-label="Canvas">
          <RunProblem />
          <ReplayNote />
          <div className="canvas-frame">
            <Canvas />
            {viewport === 'medium' && <InspectorDrawer />}
          </div>
        </main>
        {viewport === 'wide' && <InspectorPanel />}
        {viewport !== 'phone' && (
          <section className="dock-slot" aria-label="Charts and timeline">
            <Dock />
          </section>
        )}
        {viewport === 'phone' && <PhoneBars />}
      </div>
      <Notices />
      <Extras />
    </>
  );
}

/** A link with a fragment would be taken for a link to a system. */
function skipToCanvas(event: { preventDefault(): void }): void {
  event.preventDefault();
  document.getElementById('canvas')?.focus();
}

/** Menus are not part of the first load, but should open at once when they are asked for. */
function loadPopupsSoon(): () => void {
  const timer = setTimeout(() => {
    void Promise.all([import('./main-menu'), import('./speed-menu'), import('./seed-popup')]).catch(() => undefined);
  }, 1_500);
  return () => clearTimeout(timer);
}

function PalettePanel() {
  const open = useView((view) => view.panels.palette);
  return (
    <nav className={open ? 'palette-slot' : 'palette-slot is-rail'} aria-label="Components to add">
      <Palette rail={!open} />
    </nav>
  );
}

function InspectorPanel() {
  const open = useView((view) => view.panels.inspector);
  if (!open) return null;
  return (
    <aside className="inspector-slot" aria-label="Inspector">
      <Inspector />
    </aside>
  );
}

/** Lies over the canvas while something is selected. */
function InspectorDrawer() {
  const open = useView((view) => view.panels.inspector && view.selection.size > 0);
  if (!open) return null;
  return (
    <aside className="inspector-slot is-drawer" aria-label="Inspector">
      <CloseDrawer label="Close the inspector" onClose={() => select([])} />
      <Inspector />
    </aside>
  );
}
