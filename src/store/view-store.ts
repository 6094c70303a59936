/** How this browser shows things: nothing of it belongs to a document. */
import { createStore } from 'zustand/vanilla';

export type Theme = 'system' | 'light' | 'dark' | 'projector';
export type PanelId = 'palette' | 'inspector' | 'dock';
export type DialogId =
  'gallery' | 'share' | 'shortcuts' | 'command-palette' | 'outline' | 'about' | 'honesty' | 'reference' | 'history';

export interface ViewState {
  readonly theme: Theme;
  /** Single-letter shortcuts (WCAG 2.1.4). */
  readonly letterShortcuts: boolean;
  readonly snap: boolean;
  readonly minimap: boolean;
  /** Dots, or rates on the connections instead. Follows the system's reduced motion unless chosen. */
  readonly motion: 'system' | 'dots' | 'rates';
  /** Open panels; on small screens at most one is shown over the canvas. */
  readonly panels: Readonly<Record<PanelId, boolean>>;
  // Never saved:
  /** The panel shown over the canvas on a phone: one at a time. */
  readonly sheet: PanelId | null;
  readonly dialog: DialogId | null;
  /** Page of the reference: the id of a kind, or one of its own pages; empty for its first. Or whose history is checked. */
  readonly topic: string;
  /** Ids of selected components and connections. */
  readonly selection: ReadonlySet<string>;
  /** Component from which a connection is being drawn without dragging. */
  readonly connectingFrom: string | null;
  /** Kind to be placed by the next click on the canvas. */
  readonly placing: string | null;
  /** Where autosave stands. */
  readonly saved: 'saved' | 'saving' | 'failed';
  readonly notices: readonly Notice[];
}

export interface Notice {
  readonly id: number;
  readonly tone: 'info' | 'problem';
  readonly text: string;
  /** Offered beside the text, such as "Undo". */
  readonly action?: { readonly label: string; run(): void };
}

/** A destination for every key: kept in this browser, or nowhere. Exhaustive by type. */
export const VIEW_KEPT: Readonly<Record<keyof ViewState, boolean>> = {
  theme: true,
  letterShortcuts: true,
  snap: true,
  minimap: true,
  motion: true,
  panels: true,
  sheet: false,
  dialog: false,
  topic: false,
  selection: false,
  connectingFrom: false,
  placing: false,
  saved: false,
  notices: false,
};

export const viewStore = createStore<ViewState>(() => ({
  theme: 'system',
  letterShortcuts: true,
  snap: true,
  minimap: true,
  motion: 'system',
  panels: { palette: true, inspector: true, dock: true },
  sheet: null,
  dialog: null,
  topic: '',
  selection: new Set<string>(),
  connectingFrom: null,
  placing: null,
  saved: 'saved',
  notices: [],
}));

export function select(ids: Iterable<string>): void {
  viewStore.setState({ selection: new Set(ids) });
}

export function openDialog(dialog: DialogId | null): void {
  viewStore.setState({ dialog });
}

/** Opens the reference at the page of a kind, or at one of its own pages. */
export function openReference(topic: string): void {
  viewStore.setState({ dialog: 'reference', topic });
}

/** Opens the check of a component's history. */
export function openHistory(component: string): void {
  viewStore.setState({ dialog: 'history', topic: component });
}

export function openSheet(sheet: PanelId | null): void {
  viewStore.setState({ sheet });
}

export function setPanel(panel: PanelId, open: boolean): void {
  viewStore.setState(({ panels }) => ({ panels: { ...panels, [panel]: open } }));
}

let noticeId = 0;

/** Tells the user something. Problems stay until dismissed. */
export function notify(tone: Notice['tone'], text: string, action?: Notice['action']): void {
  const notice: Notice = { id: ++noticeId, tone, text, ...(action ? { action } : {}) };
  viewStore.setState(({ notices }) => ({ notices: [...notices.slice(-3), notice] }));
}

export function dismissNotice(id: number): void {
  viewStore.setState(({ notices }) => ({ notices: notices.filter((notice) => notice.id !== id) }));
}
