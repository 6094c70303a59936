/** The context menu of components, connections and the canvas. Loaded on demand, as all menus are. */
import { Menu } from '@base-ui/react/menu';
import {
  ClipboardPaste,
  Copy,
  Expand,
  Globe,
  type LucideIcon,
  Maximize,
  Network,
  Pencil,
  Plus,
  RotateCcw,
  Spline,
  SquareDashed,
  Trash2,
  Zap,
} from 'lucide-react';
import { type ReactNode, useMemo } from 'react';
import { documentStore, endGesture, removeParts } from '../../store/document-store';
import { select, viewStore } from '../../store/view-store';
import { isPossible } from '../commands/command';
import { commandOf } from '../commands/command-table';
import { useDocument } from '../hooks/use-stores';
import { Keys } from '../shared/keys-view';
import { menu, type MenuRequest, renaming } from './canvas-state';
import { hasPorts, meaningWords, startConnecting } from './connecting';
import { isOpeningTouch } from './menu-gestures';
import { placeAround } from './placing-places';
import { focusTarget } from './tab-order';
import { useCell } from './use-cell';
import { amountsOf } from './fault-amounts';
import { useFaultActions } from './use-fault-actions';
import { autoLayout, fitAll, fitSelection } from './view-commands';
import '../app/popups.css';

export function CanvasMenu() {
  const request = useCell(menu);
  return request === null ? null : <OpenMenu key={`${request.x} ${request.y} ${request.part}`} request={request} />;
}

function OpenMenu({ request }: { request: MenuRequest }) {
  const { part, x, y } = request;
  const scenario = useDocument((state) => state.scenario);
  const component = scenario.components.find(({ id }) => id === part);
  const connection = scenario.connections.find(({ id }) => id === part);
  const anchor = useMemo(() => ({ getBoundingClientRect: () => new DOMRect(x, y, 0, 0) }), [x, y]);
  const label = (id: string): string => scenario.components.find((other) => other.id === id)?.label ?? '';
  const place = scenario.places?.find(({ id }) => id === part);
  const title = component
    ? component.label
    : connection
      ? `${label(connection.from)} ${meaningWords(scenario, connection.id)} ${label(connection.to)}`
      : (place?.label ?? 'Canvas');
  // A field or a mode that an item has opened keeps the focus; otherwise it returns to what the menu was about.
  const focusBack = (): HTMLElement | false => {
    if (renaming.get() !== null) return false;
    const target = part === null ? document.querySelector<HTMLElement>('.canvas') : focusTarget(part);
    return (target as HTMLElement | null) ?? false;
  };
  return (
    <Menu.Root
      open
      onOpenChange={(open, details) => {
        if (open) return;
        if (details.reason === 'outside-press' && isOpeningTouch()) details.cancel();
        else menu.set(null);
      }}
      modal={false}
    >
      <Menu.Portal>
        <Menu.Positioner
          anchor={anchor}
          side="bottom"
          align="start"
          sideOffset={2}
          collisionPadding={8}
          className="popup-positioner"
        >
          <Menu.Popup className="menu-popup" aria-label={title} finalFocus={focusBack}>
            <div className="menu-label" role="presentation">
              {title}
            </div>
            {component && <ComponentItems id={component.id} kind={component.kind} />}
            {connection && <ConnectionItems id={connection.id} />}
            {place && <ConnectionItems id={place.id} />}
            {!component && !connection && !place && <CanvasItems />}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}

function Item({ icon: Icon, keys, onClick, disabled, children }: ItemProps) {
  return (
    <Menu.Item className="menu-item" onClick={onClick} disabled={disabled ?? false}>
      <Icon size={16} aria-hidden="true" />
      {children}
      {keys !== undefined && <Keys keys={keys} />}
    </Menu.Item>
  );
}

interface ItemProps {
  readonly icon: LucideIcon;
  readonly keys?: string;
  readonly disabled?: boolean;
  onClick(): void;
  readonly children: ReactNode;
}

function FaultItems({ id }: { id: string }) {
  const actions = useFaultActions(id);
  if (actions.length === 0) return null;
  return (
    <>
      {actions.map(({ fault, on, label, run }) => (
        <Item key={fault.id} icon={on ? RotateCcw : Zap} onClick={() => run()}>
          {label}
          {!on && amountsOf(fault, {}).map((amount) => ` ${amount}`)}
        </Item>
      ))}
      <Menu.Separator className="menu-separator" />
    </>
  );
}

function ComponentItems({ id, kind }: { id: string; kind: string }) {
  return (
    <>
      <FaultItems id={id} />
      {hasPorts(kind).out && (
        <Item icon={Spline} keys="C" onClick={() => startConnecting(id)}>
          Connect to…
        </Item>
      )}
      <Item icon={Pencil} keys="F2" onClick={() => renaming.set(id)}>
        Rename
      </Item>
      <Item icon={Copy} keys="Mod+D" onClick={() => void commandOf('duplicate').run()}>
        Duplicate
      </Item>
      <DeleteItem id={id} />
    </>
  );
}

function ConnectionItems({ id }: { id: string }) {
  return (
    <>
      <FaultItems id={id} />
      <DeleteItem id={id} />
    </>
  );
}

/** What is selected goes together; right-clicking has selected the part itself at least. */
function DeleteItem({ id }: { id: string }) {
  return (
    <Item
      icon={Trash2}
      keys="Delete"
      onClick={() => {
        const { selection } = viewStore.getState();
        endGesture();
        removeParts(selection.has(id) ? selection : new Set([id]));
        select([]);
      }}
    >
      Delete
    </Item>
  );
}

function CanvasItems() {
  const empty = documentStore.getState().scenario.components.length === 0;
  return (
    <>
      <Item icon={Plus} keys="N" onClick={() => void commandOf('add').run()}>
        Add a component…
      </Item>
      <Item icon={SquareDashed} onClick={() => placeAround('zone')}>
        Add a zone
      </Item>
      <Item icon={Globe} onClick={() => placeAround('region')}>
        Add a region
      </Item>
      <Item
        icon={ClipboardPaste}
        keys="Mod+V"
        disabled={!isPossible(commandOf('paste'))}
        onClick={() => void commandOf('paste').run()}
      >
        Paste
      </Item>
      <Item icon={Expand} keys="Mod+A" disabled={empty} onClick={() => void commandOf('select-all').run()}>
        Select all
      </Item>
      <Menu.Separator className="menu-separator" />
      <Item icon={Maximize} keys="Shift+1" disabled={empty} onClick={() => fitAll()}>
        Show all
      </Item>
      {viewStore.getState().selection.size > 0 && (
        <Item icon={Maximize} keys="Shift+2" onClick={() => fitSelection()}>
          Show the selection
        </Item>
      )}
      <Item icon={Network} disabled={empty} onClick={() => void autoLayout()}>
        Lay out from left to right
      </Item>
    </>
  );
}
