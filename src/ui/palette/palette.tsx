import { CircleHelp, Search } from 'lucide-react';
import { type KeyboardEvent, useRef, useState } from 'react';
import { CATEGORIES, type Kind } from '../../kinds/kind';
import { KINDS } from '../../kinds/registry';
import { openReference, openSheet, viewStore } from '../../store/view-store';
import { placeInCentre } from '../canvas/placing';
import { search } from '../commands/search-commands';
import { useView } from '../hooks/use-stores';
import { KindIcon } from '../shared/kind-icon';
import { PALETTE_SEARCH_ID } from './palette-search-id';
import { useDragOut } from './use-drag-out';
import './palette.css';

function add(kind: Kind): string {
  const id = placeInCentre(kind.id);
  // On a phone the palette covers what was just added.
  if (viewStore.getState().sheet === 'palette') openSheet(null);
  return id;
}

/** With the keyboard, what was just added is where one goes on: to connect it, to name it, to move it. */
function focusWhenDrawn(id: string): void {
  requestAnimationFrame(() =>
    requestAnimationFrame(() => document.querySelector<HTMLElement>(`[data-card="${id}"]`)?.focus()),
  );
}

/** Kinds by category, in the registry's order; the best fits first while searching. */
function groupsFor(query: string): { title: string; kinds: readonly Kind[] }[] {
  if (query.trim() !== '') {
    const found = search(query, KINDS, ({ title, category, summary }) => [title, category, summary]);
    return found.length > 0 ? [{ title: '', kinds: found }] : [];
  }
  return CATEGORIES.map((title) => ({ title, kinds: KINDS.filter(({ category }) => category === title) })).filter(
    ({ kinds }) => kinds.length > 0,
  );
}

/** What can be put on the canvas. `rail`: icons alone. */
export function Palette({ rail = false }: { rail?: boolean }) {
  const [query, setQuery] = useState('');
  const list = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const groups = groupsFor(rail ? '' : query);
  const first = groups[0]?.kinds[0];

  const addAndGoOn = (kind: Kind, byKeys: boolean): void => {
    const id = add(kind);
    if (byKeys) focusWhenDrawn(id);
    setQuery('');
  };

  const buttons = (): HTMLButtonElement[] => [
    ...(list.current?.querySelectorAll<HTMLButtonElement>('.palette-item') ?? []),
  ];
  /** Arrows walk through the list as through one; up from the first leads back to the field. */
  const walk = (event: KeyboardEvent): void => {
    const move = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (move === 0) return;
    event.preventDefault();
    const all = buttons();
    const at = all.indexOf(document.activeElement as HTMLButtonElement) + move;
    if (at < 0) field.current?.focus();
    else all[Math.min(at, all.length - 1)]?.focus();
  };
  const onFieldKey = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && first) {
      addAndGoOn(first, true);
    } else if (event.key === 'Escape' && query !== '') setQuery('');
    else if (event.key === 'Escape') field.current?.blur();
    else return;
    event.preventDefault();
  };

  return (
    <div className={rail ? 'palette is-rail' : 'palette'} onKeyDown={walk}>
      {!rail && (
        <div className="palette-search">
          <Search size={15} aria-hidden="true" />
          <input
            ref={field}
            id={PALETTE_SEARCH_ID}
            type="search"
            className="text-input"
            placeholder="Search"
            aria-label="Search components to add"
            aria-description="Enter adds the first one, the arrow keys walk through the list"
            autoComplete="off"
            spellCheck={false}
            value={query}
            onChange={(event) => setQuery(event.currentTarget.value)}
            onKeyDown={onFieldKey}
          />
          {query === '' && (
            <kbd className="key" aria-hidden="true">
              N
            </kbd>
          )}
        </div>
      )}
      <div className="palette-list" ref={list}>
        {groups.map(({ title, kinds }) => (
          <section key={title} aria-label={title === '' ? 'Found' : title}>
            {title !== '' && <h2 className="palette-group">{title}</h2>}
            <ul>
              {kinds.map((kind) => (
                <li key={kind.id}>
                  <PaletteItem
                    kind={kind}
                    rail={rail}
                    first={query !== '' && kind === first}
                    onAdd={(byKeys) => addAndGoOn(kind, byKeys)}
                  />
                  {!rail && (
                    // With the keyboard the reference is a command; here it would double the way through the list.
                    <button
                      type="button"
                      className="palette-about"
                      tabIndex={-1}
                      aria-label={`About ${kind.title}`}
                      data-tip={`About ${kind.title}: what it models, settings, sources`}
                      data-tip-side="right"
                      onClick={() => openReference(kind.id)}
                    >
                      <CircleHelp size={14} aria-hidden="true" />
                    </button>
                  )}
                </li>
              ))}
            </ul>
          </section>
        ))}
        {groups.length === 0 && (
          <p className="palette-none">
            Nothing is called that.
            <button type="button" className="button is-quiet" onClick={() => setQuery('')}>
              Show all
            </button>
          </p>
        )}
      </div>
    </div>
  );
}

interface PaletteItemProps {
  kind: Kind;
  rail: boolean;
  /** Enter in the search field adds it. */
  first: boolean;
  /** `byKeys`: with the keyboard rather than a pointer. */
  onAdd(byKeys: boolean): void;
}

function PaletteItem({ kind, rail, first, onAdd }: PaletteItemProps) {
  const placing = useView((view) => view.placing === kind.id);
  const drag = useDragOut(kind.id);
  const classes = ['palette-item', placing ? 'is-placing' : '', first ? 'is-first' : ''].filter((name) => name !== '');
  return (
    <button
      type="button"
      className={classes.join(' ')}
      aria-label={rail ? `Add ${kind.title}` : undefined}
      data-tip={rail ? `${kind.title}\n${kind.summary}` : kind.summary}
      data-tip-side="right"
      onClick={(event) => {
        if (!drag.justDragged()) onAdd(event.detail === 0);
      }}
      onPointerDown={drag.start}
    >
      <KindIcon kind={kind.id} />
      {!rail && <span>{kind.title}</span>}
    </button>
  );
}
