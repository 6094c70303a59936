import { Check, Copy, Download } from 'lucide-react';
import { useRef, useState } from 'react';
import type { LinkSize } from '../../format/share-link';
import { saveFile } from '../../store/library';
import { makeLink } from '../../store/make-link';
import { currentRecord } from '../../store/session';
import { openDialog } from '../../store/view-store';
import { formatNumber } from '../shared/format-number';
import { DialogFrame } from './dialog-frame';
import './share.css';

/** How far a link of this size travels. Shape and words tell it, not colour alone. */
const SIZES: Readonly<Record<LinkSize, { tone: 'ok' | 'busy' | 'hot'; text: string }>> = {
  safe: { tone: 'ok', text: 'Short: works everywhere.' },
  long: { tone: 'busy', text: 'Long: fits course pages and documents; some chats cut it off.' },
  'too-long-for-chats': {
    tone: 'hot',
    text: 'Very long: browsers open it, but most chats and course pages cut it off. A file is safer.',
  },
  'too-long': { tone: 'hot', text: 'Too long to be opened again. Save a file instead.' },
};

function count(number: number, one: string, many = `${one}s`): string {
  return `${formatNumber(number)} ${number === 1 ? one : many}`;
}

/** What travels, in words. */
function contents(): string[] {
  const { scenario, interventions } = currentRecord();
  const { components, connections, faults, seed } = scenario;
  const deeds = interventions.length;
  return [
    `The system: ${count(components.length, 'component')} with their settings, ${count(connections.length, 'connection')}.`,
    ...(faults.length > 0 ? [`${count(faults.length, 'planned fault')}.`] : []),
    `The seed, ${seed}: everybody sees the same run.`,
    deeds > 0
      ? `What was done to this run: ${count(deeds, 'fault or change', 'faults and changes')}, each at its moment. It happens again when the run is played.`
      : 'Nothing was done to this run, so there is nothing to repeat.',
  ];
}

function SizeMark({ tone }: { tone: 'ok' | 'busy' | 'hot' }) {
  return (
    <svg className={`size-mark is-${tone}`} width="12" height="12" viewBox="0 0 10 10" aria-hidden="true">
      {tone === 'ok' && <circle cx="5" cy="5" r="4.5" fill="currentColor" />}
      {tone === 'busy' && <path d="M5 0 10 5 5 10 0 5z" fill="currentColor" />}
      {tone === 'hot' && <path d="M5 0 10 10H0z" fill="currentColor" />}
    </svg>
  );
}

export function Share() {
  const [link] = useState(makeLink);
  const [inside] = useState(contents);
  const [copied, setCopied] = useState<'no' | 'yes' | 'failed'>('no');
  const field = useRef<HTMLInputElement>(null);
  const copyButton = useRef<HTMLButtonElement>(null);
  const { tone, text } = SIZES[link.size];
  const usable = link.size !== 'too-long';

  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(link.url);
      setCopied('yes');
    } catch {
      // No permission: the text is selected, so that the usual keys copy it.
      field.current?.select();
      setCopied('failed');
    }
  };

  return (
    <DialogFrame
      title="Share"
      intro="The whole run is in the link itself. Nothing is uploaded, and nobody needs an account."
      size="small"
      initialFocus={copyButton}
    >
      <div className="share-link">
        <input
          ref={field}
          className="text-input"
          readOnly
          aria-label="Link to this run"
          value={usable ? link.url : ''}
          placeholder="There is no link for a system of this size"
          onFocus={(event) => event.currentTarget.select()}
        />
        <button
          type="button"
          ref={copyButton}
          className="button is-primary"
          disabled={!usable}
          onClick={() => void copy()}
        >
          {copied === 'yes' ? <Check size={16} aria-hidden="true" /> : <Copy size={16} aria-hidden="true" />}
          {copied === 'yes' ? 'Copied' : 'Copy'}
        </button>
      </div>
      <p className="share-size">
        <SizeMark tone={tone} />
        <span>
          <b>{formatNumber(link.length)} characters.</b> {text}
        </span>
      </p>
      <p className={copied === 'failed' ? 'share-failed' : 'visually-hidden'} role="status">
        {copied === 'yes' && 'The link is on the clipboard.'}
        {copied === 'failed' && 'The browser does not allow it: the link is selected, copy it with the keyboard.'}
      </p>
      <h3>What is inside</h3>
      <ul className="share-contents">
        {inside.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      <p className="share-note">
        A link is a copy of this moment: what you change later is not in it, and whoever opens it cannot change yours.
      </p>
      <div className="dialog-footer">
        <button
          type="button"
          className="button"
          onClick={() => {
            void saveFile();
            openDialog(null);
          }}
        >
          <Download size={16} aria-hidden="true" />
          Save as a file
        </button>
      </div>
    </DialogFrame>
  );
}
