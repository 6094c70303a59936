import { X } from 'lucide-react';
import { IconButton } from '../shared/icon-button';

/** The close button of a panel that lies over the canvas. */
export function CloseDrawer({ label, onClose }: { label: string; onClose(): void }) {
  return <IconButton icon={X} label={label} className="icon-button close-drawer" onClick={onClose} />;
}
