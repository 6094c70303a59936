import { type KeyboardEvent, useState } from 'react';
import { endGesture, renameComponent } from '../../store/document-store';

/** A component's name, edited in place. An empty name keeps the old one. */
export function NameField({ id, label }: { id: string; label: string }) {
  const [text, setText] = useState(label);
  const commit = (): void => {
    const name = text.trim();
    if (name === '') setText(label);
    else if (name !== label) renameComponent(id, name);
    endGesture();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.key === 'Enter') event.currentTarget.blur();
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    setText(label);
  };
  return (
    <h2>
      <input
        className="name-field"
        aria-label="Name"
        value={text}
        maxLength={60}
        spellCheck={false}
        onChange={(event) => setText(event.target.value)}
        onBlur={commit}
        onKeyDown={onKeyDown}
      />
    </h2>
  );
}
