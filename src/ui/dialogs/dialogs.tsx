import { type ComponentType, Component, lazy, type ReactNode, Suspense } from 'react';
import { type DialogId, notify, openDialog } from '../../store/view-store';
import { useView } from '../hooks/use-stores';

/** Every dialog is loaded when it is first asked for. */
const DIALOGS: Readonly<Record<DialogId, ComponentType>> = {
  gallery: lazy(async () => ({ default: (await import('./gallery')).Gallery })),
  share: lazy(async () => ({ default: (await import('./share')).Share })),
  shortcuts: lazy(async () => ({ default: (await import('./shortcuts')).Shortcuts })),
  'command-palette': lazy(async () => ({ default: (await import('./command-palette')).CommandPalette })),
  outline: lazy(async () => ({ default: (await import('./outline')).Outline })),
  honesty: lazy(async () => ({ default: (await import('./honesty')).Honesty })),
  reference: lazy(async () => ({ default: (await import('./reference')).Reference })),
  history: lazy(async () => ({ default: (await import('./history')).History })),
  about: lazy(async () => ({ default: (await import('./about')).About })),
};

/** A part that cannot be loaded (offline, or the site has a newer version) must not take the page with it. */
class LoadGuard extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override componentDidCatch(): void {
    openDialog(null);
    notify('problem', 'This part could not be loaded. Your work is kept: reload the page when you are online.');
  }

  override render(): ReactNode {
    return this.state.failed ? null : this.props.children;
  }
}

export function Dialogs() {
  const id = useView((view) => view.dialog);
  if (id === null) return null;
  const Dialog = DIALOGS[id];
  return (
    <LoadGuard key={id}>
      <Suspense fallback={null}>
        <Dialog />
      </Suspense>
    </LoadGuard>
  );
}
