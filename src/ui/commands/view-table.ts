import { documentStore } from '../../store/document-store';
import { runStore } from '../../store/run-store';
import { openDialog, openHistory, setPanel, type Theme, viewStore } from '../../store/view-store';
import { findKind } from '../shared/described-kinds';
import type { Command } from './command';
import { selectedComponents } from './edit-commands';

/** The selected component of which a history is kept; else the only one of the system. */
function withHistory(): { id: string; label: string } | undefined {
  const kept = documentStore.getState().scenario.components.filter(({ kind }) => findKind(kind)?.history);
  const selected = selectedComponents();
  return kept.find(({ id }) => selected.includes(id)) ?? (kept.length === 1 ? kept[0] : undefined);
}

function theme(value: Theme, name: string): Command {
  return {
    id: `theme-${value}`,
    title: `Appearance: ${name}`,
    group: 'View',
    words: 'theme colours mode contrast',
    run: () => viewStore.setState({ theme: value }),
  };
}

export const VIEW_COMMANDS: readonly Command[] = [
  {
    id: 'outline',
    title: 'Outline: the system as a table',
    group: 'View',
    words: 'list accessibility table components connections',
    run: () => openDialog('outline'),
  },
  {
    id: 'history',
    title: () => `Check the history: ${withHistory()?.label ?? 'of a store'}`,
    group: 'View',
    words: 'linearizable consistency stale reads clients saw',
    when: () => runStore.getState().begun && withHistory() !== undefined,
    run: () => {
      const store = withHistory();
      if (store) openHistory(store.id);
    },
  },
  ...(
    [
      ['palette', 'the palette'],
      ['inspector', 'the inspector'],
      ['dock', 'charts and timeline'],
    ] as const
  ).map(([panel, name]): Command => ({
    id: `panel-${panel}`,
    title: () => `${viewStore.getState().panels[panel] ? 'Hide' : 'Show'} ${name}`,
    group: 'View',
    words: 'panel',
    run: () => setPanel(panel, !viewStore.getState().panels[panel]),
  })),
  {
    id: 'minimap',
    title: () => (viewStore.getState().minimap ? 'Hide the minimap' : 'Show the minimap'),
    group: 'View',
    words: 'overview',
    run: () => viewStore.setState(({ minimap }) => ({ minimap: !minimap })),
  },
  {
    id: 'snap',
    title: () => (viewStore.getState().snap ? 'Do not snap to the grid' : 'Snap to the grid'),
    group: 'View',
    words: 'align grid',
    run: () => viewStore.setState(({ snap }) => ({ snap: !snap })),
  },
  {
    id: 'motion',
    title: () =>
      viewStore.getState().motion === 'rates' ? 'Show requests as moving dots' : 'Show rates instead of moving dots',
    group: 'View',
    words: 'reduced motion animation numbers',
    run: () => viewStore.setState(({ motion }) => ({ motion: motion === 'rates' ? 'dots' : 'rates' })),
  },
  theme('system', 'as the system'),
  theme('light', 'light'),
  theme('dark', 'dark'),
  theme('projector', 'projector, large and plain'),
];
