import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { Keys } from '../shared/keys-view';

/**
 * One tooltip for the whole page: whatever has `data-tip` gets one, on hover after a moment and on keyboard focus at
 * once. It can be hovered, Escape closes it (WCAG 1.4.13), and it repeats or extends a name that is there anyway. A
 * component per tooltip would cost 30 kB of the first load and a listener for each button.
 */
interface Shown {
  readonly target: Element;
  readonly text: string;
  readonly keys: string | null;
}

const DELAY_MS = 450;
/** Having just read one, people want the next at once. */
const WARM_MS = 400;
const GAP = 8;

export function TooltipLayer() {
  const [shown, setShown] = useState<Shown | null>(null);
  const box = useRef<HTMLDivElement>(null);

  useEffect(() => followPointerAndFocus(setShown), []);
  useLayoutEffect(() => {
    if (shown && box.current) place(box.current, shown.target);
  }, [shown]);

  if (!shown) return null;
  return (
    <div className="tooltip" role="tooltip" ref={box}>
      {shown.text}
      {shown.keys !== null && <Keys keys={shown.keys} />}
    </div>
  );
}

/** Towards the middle of the window, where it covers no neighbour; beside its target where `data-tip-side` says so. */
function place(box: HTMLElement, target: Element): void {
  const anchor = target.getBoundingClientRect();
  const { width, height } = box.getBoundingClientRect();
  if (target.getAttribute('data-tip-side') === 'right' && anchor.right + GAP + width <= innerWidth) {
    box.style.left = `${Math.round(anchor.right + GAP)}px`;
    box.style.top = `${Math.round(Math.max(4, Math.min(anchor.top + (anchor.height - height) / 2, innerHeight - height - 4)))}px`;
    return;
  }
  const below = anchor.bottom < innerHeight / 2;
  const left = anchor.left + anchor.width / 2 - width / 2;
  box.style.left = `${Math.round(Math.max(6, Math.min(left, innerWidth - width - 6)))}px`;
  box.style.top = `${Math.round(below ? anchor.bottom + GAP : Math.max(4, anchor.top - GAP - height))}px`;
}

function followPointerAndFocus(show: (shown: Shown | null) => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let target: Element | null = null;
  let hiddenAt = -Infinity;

  const open = (element: Element): void => {
    const text = element.getAttribute('data-tip');
    if (text === null || text === '' || !element.isConnected) return;
    show({ target: element, text, keys: element.getAttribute('data-tip-keys') });
  };
  const close = (): void => {
    clearTimeout(timer);
    if (target) hiddenAt = performance.now();
    target = null;
    show(null);
  };
  const over = (event: PointerEvent): void => {
    // While a button is down something is being dragged: nothing may cover it.
    if (event.pointerType === 'touch' || event.buttons !== 0 || !(event.target instanceof Element)) return;
    if (event.target.closest('.tooltip')) return;
    const next = event.target.closest('[data-tip]');
    if (next === target) return;
    if (target) close();
    if (!next) return;
    target = next;
    timer = setTimeout(() => open(next), performance.now() - hiddenAt < WARM_MS ? 0 : DELAY_MS);
  };
  const focus = (event: FocusEvent): void => {
    if (!(event.target instanceof Element) || !event.target.matches('[data-tip]:focus-visible')) return;
    close();
    target = event.target;
    open(event.target);
  };
  const key = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') close();
  };

  const listeners = new AbortController();
  const { signal } = listeners;
  document.addEventListener('pointerover', over, { signal });
  document.addEventListener('pointerdown', close, { signal });
  document.addEventListener('focusin', focus, { signal });
  document.addEventListener('focusout', close, { signal });
  document.addEventListener('keydown', key, { signal });
  document.documentElement.addEventListener('pointerleave', close, { signal });
  addEventListener('scroll', close, { signal, capture: true, passive: true });
  return () => {
    clearTimeout(timer);
    listeners.abort();
  };
}
