import { COMMAND_GROUPS, type Command, titleOf } from '../commands/command';
import { COMMANDS } from '../commands/command-table';
import { viewStore } from '../../store/view-store';
import { useView } from '../hooks/use-stores';
import { Keys } from '../shared/keys-view';
import { DialogFrame } from './dialog-frame';
import './shortcuts.css';

/** Four arrows are one line. */
const NUDGES = /^nudge-/;

const MOUSE: readonly (readonly [string, string])[] = [
  ['Drag from a component’s edge', 'connect it'],
  ['Space and drag, or the wheel', 'move the view'],
  ['Ctrl and wheel, or pinch', 'zoom'],
  ['Drag on the empty canvas', 'select an area'],
  ['Right click, or a long press', 'what can be done here'],
];

function shownTitle(command: Command): string {
  if (NUDGES.test(command.id)) return 'Move what is selected';
  return command.id === 'undo'
    ? 'Undo'
    : command.id === 'redo'
      ? 'Redo'
      : command.id === 'play'
        ? 'Play or pause'
        : titleOf(command);
}

function shownKeys(command: Command): readonly string[] {
  return NUDGES.test(command.id) ? ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight'] : (command.keys ?? []);
}

/** All shortcuts, read from the table the keyboard uses. */
export function Shortcuts() {
  const letters = useView((view) => view.letterShortcuts);
  const commands = COMMANDS.filter(({ id, keys }) => keys && (!NUDGES.test(id) || id === 'nudge-Up'));
  return (
    <DialogFrame title="Keyboard shortcuts" size="large">
      <label className="letters-switch">
        <input
          type="checkbox"
          checked={letters}
          onChange={(event) => viewStore.setState({ letterShortcuts: event.currentTarget.checked })}
        />
        <span>
          <b>Single keys</b> such as P or . work as shortcuts. Switch them off if you speak your input, or press keys by
          accident.
        </span>
      </label>
      <div className="shortcut-columns">
        {COMMAND_GROUPS.map((group) => {
          const entries = commands.filter((command) => command.group === group);
          if (entries.length === 0) return null;
          return (
            <section key={group} aria-label={group}>
              <h3>{group}</h3>
              <dl>
                {entries.map((command) => (
                  <div key={command.id} className="shortcut">
                    <dt>{shownTitle(command)}</dt>
                    <dd>
                      {shownKeys(command).map((keys) => (
                        <span key={keys} className={!letters && keys.length === 1 ? 'is-off' : undefined}>
                          <Keys keys={keys} />
                        </span>
                      ))}
                    </dd>
                  </div>
                ))}
              </dl>
            </section>
          );
        })}
        <section aria-label="On the canvas">
          <h3>On the canvas</h3>
          <dl>
            {MOUSE.map(([gesture, effect]) => (
              <div key={gesture} className="shortcut">
                <dt>{gesture}</dt>
                <dd className="shortcut-effect">{effect}</dd>
              </div>
            ))}
          </dl>
        </section>
      </div>
    </DialogFrame>
  );
}
