/** The keyboard: one listener that finds the command of a key press. */
import { viewStore } from '../../store/view-store';
import { takeEarlyKeys } from '../app/early-keys';
import { pasteText } from './clipboard';
import { type Command, isPossible } from './command';
import { COMMANDS } from './command-table';
import { isSingleKey, matchesKeys } from './keys';

/** Inputs that take no text keep single letters free for commands. */
const TEXTLESS = new Set(['range', 'checkbox', 'radio', 'button', 'submit', 'reset', 'file', 'color']);

function isField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.matches('textarea, select')) return true;
  return target instanceof HTMLInputElement && !TEXTLESS.has(target.type);
}

/** Controls that give arrows, Delete or Enter a meaning of their own. */
const KEEPS_ARROWS =
  'input, [role="slider"], [role="tab"], [role="radio"], [role="grid"], [role="listbox"], table, .palette';

/** A dialog, menu or list is on the screen; one that waits hidden in the page does not count. */
function popupIsOpen(): boolean {
  if (viewStore.getState().dialog !== null) return true;
  const popups = document.querySelectorAll('[role="dialog"], [role="menu"], [role="listbox"]');
  return [...popups].some((popup) => popup.getClientRects().length > 0);
}

export function commandFor(event: KeyboardEvent): Command | undefined {
  if (event.isComposing || popupIsOpen() || isField(event.target)) return undefined;
  const { letterShortcuts } = viewStore.getState();
  const keepsArrows = event.target instanceof Element && event.target.closest(KEEPS_ARROWS) !== null;
  return COMMANDS.find(
    (command) =>
      !command.handledElsewhere &&
      command.keys?.some((keys) => {
        if (isSingleKey(keys) && !letterShortcuts) return false;
        if (keepsArrows && keys.startsWith('Arrow')) return false;
        return matchesKeys(keys, event);
      }) === true &&
      isPossible(command),
  );
}

function press(event: KeyboardEvent): void {
  if (!event.defaultPrevented) obey(event);
}

function obey(event: KeyboardEvent): void {
  const command = commandFor(event);
  if (!command) return;
  // Text that is selected on the page is what the user wants to copy.
  if (command.id === 'copy' && String(getSelection() ?? '') !== '') return;
  event.preventDefault();
  void command.run();
}

function paste(event: ClipboardEvent): void {
  if (event.defaultPrevented || popupIsOpen() || isField(event.target)) return;
  event.preventDefault();
  void pasteText(event.clipboardData?.getData('text/plain') ?? '');
}

/** Starts listening. Returns how to stop. */
export function listenToKeyboard(): () => void {
  const listeners = new AbortController();
  const { signal } = listeners;
  addEventListener('keydown', press, { signal });
  document.addEventListener('paste', paste, { signal });
  for (const event of takeEarlyKeys()) obey(event);
  return () => listeners.abort();
}
