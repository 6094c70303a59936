import { documentStore } from '../../store/document-store';
import { viewStore } from '../../store/view-store';
import { autoLayout, fitAll, fitSelection, zoomIn, zoomOut } from '../canvas/view-commands';
import type { Command } from './command';

const hasComponents = (): boolean => documentStore.getState().scenario.components.length > 0;

export const CANVAS_COMMANDS: readonly Command[] = [
  {
    id: 'fit-all',
    title: 'Show the whole system',
    group: 'View',
    keys: ['Shift+1'],
    words: 'fit all zoom centre',
    when: hasComponents,
    run: () => fitAll(),
  },
  {
    id: 'fit-selection',
    title: 'Show what is selected',
    group: 'View',
    keys: ['Shift+2'],
    words: 'fit selection zoom',
    when: () => viewStore.getState().selection.size > 0,
    run: fitSelection,
  },
  { id: 'zoom-in', title: 'Zoom in', group: 'View', words: 'larger', run: zoomIn },
  { id: 'zoom-out', title: 'Zoom out', group: 'View', words: 'smaller', run: zoomOut },
  {
    id: 'layout',
    title: 'Arrange from left to right',
    group: 'Edit',
    words: 'auto layout tidy align',
    when: hasComponents,
    run: autoLayout,
  },
];
