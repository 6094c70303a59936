import { Link2, Printer, Search } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { CATEGORIES } from '../../kinds/kind';
import { findKind, KINDS } from '../shared/described-kinds';
import { notify, openReference } from '../../store/view-store';
import { search } from '../commands/search-commands';
import { useView } from '../hooks/use-stores';
import { IconButton } from '../shared/icon-button';
import { DialogFrame } from './dialog-frame';
import { KindPage } from './reference-kind';
import { CausesPage, ConnectionsPage, PricesPage } from './reference-pages';
import { PlacesPage } from './reference-places';
import './reference.css';

interface Page {
  readonly id: string;
  readonly title: string;
  readonly group: string;
  /** More words to find it by. */
  readonly words: readonly string[];
  render(): ReactNode;
}

const PAGES: readonly Page[] = [
  ...CATEGORIES.flatMap((category) => KINDS.filter((kind) => kind.category === category)).map((kind): Page => ({
    id: kind.id,
    title: kind.title,
    group: kind.category,
    words: [kind.summary, ...Object.values(kind.fields).map(({ label }) => label)],
    render: () => <KindPage kind={kind} />,
  })),
  {
    id: 'connections',
    title: 'Connections',
    group: 'In between',
    words: [
      'resilience retry retries timeout circuit breaker bulkhead hedging budget backoff jitter grpc presets network',
    ],
    render: () => <ConnectionsPage />,
  },
  {
    id: 'places',
    title: 'Zones and regions',
    group: 'In between',
    words: ['places availability zone region distance latency round trip outage partition correlated failures'],
    render: () => <PlacesPage />,
  },
  {
    id: 'causes',
    title: 'Why requests die',
    group: 'In between',
    words: ['causes errors failures status http 502 503 504 429'],
    render: () => <CausesPage />,
  },
  {
    id: 'prices',
    title: 'Prices',
    group: 'In between',
    words: ['cost dollars money'],
    render: () => <PricesPage />,
  },
];

/** Fragment of the address that opens a page. */
export function referenceLink(topic: string): string {
  return `#reference=${topic}`;
}

/** One page for each kind, made from its declaration, and some for what is between them. */
export function Reference() {
  const topic = useView((view) => view.topic);
  const [query, setQuery] = useState('');
  const article = useRef<HTMLElement>(null);
  const page = PAGES.find(({ id }) => id === topic) ?? PAGES[0]!;
  const found =
    query.trim() === '' ? PAGES : search(query, PAGES, ({ title, group, words }) => [title, group, ...words]);
  const nav = useRef<HTMLElement>(null);
  useEffect(() => {
    article.current?.scrollTo(0, 0);
    nav.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest' });
  }, [page]);
  const copyLink = (): void => {
    const url = new URL(referenceLink(page.id), location.href);
    navigator.clipboard.writeText(url.href).then(
      () => notify('info', 'The link to this page is copied.'),
      () => notify('problem', `The link could not be copied: ${url.href}`),
    );
  };
  return (
    <DialogFrame
      title="Reference"
      size="large"
      aside={
        <>
          <IconButton icon={Link2} label="Copy a link to this page" onClick={copyLink} />
          <IconButton icon={Printer} label="Print this page" onClick={() => print()} />
        </>
      }
    >
      <div className="reference is-printable">
        <nav className="reference-nav" ref={nav} aria-label="Pages of the reference">
          <div className="search-field">
            <Search size={14} aria-hidden="true" />
            <input
              type="search"
              className="text-input"
              placeholder="Search"
              aria-label="Search the reference"
              autoComplete="off"
              spellCheck={false}
              value={query}
              onChange={(event) => setQuery(event.currentTarget.value)}
              onKeyDown={(event) => {
                if (event.key === 'Enter' && found[0]) openReference(found[0].id);
              }}
            />
          </div>
          <ul>
            {found.map(({ id, title, group }, i) => (
              <li key={id}>
                {query.trim() === '' && found[i - 1]?.group !== group && <h3>{group}</h3>}
                <button
                  type="button"
                  className="reference-entry"
                  aria-current={id === page.id ? 'page' : undefined}
                  onClick={() => openReference(id)}
                >
                  {title}
                </button>
              </li>
            ))}
          </ul>
          {found.length === 0 && <p className="reference-none">Nothing is called that.</p>}
        </nav>
        <article
          className="reference-page"
          ref={article}
          tabIndex={0}
          aria-label={findKind(page.id)?.title ?? page.title}
        >
          {page.render()}
        </article>
      </div>
    </DialogFrame>
  );
}
