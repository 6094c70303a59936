/**
 * Keys pressed before the commands have been loaded. The first load is kept small, so on a slow line the page is there
 * a moment before its shortcuts; what was pressed in that moment is kept and done when they come.
 */
const kept: KeyboardEvent[] = [];

/** The browser's own dialogs for these would open before we could say no. */
const OPENS_A_DIALOG = new Set(['o', 's']);

function keep(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return;
  if ((event.ctrlKey || event.metaKey) && OPENS_A_DIALOG.has(event.key.toLowerCase())) event.preventDefault();
  kept.push(event);
}

/** Starts keeping. Call once, before the first render. */
export function keepEarlyKeys(): void {
  addEventListener('keydown', keep);
}

/** Stops keeping and hands over what was pressed, in order. */
export function takeEarlyKeys(): KeyboardEvent[] {
  removeEventListener('keydown', keep);
  return kept.splice(0);
}
