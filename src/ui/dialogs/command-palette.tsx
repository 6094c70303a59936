import { Dialog } from '@base-ui/react/dialog';
import { Search } from 'lucide-react';
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { documentStore } from '../../store/document-store';
import { openDialog, select } from '../../store/view-store';
import { type Command, isPossible, titleOf } from '../commands/command';
import { COMMANDS } from '../commands/command-table';
import { search } from '../commands/search-commands';
import { Keys } from '../shared/keys-view';
import { faultActions } from '../canvas/fault-actions';
import './dialogs.css';
import './command-palette.css';

interface Entry {
  readonly id: string;
  readonly title: string;
  readonly group: string;
  readonly words: string;
  readonly keys: string | undefined;
  run(): void;
}

function fromCommand(command: Command): Entry {
  const { id, group, words = '' } = command;
  return { id, title: titleOf(command), group, words, keys: command.keys?.[0], run: () => void command.run() };
}

/** What is possible now, and the components to go to. */
function entriesNow(): Entry[] {
  const commands = COMMANDS.filter(
    // Faults are listed for every component instead.
    (command) => command.id !== 'command-palette' && command.group !== 'Break it' && isPossible(command),
  ).map(fromCommand);
  const places = documentStore.getState().scenario.components.map(({ id, label }): Entry => ({
    id: `go-${id}`,
    title: `Select ${label}`,
    group: 'Component',
    words: 'go to find',
    keys: undefined,
    run: () => select([id]),
  }));
  return [...commands, ...places, ...faultsNow()];
}

/** Every fault of every component, selected or not: "Crash Server 2". */
function faultsNow(): Entry[] {
  return documentStore.getState().scenario.components.flatMap(({ id, label }) =>
    faultActions(id).map((action): Entry => ({
      id: `${id}-${action.fault.id}`,
      title: `${action.label}: ${label}`,
      group: 'Break it',
      words: `break fault ${action.fault.help}`,
      keys: undefined,
      run: () => action.run(),
    })),
  );
}

/** Before anything is typed, what people most often look for. */
const FIRST = ['play', 'restart', 'add', 'gallery', 'new', 'share', 'save-file', 'fit-all', 'outline', 'shortcuts'];

function found(query: string, entries: readonly Entry[]): readonly Entry[] {
  if (query.trim() !== '') return search(query, entries, ({ title, group, words }) => [title, words, group]);
  const first = FIRST.flatMap((id) => entries.find((entry) => entry.id === id) ?? []);
  return [...first, ...entries.filter((entry) => !first.includes(entry))];
}

/** Everything the app can do, by name. */
export function CommandPalette() {
  const [entries] = useState(entriesNow);
  const [query, setQuery] = useState('');
  const [at, setAt] = useState(0);
  const field = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLUListElement>(null);
  const listId = useId();
  const shown = found(query, entries);
  const active = shown[Math.min(at, shown.length - 1)];

  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [at, query]);

  const run = (entry: Entry): void => {
    openDialog(null);
    // The dialog gives the focus back first; a command may want to put it elsewhere.
    setTimeout(() => entry.run());
  };
  const onKey = (event: KeyboardEvent): void => {
    const last = shown.length - 1;
    if (event.key === 'ArrowDown') setAt(at >= last ? 0 : at + 1);
    else if (event.key === 'ArrowUp') setAt(at <= 0 ? last : at - 1);
    else if (event.key === 'PageDown') setAt(Math.min(last, at + 8));
    else if (event.key === 'PageUp') setAt(Math.max(0, at - 8));
    else if (event.key === 'Enter' && active) run(active);
    else return;
    event.preventDefault();
  };

  return (
    <Dialog.Root
      open
      onOpenChange={(open) => {
        if (!open) openDialog(null);
      }}
    >
      <Dialog.Portal>
        <Dialog.Backdrop className="dialog-backdrop" />
        <Dialog.Popup className="dialog command-palette" initialFocus={field}>
          <Dialog.Title className="visually-hidden">Find a command</Dialog.Title>
          <div className="command-search">
            <Search size={17} aria-hidden="true" />
            <input
              ref={field}
              type="text"
              role="combobox"
              aria-label="Find a command"
              aria-expanded="true"
              aria-controls={listId}
              aria-activedescendant={active ? `${listId}-${active.id}` : undefined}
              placeholder="What do you want to do?"
              autoComplete="off"
              spellCheck={false}
              value={query}
              onChange={(event) => {
                setQuery(event.currentTarget.value);
                setAt(0);
              }}
              onKeyDown={onKey}
            />
            <kbd className="key" aria-hidden="true">
              Esc
            </kbd>
          </div>
          <ul className="command-list" role="listbox" id={listId} aria-label="Commands" ref={list}>
            {shown.map((entry) => (
              <li
                key={entry.id}
                id={`${listId}-${entry.id}`}
                role="option"
                aria-selected={entry === active}
                onPointerMove={() => {
                  if (entry !== active) setAt(shown.indexOf(entry));
                }}
                onClick={() => run(entry)}
              >
                <span className="command-title">{entry.title}</span>
                <span className="command-group">{entry.group}</span>
                {entry.keys !== undefined && <Keys keys={entry.keys} />}
              </li>
            ))}
          </ul>
          {shown.length === 0 && (
            <p className="command-none">No command is called that. Try another word, such as “speed” or “crash”.</p>
          )}
          <p className="visually-hidden" role="status">
            {query === '' ? '' : `${shown.length} found`}
          </p>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
