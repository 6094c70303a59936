/** What keys do while the focus is on the canvas. Everything the pointer can do has a key here or an item in the menu. */
import { documentStore, endGesture, moveComponents, removeParts } from '../../store/document-store';
import { select, viewStore } from '../../store/view-store';
import { renaming } from './canvas-state';
import { cancelConnecting, finishConnecting, startConnecting } from './connecting';
import { GRID } from './grid';
import { cancelPlacing } from './placing';
import { focusTarget, partOf, tabOrder } from './tab-order';
import { reveal } from './view-commands';

const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** Handles a key pressed anywhere on the canvas; prevents its default when it meant something. */
export function canvasKey(event: KeyboardEvent, section: HTMLElement): void {
  const target = event.target as HTMLElement;
  if (event.defaultPrevented || target.closest('input, textarea, select, button, a, [role="menu"]')) return;
  if (handle(event, partOf(target), section)) event.preventDefault();
}

function handle(event: KeyboardEvent, part: string | null, section: HTMLElement): boolean {
  const { key } = event;
  if (key === 'Tab') return part !== null && moveFocus(part, event.shiftKey ? -1 : 1, section);
  if (key === 'Escape') return escape();
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  if (key === 'Delete' || key === 'Backspace') return removeSelected(part);
  if (key in ARROWS) return arrow(ARROWS[key]!, event.shiftKey, part);
  if (key === 'F2') return rename(part);
  if (part === null) return false;
  if (key === 'Enter' || key === ' ') return choose(part, event.shiftKey);
  if (key === 'ContextMenu' || (key === 'F10' && event.shiftKey)) return openMenu(part);
  if (key.toLowerCase() === 'c' && viewStore.getState().letterShortcuts) return startConnecting(part);
  return false;
}

function isComponent(id: string): boolean {
  return documentStore.getState().scenario.components.some((component) => component.id === id);
}

function moveFocus(from: string, step: 1 | -1, section: HTMLElement): boolean {
  const { connectingFrom } = viewStore.getState();
  const order = tabOrder(documentStore.getState().scenario, connectingFrom);
  const at = order.indexOf(from);
  // The source of a connection being drawn is not in the list: the way leads to its first or last target.
  const to = at < 0 ? (step > 0 ? order[0] : order.at(-1)) : order[at + step];
  if (to !== undefined) {
    focusTarget(to)?.focus();
    if (isComponent(to)) reveal(to);
    return true;
  }
  if (connectingFrom !== null) cancelConnecting();
  // From either edge of the canvas the browser goes on by itself.
  section.querySelector<HTMLElement>(step > 0 ? '.canvas-end' : '.canvas-start')?.focus();
  return false;
}

function escape(): boolean {
  const { connectingFrom, placing, selection } = viewStore.getState();
  if (placing !== null) cancelPlacing();
  else if (connectingFrom !== null) {
    cancelConnecting();
    focusTarget(connectingFrom)?.focus();
  } else if (selection.size > 0) select([]);
  else return false;
  return true;
}

/** Deletes what is selected, or what has the focus when nothing is. */
function removeSelected(part: string | null): boolean {
  const { selection } = viewStore.getState();
  const ids = selection.size > 0 ? selection : new Set(part === null ? [] : [part]);
  if (ids.size === 0) return false;
  const order = tabOrder(documentStore.getState().scenario, null);
  const at = part === null ? -1 : order.indexOf(part);
  endGesture();
  removeParts(ids);
  select([]);
  // The focus goes to what came before, or it would be lost.
  const left = new Set(tabOrder(documentStore.getState().scenario, null));
  const next =
    at < 0 ? undefined : (order.slice(0, at).findLast((id) => left.has(id)) ?? order.find((id) => left.has(id)));
  requestAnimationFrame(() =>
    (next === undefined ? document.querySelector<HTMLElement>('.canvas') : focusTarget(next))?.focus(),
  );
  return true;
}

/** Moves of one burst are one step; a pause ends it. */
const BURST_MS = 800;
let burst: ReturnType<typeof setTimeout> | undefined;

function arrow([dx, dy]: readonly [number, number], far: boolean, part: string | null): boolean {
  const { selection, snap, connectingFrom } = viewStore.getState();
  if (connectingFrom !== null && part !== null) {
    moveFocus(part, dx + dy > 0 ? 1 : -1, document.querySelector<HTMLElement>('.canvas')!);
    return true;
  }
  const { components } = documentStore.getState().scenario;
  const chosen = components.filter(({ id }) => selection.has(id));
  const moved = chosen.length > 0 ? chosen : components.filter(({ id }) => id === part);
  if (moved.length === 0) return false;
  const unit = (snap ? GRID : 4) * (far ? 5 : 1);
  moveComponents(new Map(moved.map(({ id, x, y }) => [id, { x: x + dx * unit, y: y + dy * unit }])), 'nudge');
  clearTimeout(burst);
  burst = setTimeout(endGesture, BURST_MS);
  return true;
}

function rename(part: string | null): boolean {
  const { selection } = viewStore.getState();
  const id = part ?? [...selection].find(isComponent);
  if (id === undefined || !isComponent(id)) return false;
  renaming.set(id);
  return true;
}

function choose(part: string, add: boolean): boolean {
  const { connectingFrom, selection } = viewStore.getState();
  if (connectingFrom !== null) {
    if (isComponent(part)) finishConnecting(connectingFrom, part);
    return true;
  }
  if (!add) select([part]);
  else select(selection.has(part) ? [...selection].filter((id) => id !== part) : [...selection, part]);
  return true;
}

/** The keyboard's way to the context menu, the same in every browser. */
function openMenu(part: string): boolean {
  const element = focusTarget(part);
  const box = element?.getBoundingClientRect();
  if (!element || !box) return false;
  const x = Math.min(box.right, box.left + 30);
  const y = Math.min(box.bottom, box.top + 34);
  element.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true, clientX: x, clientY: y }));
  return true;
}
