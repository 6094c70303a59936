import { newDocument, openFile, saveFile } from '../../store/library';
import { notify, openDialog, openReference } from '../../store/view-store';
import type { Command } from './command';

/** Asks for a file and opens it as a document of its own. */
export function chooseFile(): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.accept = '.json,application/json';
  input.addEventListener('change', () => {
    const file = input.files?.[0];
    if (!file) return;
    openFile(file).catch(() => notify('problem', 'The file could not be read.'));
  });
  input.click();
}

export const DOCUMENT_COMMANDS: readonly Command[] = [
  { id: 'new', title: 'New system', group: 'Document', words: 'empty blank document', run: newDocument },
  {
    id: 'gallery',
    title: 'Open an example or one of yours…',
    group: 'Document',
    keys: ['G'],
    words: 'gallery documents starters templates',
    run: () => openDialog('gallery'),
  },
  { id: 'open-file', title: 'Open a file…', group: 'Document', keys: ['Mod+O'], words: 'import load', run: chooseFile },
  {
    id: 'save-file',
    title: 'Save as a file',
    group: 'Document',
    keys: ['Mod+S'],
    words: 'export download json',
    run: saveFile,
  },
  {
    id: 'share',
    title: 'Share a link…',
    group: 'Document',
    words: 'copy url address send',
    run: () => openDialog('share'),
  },
];

export const HELP_COMMANDS: readonly Command[] = [
  {
    id: 'command-palette',
    title: 'Find a command…',
    group: 'Help',
    keys: ['Mod+K'],
    words: 'search palette',
    run: () => openDialog('command-palette'),
  },
  {
    id: 'shortcuts',
    title: 'Keyboard shortcuts',
    group: 'Help',
    keys: ['?'],
    words: 'help keys',
    run: () => openDialog('shortcuts'),
  },
  {
    id: 'reference',
    title: 'Reference: kinds, connections, causes',
    group: 'Help',
    words: 'documentation manual fields settings sources resilience presets prices',
    run: () => openReference(''),
  },
  {
    id: 'honesty',
    title: 'How honest is this?',
    group: 'Help',
    words: 'validation theory model what is simulated simplified left out checked',
    run: () => openDialog('honesty'),
  },
  {
    id: 'about',
    title: 'About Backpressure',
    group: 'Help',
    words: 'licence version data privacy',
    run: () => openDialog('about'),
  },
];
