import { useEffect, useId, useRef, useState } from 'react';
import { type Happening, plainText } from '../../analysis/narrator';
import type { Words } from '../../model/plan';
import { useDocument, useRun } from '../hooks/use-stores';
import { formatClock } from '../shared/format-number';
import { WordsText } from '../shared/words-text';
import { lastWords } from './last-words';

/** Characters that fit beside the timeline. */
const ROOM = 130;
/** Screen readers are told at most this often. */
const TELL_MS = 2500;

/** The last few things that happened, and all of them one click away. */
export function NarratorLine({ happenings }: { happenings: readonly Happening[] }) {
  const last = useRun((state) => state.last);
  const scenario = useDocument((state) => state.scenario);
  const stepped = last && last.type !== 'none' ? lastWords(last, scenario) : null;
  const recent = stepped ? [] : recentOnes(happenings);
  return (
    <div className="narrator">
      <p className="narrator-line">
        {stepped && last && <Sentence when={formatClock(last.time, true)} words={stepped} />}
        {recent.map((happening, i) => (
          <Sentence key={i} when={moment(happening)} words={happening.words} />
        ))}
        {!stepped && recent.length === 0 && <span className="narrator-quiet">What happens is told here.</span>}
      </p>
      {happenings.length > 0 && <Everything happenings={happenings} />}
      <Teller happenings={happenings} />
    </div>
  );
}

/** All of it, newest first, one click away. */
function Everything({ happenings }: { happenings: readonly Happening[] }) {
  const id = useId();
  const [open, setOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        className="narrator-all"
        popoverTarget={id}
        aria-label={`All ${happenings.length} events`}
        data-tip="Everything that happened"
      >
        {happenings.length}
      </button>
      <div
        className="narrator-list"
        id={id}
        popover="auto"
        role="dialog"
        aria-label="What happened"
        onToggle={(event) => setOpen(event.newState === 'open')}
      >
        <h3>What happened, newest first</h3>
        {open && (
          <ol tabIndex={0}>
            {happenings.toReversed().map((happening, i) => (
              <li key={happenings.length - i} className={`is-${happening.tone}`}>
                <time>{moment(happening)}</time>
                <span>
                  <WordsText words={happening.words} />
                </span>
              </li>
            ))}
          </ol>
        )}
      </div>
    </>
  );
}

function Sentence({ when, words }: { when: string; words: readonly Words[] }) {
  return (
    <span className="narrator-sentence">
      <b className="narrator-when">{when}</b> <WordsText words={words} />.{' '}
    </span>
  );
}

/** "9.1 s", or "by 9.1 s" where the moment is known only so far. */
function moment({ atMicros, by }: Happening): string {
  return `${by ? 'by ' : ''}${(atMicros / 1e6).toFixed(1)} s`;
}

function recentOnes(happenings: readonly Happening[]): readonly Happening[] {
  let room = ROOM;
  let from = happenings.length;
  while (from > 0) {
    room -= plainText(happenings[from - 1]!.words).length + 8;
    if (room < 0 && from < happenings.length) break;
    from--;
  }
  return happenings.slice(from);
}

/** Tells screen readers what is new, in bundles. */
function Teller({ happenings }: { happenings: readonly Happening[] }) {
  const [text, setText] = useState('');
  const told = useRef(0);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const latest = useRef(happenings);
  useEffect(() => {
    latest.current = happenings;
    if (happenings.length < told.current) told.current = 0;
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      const fresh = latest.current.slice(told.current).slice(-3);
      told.current = latest.current.length;
      if (fresh.length > 0) setText(fresh.map((one) => `${moment(one)}: ${plainText(one.words)}.`).join(' '));
    }, TELL_MS);
  }, [happenings]);
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    },
    [],
  );
  return (
    <p className="visually-hidden" role="status">
      {text}
    </p>
  );
}
