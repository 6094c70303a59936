import { Popover } from '@base-ui/react/popover';
import type { ReactNode } from 'react';
import { followOpening, type PopupProps } from '../shared/lazy-popup';
import './popups.css';

interface AnchoredPopupProps extends PopupProps {
  title: string;
  className: string;
  children: ReactNode;
}

/** A small window below a button of the bar. */
export function AnchoredPopup({ title, className, children, ...popup }: AnchoredPopupProps) {
  return (
    <Popover.Root open={popup.open} onOpenChange={followOpening(popup)}>
      <Popover.Portal>
        <Popover.Positioner
          anchor={popup.anchor}
          side="bottom"
          align="center"
          sideOffset={8}
          collisionPadding={8}
          className="popup-positioner"
        >
          <Popover.Popup className={`popup ${className}`}>
            <Popover.Title className="popup-title">{title}</Popover.Title>
            {children}
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
