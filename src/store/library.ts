/**
 * Documents of this browser: saved while you work, opened from files, links and examples. Opening never overwrites:
 * whatever comes from outside is a document of its own, kept from its first change on.
 */
import type * as ScenarioCodec from '../format/scenario-codec';
import { type Problem, problem, problemText } from '../model/problems';
import { EMPTY_SCENARIO, type RunRecord } from '../model/scenario';
import { documentStore } from './document-store';
import { runStore } from './run-store';
import { currentRecord, openRecord } from './session';
import { notify, openDialog, openReference, viewStore } from './view-store';

export interface SavedDocument {
  readonly id: string;
  readonly title: string;
  /** Milliseconds since 1970. */
  readonly updatedAt: number;
  readonly components: number;
}

const INDEX_KEY = 'backpressure.documents';
const CURRENT_KEY = 'backpressure.current';
const TEXT_KEY = 'backpressure.document.';
const SAVE_AFTER_MS = 400;

let codec: typeof ScenarioCodec | null = null;

/** Reading and writing documents is not part of the first load. */
export async function loadCodec(): Promise<typeof ScenarioCodec> {
  codec ??= await import('../format/scenario-codec');
  return codec;
}

/** The saved document on the canvas; null for one that is not kept yet (empty, an example, a link). */
let current: { id: string; updatedAt: number } | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;

// — the index —

export function listDocuments(): SavedDocument[] {
  try {
    const list: unknown = JSON.parse(localStorage.getItem(INDEX_KEY) ?? '[]');
    return Array.isArray(list) ? list.filter(isSavedDocument).sort((a, b) => b.updatedAt - a.updatedAt) : [];
  } catch {
    return [];
  }
}

function isSavedDocument(entry: unknown): entry is SavedDocument {
  return (
    typeof entry === 'object' &&
    entry !== null &&
    'id' in entry &&
    typeof entry.id === 'string' &&
    'title' in entry &&
    typeof entry.title === 'string' &&
    'updatedAt' in entry &&
    typeof entry.updatedAt === 'number' &&
    'components' in entry &&
    typeof entry.components === 'number'
  );
}

/** Id of the document on the canvas, if it is kept. */
export function currentDocumentId(): string | null {
  return current?.id ?? null;
}

// — saving —

/** Starts saving after each change. Call once, after the first document is on the canvas. */
export function startAutosave(): void {
  let log = runStore.getState().marks;
  void loadCodec();
  documentStore.subscribe((state, before) => {
    if (state.generation === before.generation && state.scenario !== before.scenario) scheduleSave();
  });
  runStore.subscribe(({ marks }) => {
    if (marks.length > log.length && marks.slice(log.length).some(({ planned }) => !planned)) scheduleSave();
    log = marks;
  });
  addEventListener('pagehide', () => {
    if (timer !== undefined) saveNow();
  });
}

function scheduleSave(): void {
  viewStore.setState({ saved: 'saving' });
  clearTimeout(timer);
  timer = setTimeout(() => void loadCodec().then(saveNow), SAVE_AFTER_MS);
}

function saveNow(): void {
  if (!codec) return;
  clearTimeout(timer);
  timer = undefined;
  const record = savedRecord();
  const documents = listDocuments();
  const stored = current && documents.find(({ id }) => id === current?.id);
  // Another tab has saved this document since: keep both.
  const forked = stored !== null && stored !== undefined && stored.updatedAt !== current?.updatedAt;
  const id = current && !forked ? current.id : crypto.randomUUID();
  const { scenario } = documentStore.getState();
  const entry: SavedDocument = {
    id,
    title: scenario.title,
    updatedAt: Date.now(),
    components: scenario.components.length,
  };
  try {
    localStorage.setItem(TEXT_KEY + id, codec.writeScenario(record));
    localStorage.setItem(INDEX_KEY, JSON.stringify([entry, ...documents.filter((other) => other.id !== id)]));
    localStorage.setItem(CURRENT_KEY, id);
    viewStore.setState({ saved: 'saved' });
  } catch {
    viewStore.setState({ saved: 'failed' });
    notify('problem', problemText(problem(601, 'Save a file to keep your work.')), {
      label: 'Save file',
      run: () => void saveFile(),
    });
    return;
  }
  if (forked) notify('info', 'This document was changed in another tab. Your version is kept as a copy.');
  // From its first change on, a document from a link is the user's own: reloading must not go back to the link.
  if (location.hash !== '') history.replaceState(null, '', location.pathname + location.search);
  current = { id, updatedAt: entry.updatedAt };
}

/**
 * What a reload should bring back: the document as it is now. What was done by hand to its run comes along where it can
 * be repeated on that document; a run that was rebuilt under way starts afresh.
 */
function savedRecord(): RunRecord {
  const record = currentRecord();
  const rebuilt = record.interventions.some(({ type }) => type === 'edit');
  return rebuilt ? { scenario: documentStore.getState().scenario, interventions: [] } : record;
}

/** Saves what is pending before another document takes the canvas. */
function settle(): void {
  if (timer !== undefined) saveNow();
}

function show(record: RunRecord, kept: { id: string; updatedAt: number } | null): void {
  settle();
  current = kept;
  try {
    if (kept) localStorage.setItem(CURRENT_KEY, kept.id);
  } catch {
    // The next visit opens another document first; nothing is lost.
  }
  viewStore.setState({ selection: new Set(), saved: 'saved', dialog: null });
  openRecord(record);
}

