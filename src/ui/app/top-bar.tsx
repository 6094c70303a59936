import { Link2, PanelBottom, PanelLeft, PanelRight, Redo2, Undo2 } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import { redo, undo } from '../../store/document-store';
import { openDialog, type PanelId, setPanel } from '../../store/view-store';
import { useDocument, useView } from '../hooks/use-stores';
import { IconButton } from '../shared/icon-button';
import { useViewport } from '../shared/viewport';
import { DocumentTitle, SavedState } from './document-title';
import { MainMenuButton } from './main-menu-button';
import { Clock, RunButtons, SeekProgress } from './run-controls';
import { SeedChip } from './seed-chip';
import { SpeedSlider, SpeedValue } from './speed-control';
import './top-bar.css';

function UndoRedo() {
  const undone = useDocument(({ past }) => past.at(-1)?.name);
  const redone = useDocument(({ future }) => future[0]?.name);
  return (
    <div className="undo-redo" role="group" aria-label="History">
      <IconButton
        icon={Undo2}
        label={undone === undefined ? 'Undo' : `Undo ${undone}`}
        keys="Mod+Z"
        disabled={undone === undefined}
        onClick={undo}
      />
      <IconButton
        icon={Redo2}
        label={redone === undefined ? 'Redo' : `Redo ${redone}`}
        keys="Mod+Shift+Z"
        disabled={redone === undefined}
        onClick={redo}
      />
    </div>
  );
}

const PANELS: readonly (readonly [PanelId, LucideIcon, string])[] = [
  ['palette', PanelLeft, 'Palette'],
  ['dock', PanelBottom, 'Charts and timeline'],
  ['inspector', PanelRight, 'Inspector'],
];

function PanelToggles() {
  const panels = useView((view) => view.panels);
  return (
    <div className="panel-toggles" role="group" aria-label="Panels">
      {PANELS.map(([id, icon, name]) => (
        <IconButton
          key={id}
          icon={icon}
          label={name}
          tip={`${panels[id] ? 'Hide' : 'Show'}: ${name}`}
          aria-pressed={panels[id]}
          onClick={() => setPanel(id, !panels[id])}
        />
      ))}
    </div>
  );
}

function ShareButton() {
  return (
    <button
      type="button"
      className="button is-primary share-button"
      aria-label="Share"
      onClick={() => openDialog('share')}
    >
      <Link2 size={16} aria-hidden="true" />
      <span>Share</span>
    </button>
  );
}

/** The document on the left, the run in the middle, what shows and shares it on the right. */
export function TopBar() {
  const phone = useViewport() === 'phone';
  return (
    <header className="bar">
      <div className="bar-document">
        <MainMenuButton />
        <DocumentTitle />
        <SavedState />
        <UndoRedo />
      </div>
      {!phone && (
        <div className="bar-run">
          <RunButtons />
          <Clock />
          <span className="bar-divider" />
          <SpeedSlider />
          <SpeedValue />
          <SeedChip />
        </div>
      )}
      <div className="bar-right">
        {!phone && <PanelToggles />}
        <ShareButton />
      </div>
      <SeekProgress />
    </header>
  );
}
