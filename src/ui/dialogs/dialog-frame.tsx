import { Dialog } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import { type ReactNode, type RefObject, useRef } from 'react';
import { openDialog } from '../../store/view-store';
import { IconButton } from '../shared/icon-button';
import './dialogs.css';

interface DialogFrameProps {
  readonly title: string;
  /** One sentence under the title. */
  readonly intro?: ReactNode;
  readonly size?: 'small' | 'medium' | 'large';
  /** Beside the title. */
  readonly aside?: ReactNode;
  readonly initialFocus?: RefObject<HTMLElement | null>;
  readonly children: ReactNode;
}

/** A modal dialog: titled, focus kept inside, closed by Escape, its button or a press outside. */
export function DialogFrame({ title, intro, size = 'medium', aside, initialFocus, children }: DialogFrameProps) {
  // Reading begins at the title, not at the button that closes.
  const heading = useRef<HTMLHeadingElement>(null);
  return (
    <Dialog.Root
      open
      onOpenChange={(open) => {
        if (!open) openDialog(null);
      }}
    >
      <Dialog.Portal>
        <Dialog.Backdrop className="dialog-backdrop" />
        <Dialog.Popup className={`dialog is-${size}`} initialFocus={initialFocus ?? heading}>
          <div className="dialog-head">
            <Dialog.Title ref={heading} tabIndex={-1} className="dialog-title">
              {title}
            </Dialog.Title>
            {aside}
            <Dialog.Close render={<IconButton icon={X} label="Close" tip="" />} />
          </div>
          {intro !== undefined && <Dialog.Description className="dialog-intro">{intro}</Dialog.Description>}
          <div className="dialog-body">{children}</div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
