import { Tabs } from '@base-ui/react/tabs';
import { FilePlus2, Search, Trash2, Upload } from 'lucide-react';
import { Suspense, use, useState } from 'react';
import { loadStarters, type Starter } from '../../store/examples';
import {
  currentDocumentId,
  deleteDocument,
  listDocuments,
  newDocument,
  openDocument,
  openStarter,
} from '../../store/library';
import { openDialog } from '../../store/view-store';
import { findKind } from '../../kinds/registry';
import { chooseFile } from '../commands/document-commands';
import { fit } from '../commands/search-commands';
import { IconButton } from '../shared/icon-button';
import { SystemDiagram } from '../shared/system-diagram';
import { DialogFrame } from './dialog-frame';
import './gallery.css';

/** Examples to begin with, and the documents of this browser. */
export function Gallery() {
  const [starters] = useState(loadStarters);
  return (
    <DialogFrame title="Open" size="large">
      <Tabs.Root defaultValue="examples">
        <div className="gallery-head">
          <Tabs.List className="gallery-tabs" aria-label="What to open">
            <Tabs.Tab value="examples" className="gallery-tab">
              Examples
            </Tabs.Tab>
            <Tabs.Tab value="yours" className="gallery-tab">
              Yours
            </Tabs.Tab>
          </Tabs.List>
          <div className="dialog-row">
            <button type="button" className="button" onClick={newDocument}>
              <FilePlus2 size={16} aria-hidden="true" />
              New
            </button>
            <button
              type="button"
              className="button"
              onClick={() => {
                openDialog(null);
                chooseFile();
              }}
            >
              <Upload size={16} aria-hidden="true" />
              Open a file…
            </button>
          </div>
        </div>
        <Tabs.Panel value="examples" className="gallery-panel">
          <Suspense fallback={<p className="gallery-empty">Loading the examples…</p>}>
            <Examples starters={starters} />
          </Suspense>
        </Tabs.Panel>
        <Tabs.Panel value="yours" className="gallery-panel">
          <Yours />
        </Tabs.Panel>
      </Tabs.Root>
    </DialogFrame>
  );
}

/** A story's first sentence says what the example shows; the rest is for the inspector. */
function firstSentences(story: string): string {
  const paragraph = story.split('\n')[0] ?? '';
  const sentences = paragraph.match(/[^.!?]+[.!?]+/g) ?? [paragraph];
  let text = '';
  for (const sentence of sentences) {
    if (text !== '' && text.length + sentence.length > 170) break;
    text += sentence;
  }
  return text.trim();
}

/** Whole words or parts of one: single letters in order, as for commands, would be found in every story. */
const FITS = 40;

interface Group {
  readonly title: string;
  readonly list: Starter[];
}

/** What an example is found by, closest first. Its file's name says its subject; its kinds a story may not name. */
function textsOf({ id, group, record: { scenario } }: Starter): string[] {
  const subject = `${scenario.title} ${id}`;
  const told = `${subject} ${group} ${scenario.story}`;
  const kinds = scenario.components.map(({ kind }) => findKind(kind)?.title ?? kind);
  return [subject, told, [told, ...kinds].join(' ')];
}

/** Before examples that only have such a component come those that are about it. */
function search(query: string, list: readonly Starter[]): Group[] {
  const groups: Group[] = [
    { title: 'About it', list: [] },
    { title: 'In the story', list: [] },
    { title: 'Among the components', list: [] },
  ];
  for (const starter of list) {
    const rank = textsOf(starter).findIndex((text) => fit(query, text) >= FITS);
    groups[rank]?.list.push(starter);
  }
  return groups.filter((group) => group.list.length > 0);
}

function grouped(list: readonly Starter[]): Group[] {
  const titles = [...new Set(list.map(({ group }) => group))];
  return titles.map((title) => ({ title, list: list.filter(({ group }) => group === title) }));
}

function Examples({ starters }: { starters: Promise<Starter[]> }) {
  const list = use(starters);
  const [query, setQuery] = useState('');
  const groups = query.trim() === '' ? grouped(list) : search(query, list);
  const found = groups.reduce((sum, group) => sum + group.list.length, 0);
  return (
    <>
      <p className="gallery-note">
        Opening an example never touches your own work: it becomes a document of its own when you change it.
      </p>
      <div className="search-field gallery-search">
        <Search size={16} aria-hidden="true" />
        <input
          type="search"
          className="text-input"
          placeholder="Search: Kafka, retry, partition, …"
          aria-label="Search the examples"
          value={query}
          onChange={(event) => setQuery(event.currentTarget.value)}
        />
      </div>
      <p className="visually-hidden" role="status">
        {query.trim() !== '' && `${found} of ${list.length} examples`}
      </p>
      {found === 0 && <p className="gallery-empty">No example is about that. Try another word.</p>}
      <Groups groups={groups} />
    </>
  );
}

function Groups({ groups }: { groups: readonly Group[] }) {
  return groups.map(({ title, list }) => (
    <section key={title} aria-label={title}>
      <h3 className="gallery-group">{title}</h3>
      <ul className="gallery-grid">
        {list.map(({ id, record: { scenario } }) => (
          <li key={id}>
            <button type="button" className="example-card" onClick={() => void openStarter(id)}>
              <span className="example-picture">
                <SystemDiagram scenario={scenario} />
              </span>
              <span className="example-title">{scenario.title}</span>
              <span className="example-story">{firstSentences(scenario.story)}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  ));
}

function whenText(milliseconds: number): string {
  const date = new Date(milliseconds);
  const today = new Date().toDateString() === date.toDateString();
  const time = date.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
  return today ? `today, ${time}` : date.toLocaleDateString([], { day: 'numeric', month: 'long', year: 'numeric' });
}

function Yours() {
  const [documents, setDocuments] = useState(listDocuments);
  if (documents.length === 0) {
    return (
      <p className="gallery-empty">
        Nothing here yet. Whatever you build or change is kept in this browser by itself and appears here.
      </p>
    );
  }
  return (
    <>
      <p className="gallery-note">
        Kept in this browser, on this device. Browsers may clear it after weeks without a visit: for what matters, save
        a file or keep a link.
      </p>
      <ul className="document-list">
        {documents.map(({ id, title, updatedAt, components }) => (
          <li key={id} className={id === currentDocumentId() ? 'is-current' : undefined}>
            <button type="button" className="document-open" onClick={() => void openDocument(id)}>
              <b>{title}</b>
              <span>
                {components === 1 ? '1 component' : `${components} components`} · changed {whenText(updatedAt)}
                {id === currentDocumentId() && ' · open now'}
              </span>
            </button>
            <IconButton
              icon={Trash2}
              label={`Delete ${title}`}
              onClick={() => {
                // The notice that follows offers to undo it.
                deleteDocument(id);
                setDocuments(listDocuments());
              }}
            />
          </li>
        ))}
      </ul>
    </>
  );
}
