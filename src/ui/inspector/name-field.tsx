import { type KeyboardEvent, useState } from 'react';
import { endGesture } from '../../store/document-store';

/** A name, edited in place. An empty one keeps the old one. */
export function NameField({ label, onRename }: { label: string; onRename(name: string): void }) {
  const [text, setText] = useState(label);
  const commit = (): void => {
    const name = text.trim();
    if (name === '') setText(label);
    else if (name !== label) onRename(name);
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
