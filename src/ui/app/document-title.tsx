import { type KeyboardEvent, useState } from 'react';
import { currentDocumentId } from '../../store/library';
import { setTitle } from '../../store/document-store';
import { useDocument, useView } from '../hooks/use-stores';

/** The document's name: a click or Enter edits it in place. */
export function DocumentTitle() {
  const title = useDocument(({ scenario }) => scenario.title);
  const [draft, setDraft] = useState<string | null>(null);

  if (draft === null) {
    return (
      <h1 className="doc-title">
        <button
          type="button"
          className="doc-title-button"
          data-tip={`${title}\nClick to rename`}
          onClick={() => setDraft(title)}
        >
          {title}
        </button>
      </h1>
    );
  }
  const commit = (): void => {
    const name = draft.trim();
    if (name !== '' && name !== title) setTitle(name);
    setDraft(null);
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') commit();
    else if (event.key === 'Escape') setDraft(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <input
      className="text-input doc-title-input"
      aria-label="Name of the system"
      value={draft}
      maxLength={120}
      autoFocus
      onFocus={(event) => event.currentTarget.select()}
      onChange={(event) => setDraft(event.currentTarget.value)}
      onBlur={commit}
      onKeyDown={onKey}
    />
  );
}

const SAVED = {
  saved: {
    word: 'Saved',
    tip: 'Kept in this browser, on this device. To pass it on or keep it for good, share a link or save a file.',
  },
  saving: { word: 'Saving…', tip: 'Your last change is being kept in this browser.' },
  failed: {
    word: 'Not saved',
    tip: 'The browser refuses to keep it. Save a file, or your work is lost when you leave.',
  },
  unkept: { word: '', tip: '' },
} as const;

/** Where autosave stands, in a word; the sentence is in the tooltip. */
export function SavedState() {
  const saved = useView((view) => view.saved);
  // A document that was opened and not changed is not kept yet, and need not be.
  useDocument(({ generation }) => generation);
  const { word, tip } = SAVED[saved === 'saved' && currentDocumentId() === null ? 'unkept' : saved];
  if (word === '') return null;
  return (
    <span className={`saved-state is-${saved}`} data-tip={tip}>
      {word}
    </span>
  );
}