function report(problems: readonly Problem[]): void {
  const more = problems.length > 1 ? ` And ${problems.length - 1} more.` : '';
  notify('problem', problemText(problems[0]!) + more);
}

// — opening —

export function newDocument(): void {
  show({ scenario: EMPTY_SCENARIO, interventions: [] }, null);
  leaveLink();
}

/** Opens a document of this browser. Returns whether it could be read. */
export async function openDocument(id: string): Promise<boolean> {
  const { readScenario } = await loadCodec();
  settle();
  const entry = listDocuments().find((document) => document.id === id);
  const read = readScenario(localStorage.getItem(TEXT_KEY + id) ?? '');
  if (!entry || !read.ok) {
    report(read.ok ? [problem(101)] : read.problems);
    return false;
  }
  show(read.value, { id, updatedAt: entry.updatedAt });
  leaveLink();
  return true;
}

/** Deletes a document of this browser. The one on the canvas stays there, unsaved, so a slip can be mended. */
export function deleteDocument(id: string): void {
  const text = localStorage.getItem(TEXT_KEY + id);
  const entry = listDocuments().find((document) => document.id === id);
  localStorage.removeItem(TEXT_KEY + id);
  localStorage.setItem(INDEX_KEY, JSON.stringify(listDocuments().filter((document) => document.id !== id)));
  if (current?.id === id) current = null;
  if (text === null || !entry) return;
  notify('info', `Deleted “${entry.title}”.`, {
    label: 'Undo',
    run: () => {
      localStorage.setItem(TEXT_KEY + id, text);
      localStorage.setItem(INDEX_KEY, JSON.stringify([entry, ...listDocuments()]));
    },
  });
}

/** Opens a file as a document of its own. What is wrong with it is told; then nothing changes. */
export async function openFile(file: Blob): Promise<boolean> {
  const { readScenarioBytes } = await loadCodec();
  const read = readScenarioBytes(new Uint8Array(await file.arrayBuffer()));
  if (!read.ok) {
    report(read.problems);
    return false;
  }
  show(read.value, null);
  scheduleSave();
  return true;
}

/** Offers the document, with what was done to its run, as a file. */
export async function saveFile(): Promise<void> {
  const { writeScenario } = await loadCodec();
  const text = writeScenario(currentRecord());
  const name = documentStore
    .getState()
    .scenario.title.toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  const anchor = document.createElement('a');
  anchor.href = url;
  anchor.download = `${name === '' ? 'system' : name}.scenario.json`;
  anchor.click();
  // Browsers read the address after the click has returned.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

// — links and examples —

function leaveLink(): void {
  if (location.hash !== '') history.replaceState(null, '', location.pathname + location.search);
}

export async function openStarter(id: string): Promise<boolean> {
  const { loadExample } = await import('./examples');
  const read = await loadExample(id);
  if (!read?.ok) {
    report(read ? read.problems : [problem(301, 'There is no example of that name.')]);
    return false;
  }
  show(read.value, null);
  leaveLink();
  return true;
}

/** Pages about the product have addresses too: "#honesty", "#reference", "#reference=service". */
const PAGE = /^(?:(honesty)|reference(?:=([a-z0-9-]*))?)$/;

/** Opens the page that a fragment names. The document stays what it is. */
function openPage(fragment: string): boolean {
  const [found, honesty, topic = ''] = PAGE.exec(fragment) ?? [];
  if (found === undefined) return false;
  if (location.hash.slice(1) !== fragment) history.replaceState(null, '', `#${fragment}`);
  if (honesty !== undefined) openDialog('honesty');
  else openReference(topic);
  // Closing the page gives the address back, so that a reload does not open it again.
  const stop = viewStore.subscribe(({ dialog }) => {
    if (dialog === 'honesty' || dialog === 'reference') return;
    stop();
    if (PAGE.test(location.hash.slice(1))) leaveLink();
  });
  return true;
}

/** What the address asks for: a page, "#example=…" an example, any other fragment is a link. */
async function openAddress(): Promise<boolean> {
  const fragment = location.hash.slice(1);
  if (openPage(fragment)) return false;
  if (fragment.startsWith('example=')) return openStarter(fragment.slice('example='.length));
  const { decodeLink } = await import('../format/share-link');
  const read = decodeLink(fragment);
  if (!read.ok) {
    report(read.problems);
    leaveLink();
    return false;
  }
  show(read.value, null);
  if (listDocuments().length > 0) {
    notify('info', 'This system came with the link. Your own documents are untouched: see Open.');
  }
  return true;
}

/** Puts the first document on the canvas: the address's, else the last one of this browser, else an empty one. */
export async function openFirst(): Promise<void> {
  addEventListener('hashchange', () => {
    if (location.hash.length > 1) void openAddress();
  });
  const fragment = location.hash.slice(1);
  const page = PAGE.test(fragment);
  if (fragment !== '' && !page && (await openAddress())) return;
  const last = localStorageGet(CURRENT_KEY);
  if (last !== null && listDocuments().some(({ id }) => id === last)) await openDocument(last);
  // Over the document, which would close it when it is shown.
  if (page) openPage(fragment);
}

function localStorageGet(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}
