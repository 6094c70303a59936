import { type ReactNode, type RefObject, Suspense } from 'react';

/** What a popup that is loaded on demand needs to know of its button. */
export interface PopupProps {
  readonly anchor: RefObject<HTMLElement | null>;
  readonly open: boolean;
  onOpenChange(open: boolean): void;
}

/** Base UI's account of why a popup closes, as far as we look at it. */
interface ClosingDetails {
  readonly reason: string;
  readonly event: Event;
  cancel(): void;
}

/**
 * For `onOpenChange` of a popup whose button opens and closes it by itself: pressing the button is not pressing outside,
 * or the popup would close and open again.
 */
export function followOpening({ anchor, onOpenChange }: PopupProps) {
  return (open: boolean, details: ClosingDetails): void => {
    if (!open && details.reason === 'outside-press' && anchor.current?.contains(details.event.target as Node)) {
      details.cancel();
      return;
    }
    onOpenChange(open);
    // Base UI returns the focus to triggers it knows; ours it does not.
    if (!open && details.reason !== 'outside-press') anchor.current?.focus();
  };
}

/** A place for a popup that arrives later. */
export function LazyPopup({ children }: { children: ReactNode }) {
  return <Suspense fallback={null}>{children}</Suspense>;
}
