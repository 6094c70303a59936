import { useState } from 'react';
import { endGesture, renameComponent } from '../../store/document-store';
import { renaming } from './canvas-state';

/** The name of a card, being edited. Enter and leaving keep it, Esc does not. */
export function RenameField({ id, label }: { id: string; label: string }) {
  const [text, setText] = useState(label);
  const finish = (field: HTMLElement, keep: boolean): void => {
    const name = text.trim();
    if (renaming.get() !== id) return;
    const card = field.closest<HTMLElement>('.card');
    renaming.set(null);
    if (keep && name !== '' && name !== label) {
      renameComponent(id, name);
      endGesture();
    }
    card?.focus();
  };
  return (
    <input
      className="card-rename nodrag nopan nokey"
      aria-label="Name"
      value={text}
      maxLength={60}
      autoFocus
      spellCheck={false}
      onFocus={(event) => event.target.select()}
      onChange={(event) => setText(event.target.value)}
      onBlur={(event) => finish(event.target, true)}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === 'Enter') finish(event.currentTarget, true);
        if (event.key === 'Escape') finish(event.currentTarget, false);
      }}
    />
  );
}
