import { Menu } from '@base-ui/react/menu';
import {
  BookOpen,
  ChevronRight,
  Download,
  FilePlus2,
  FolderOpen,
  Info,
  Keyboard,
  LayoutGrid,
  Link2,
  type LucideIcon,
  Monitor,
  Redo2,
  Scale,
  Search,
  SlidersHorizontal,
  Table,
  Undo2,
  Upload,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { isPossible, titleOf } from '../commands/command';
import { commandOf } from '../commands/command-table';
import { listDocuments, openDocument } from '../../store/library';
import { openDialog, setPanel, type Theme, viewStore } from '../../store/view-store';
import { useView } from '../hooks/use-stores';
import { followOpening, type PopupProps } from '../shared/lazy-popup';
import { Keys } from '../shared/keys-view';
import './popups.css';

/** Documents listed in the menu; the gallery has them all. */
const NEWEST = 6;

function CommandItem({ id, icon: Icon }: { id: string; icon: LucideIcon }) {
  const command = commandOf(id);
  const keys = command.keys?.[0];
  return (
    <Menu.Item className="menu-item" disabled={!isPossible(command)} onClick={() => void command.run()}>
      <Icon size={16} aria-hidden="true" />
      {titleOf(command)}
      {keys !== undefined && <Keys keys={keys} />}
    </Menu.Item>
  );
}

function Submenu({ icon: Icon, title, children }: { icon: LucideIcon; title: string; children: ReactNode }) {
  return (
    <Menu.SubmenuRoot>
      <Menu.SubmenuTrigger className="menu-item">
        <Icon size={16} aria-hidden="true" />
        {title}
        <ChevronRight className="menu-more" size={14} aria-hidden="true" />
      </Menu.SubmenuTrigger>
      <Menu.Portal>
        <Menu.Positioner className="popup-positioner" sideOffset={2} collisionPadding={8}>
          <Menu.Popup className="menu-popup">{children}</Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.SubmenuRoot>
  );
}

function Check({ name, checked, onChange }: { name: string; checked: boolean; onChange(checked: boolean): void }) {
  return (
    <Menu.CheckboxItem className="menu-item" checked={checked} onCheckedChange={onChange} closeOnClick={false}>
      <span className="menu-check">
        <Menu.CheckboxItemIndicator>✓</Menu.CheckboxItemIndicator>
      </span>
      {name}
    </Menu.CheckboxItem>
  );
}

const THEMES: readonly (readonly [Theme, string])[] = [
  ['system', 'As the system'],
  ['light', 'Light'],
  ['dark', 'Dark'],
  ['projector', 'Projector: large and plain'],
];

function ViewMenu() {
  const panels = useView((view) => view.panels);
  const minimap = useView((view) => view.minimap);
  const snap = useView((view) => view.snap);
  const motion = useView((view) => view.motion);
  return (
    <Submenu icon={SlidersHorizontal} title="View">
      <Check name="Palette" checked={panels.palette} onChange={(open) => setPanel('palette', open)} />
      <Check name="Inspector" checked={panels.inspector} onChange={(open) => setPanel('inspector', open)} />
      <Check name="Charts and timeline" checked={panels.dock} onChange={(open) => setPanel('dock', open)} />
      <div className="menu-separator" role="separator" />
      <Check name="Minimap" checked={minimap} onChange={(on) => viewStore.setState({ minimap: on })} />
      <Check name="Snap to the grid" checked={snap} onChange={(on) => viewStore.setState({ snap: on })} />
      <Menu.RadioGroup
        value={motion}
        onValueChange={(value: string) =>
          viewStore.setState({ motion: value === 'dots' || value === 'rates' ? value : 'system' })
        }
        aria-label="Requests on connections"
      >
        <div className="menu-separator" role="separator" />
        <div className="menu-label" role="presentation">
          Requests on connections
        </div>
        <Radio value="system" name="As the system (reduced motion)" />
        <Radio value="dots" name="Moving dots" />
        <Radio value="rates" name="Numbers, nothing moves" />
      </Menu.RadioGroup>
    </Submenu>
  );
}

function Radio({ value, name }: { value: string; name: string }) {
  return (
    <Menu.RadioItem className="menu-item" value={value} closeOnClick={false}>
      <span className="menu-check">
        <Menu.RadioItemIndicator>✓</Menu.RadioItemIndicator>
      </span>
      {name}
    </Menu.RadioItem>
  );
}

function ThemeMenu() {
  const theme = useView((view) => view.theme);
  return (
    <Submenu icon={Monitor} title="Appearance">
      <Menu.RadioGroup
        value={theme}
        onValueChange={(value: Theme) => viewStore.setState({ theme: value })}
        aria-label="Appearance"
      >
        {THEMES.map(([value, name]) => (
          <Radio key={value} value={value} name={name} />
        ))}
      </Menu.RadioGroup>
    </Submenu>
  );
}

function DocumentsMenu() {
  const documents = listDocuments();
  if (documents.length === 0) return null;
  return (
    <Submenu icon={FolderOpen} title="Your documents">
      {documents.slice(0, NEWEST).map(({ id, title }) => (
        <Menu.Item key={id} className="menu-item" onClick={() => void openDocument(id)}>
          <span className="menu-name">{title}</span>
        </Menu.Item>
      ))}
      <div className="menu-separator" role="separator" />
      <Menu.Item className="menu-item" onClick={() => openDialog('gallery')}>
        All of them…
      </Menu.Item>
    </Submenu>
  );
}

/** Everything that has no place in the bar. */
export function MainMenu(props: PopupProps) {
  return (
    <Menu.Root open={props.open} onOpenChange={followOpening(props)}>
      <Menu.Portal>
        <Menu.Positioner
          anchor={props.anchor}
          side="bottom"
          align="start"
          sideOffset={6}
          collisionPadding={8}
          className="popup-positioner"
        >
          <Menu.Popup className="menu-popup" aria-label="Menu">
            <CommandItem id="new" icon={FilePlus2} />
            <CommandItem id="gallery" icon={LayoutGrid} />
            <DocumentsMenu />
            <CommandItem id="open-file" icon={Upload} />
            <CommandItem id="save-file" icon={Download} />
            <CommandItem id="share" icon={Link2} />
            <Menu.Separator className="menu-separator" />
            <CommandItem id="undo" icon={Undo2} />
            <CommandItem id="redo" icon={Redo2} />
            <Menu.Separator className="menu-separator" />
            <CommandItem id="outline" icon={Table} />
            <ViewMenu />
            <ThemeMenu />
            <Menu.Separator className="menu-separator" />
            <CommandItem id="command-palette" icon={Search} />
            <CommandItem id="shortcuts" icon={Keyboard} />
            <CommandItem id="reference" icon={BookOpen} />
            <CommandItem id="honesty" icon={Scale} />
            <CommandItem id="about" icon={Info} />
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
