import type { MouseEvent, TouchEvent } from 'react';
import { select, viewStore } from '../../store/view-store';
import { menu } from './canvas-state';
import { partOf } from './tab-order';

const LONG_PRESS_MS = 500;
const STILL_PX = 10;

/** Opens the menu for whatever lies there; an unselected part is selected, so that menu and inspector agree. */
function openMenu(target: EventTarget, x: number, y: number): void {
  const part = partOf(target);
  if (part !== null && !viewStore.getState().selection.has(part)) select([part]);
  menu.set({ part, x, y });
}

let timer: ReturnType<typeof setTimeout> | undefined;
let from = { x: 0, y: 0 };
/** A finger is down, and when the last one was lifted. */
let touching = false;
let liftedAt = -Infinity;
/** What browsers make of a lifted finger (a click, a press outside the menu) comes within this time. */
const AFTERMATH_MS = 400;

function stop(): void {
  clearTimeout(timer);
}

function lift(): void {
  stop();
  if (touching) liftedAt = performance.now();
  touching = false;
}

/** Whether the finger that opened the menu is still down or just lifted: that closes nothing. */
export function isOpeningTouch(): boolean {
  return touching || performance.now() - liftedAt < AFTERMATH_MS;
}

/**
 * Right click, the menu key, and a long press where the system does not make a right click of it (iOS). Touches are heard
 * on their way down, because dragging a card keeps them to itself.
 */
export const menuGestures = {
  onContextMenu(event: MouseEvent): void {
    stop();
    if ((event.target as Element).closest('input, .canvas-control')) return;
    event.preventDefault();
    openMenu(event.target, event.clientX, event.clientY);
  },
  onTouchStartCapture(event: TouchEvent): void {
    stop();
    touching = menu.get() === null;
    const touch = event.touches[0];
    const { target } = event;
    if (!touch || event.touches.length > 1) return;
    if ((target as Element).closest('input, .canvas-control, .card-port')) return;
    from = { x: touch.clientX, y: touch.clientY };
    timer = setTimeout(() => {
      if (menu.get() === null) openMenu(target, from.x, from.y);
    }, LONG_PRESS_MS);
  },
  onTouchMoveCapture(event: TouchEvent): void {
    const touch = event.touches[0];
    if (!touch || Math.hypot(touch.clientX - from.x, touch.clientY - from.y) > STILL_PX) stop();
  },
  onTouchEndCapture: lift,
  onTouchCancelCapture: lift,
};
