import { ExternalLink } from 'lucide-react';
import type { Kind } from '../../kinds/kind';
import { openReference } from '../../store/view-store';

/** The reference page of a kind, in short. */
export function AboutKind({ kind }: { kind: Kind }) {
  const { models, leavesOut, tryThis, sources } = kind.docs;
  return (
    <div className="about-kind">
      <p className="about-summary">{kind.summary}</p>
      <button type="button" className="link-button" onClick={() => openReference(kind.id)}>
        Full page: settings, sources, metrics, faults
      </button>
      <Part title="What it models" sentences={models} />
      <Part title="What it leaves out" sentences={leavesOut} />
      <Part title="Try this" sentences={tryThis} />
      <h3>Sources</h3>
      <ul>
        {sources.map(({ title, url }) => (
          <li key={url + title}>
            <a href={url} target="_blank" rel="noopener noreferrer">
              {title} <ExternalLink size={11} aria-label="opens in a new tab" />
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Part({ title, sentences }: { title: string; sentences: readonly string[] }) {
  if (sentences.length === 0) return null;
  return (
    <>
      <h3>{title}</h3>
      <ul>
        {sentences.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
    </>
  );
}
