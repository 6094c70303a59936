import { CircleHelp, Search } from 'lucide-react';
import { type KeyboardEvent, useRef, useState } from 'react';
import { CATEGORIES } from '../../kinds/kind';
import { KINDS } from '../../kinds/registry';
import { openReference, openSheet, viewStore } from '../../store/view-store';
import { placeInCentre } from '../canvas/placing';
import { placeAround } from '../canvas/placing-places';
import { search } from '../commands/search-commands';
import { useView } from '../hooks/use-stores';
import { KindIcon } from '../shared/kind-icon';
import { PLACE_ENTRIES, PLACE_GROUP, placeEntry } from '../shared/placeable';
import { PALETTE_SEARCH_ID } from './palette-search-id';
import { useDragOut } from './use-drag-out';
import './palette.css';

/** A kind or a sort of place. */
interface Entry {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
}

/** Words a search finds an entry by, besides its own. */
const SEARCHED: readonly (readonly [Entry, string])[] = [
  ...KINDS.map((kind) => [kind, kind.category] as const),
  ...PLACE_ENTRIES.map((entry) => [entry, `${PLACE_GROUP} availability container group distance`] as const),
];

/** Page of the reference about places. */
const PLACE_TOPIC = 'places';

function add({ id: entry }: Entry): string {
  const place = placeEntry(entry);
  const id = place ? placeAround(place.id) : placeInCentre(entry);
  // On a phone the palette covers what was just added.
  if (viewStore.getState().sheet === 'palette') openSheet(null);
  return id;
}

/** With the keyboard, what was just added is where one goes on: to connect it, to name it, to move it. */
function focusWhenDrawn(id: string): void {
  requestAnimationFrame(() =>
    requestAnimationFrame(() =>
      document.querySelector<HTMLElement>(`[data-card="${id}"], [data-place="${id}"]`)?.focus(),
    ),
  );
}

/** Kinds by category, in the registry's order, then places; the best fits first while searching. */
function groupsFor(query: string): { title: string; entries: readonly Entry[] }[] {
  if (query.trim() !== '') {
    const found = search(query, SEARCHED, ([{ title, summary }, words]) => [title, words, summary]);
    return found.length > 0 ? [{ title: '', entries: found.map(([entry]) => entry) }] : [];
  }
  const groups: { title: string; entries: readonly Entry[] }[] = CATEGORIES.map((title) => ({
    title,
    entries: KINDS.filter(({ category }) => category === title),
  }));
  return [...groups.filter(({ entries }) => entries.length > 0), { title: PLACE_GROUP, entries: PLACE_ENTRIES }];
}

/** What can be put on the canvas. `rail`: icons alone. */
export function Palette({ rail = false }: { rail?: boolean }) {
  const [query, setQuery] = useState('');
  const list = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const groups = groupsFor(rail ? '' : query);
  const first = groups[0]?.entries[0];

  const addAndGoOn = (entry: Entry, byKeys: boolean): void => {
    const id = add(entry);
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
        {groups.map(({ title, entries }) => (
          <section key={title} aria-label={title === '' ? 'Found' : title}>
            {title !== '' && <h2 className="palette-group">{title}</h2>}
            <ul>
              {entries.map((entry) => (
                <li key={entry.id}>
                  <PaletteItem
                    entry={entry}
                    rail={rail}
                    first={query !== '' && entry === first}
                    onAdd={(byKeys) => addAndGoOn(entry, byKeys)}
                  />
                  {!rail && (
                    // With the keyboard the reference is a command; here it would double the way through the list.
                    <button
                      type="button"
                      className="palette-about"
                      tabIndex={-1}
                      aria-label={`About ${entry.title}`}
                      data-tip={`About ${entry.title}: what it models, settings, sources`}
                      data-tip-side="right"
                      onClick={() => openReference(placeEntry(entry.id) ? PLACE_TOPIC : entry.id)}
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
  entry: Entry;
  rail: boolean;
  /** Enter in the search field adds it. */
  first: boolean;
  /** `byKeys`: with the keyboard rather than a pointer. */
  onAdd(byKeys: boolean): void;
}

function PaletteItem({ entry, rail, first, onAdd }: PaletteItemProps) {
  const placing = useView((view) => view.placing === entry.id);
  const drag = useDragOut(entry.id);
  const classes = ['palette-item', placing ? 'is-placing' : '', first ? 'is-first' : ''].filter((name) => name !== '');
  return (
    <button
      type="button"
      className={classes.join(' ')}
      aria-label={rail ? `Add ${entry.title}` : undefined}
      data-tip={rail ? `${entry.title}\n${entry.summary}` : entry.summary}
      data-tip-side="right"
      onClick={(event) => {
        if (!drag.justDragged()) onAdd(event.detail === 0);
      }}
      onPointerDown={drag.start}
    >
      <KindIcon kind={entry.id} />
      {!rail && <span>{entry.title}</span>}
    </button>
  );
}
