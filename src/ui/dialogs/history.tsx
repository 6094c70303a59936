import { useEffect, useState } from 'react';
import { historyWords } from '../../analysis/history-words';
import { toSeconds } from '../../model/units';
import { checkHistory } from '../../store/session';
import type { CheckedHistory } from '../../worker/protocol';
import { useDocument, useView } from '../hooks/use-stores';
import { DialogFrame } from './dialog-frame';
import { layOut, type TimelineBar } from './history-timeline';
import './history.css';

type State = { readonly checked: CheckedHistory | null } | 'checking';

/** What the clients of a store did and saw, checked for consistency, with the shortest contradiction drawn. */
export function History() {
  const id = useView((view) => view.topic);
  const label = useDocument(
    ({ scenario }) => scenario.components.find((component) => component.id === id)?.label ?? id,
  );
  const [state, setState] = useState<State>('checking');
  useEffect(() => {
    let shown = true;
    void checkHistory(id).then((checked) => {
      if (shown) setState({ checked });
    });
    return () => {
      shown = false;
    };
  }, [id]);
  return (
    <DialogFrame
      title={`History of ${label}`}
      size="large"
      intro="Every request to it and every answer so far, checked for what clients may rely on."
    >
      <div className="history" aria-live="polite">
        {state === 'checking' ? (
          <p className="quiet">Checking…</p>
        ) : state.checked ? (
          <Findings checked={state.checked} />
        ) : (
          <p className="quiet">There is nothing to check. Press play first.</p>
        )}
      </div>
    </DialogFrame>
  );
}

function Findings({ checked: { check, callers, time } }: { checked: CheckedHistory }) {
  const { verdict, sentences, example } = historyWords(check, callers);
  return (
    <>
      <h3 className={`history-verdict is-${check.verdict.replace(' ', '-')}`}>
        {verdict} <small>up to {toSeconds(time).toFixed(2)} s</small>
      </h3>
      {sentences.slice(0, 2).map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
      {check.worst && (
        <>
          <Drawing checked={{ check, callers, time }} />
          <ol className="history-list">
            {example.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ol>
        </>
      )}
      <h4>What each client can rely on</h4>
      <ul className="history-list">
        {sentences.slice(2).map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
    </>
  );
}

const WIDTH = 560;
const NAMES = 150;
const LANE = 34;
const BAR = 20;

/** The list below says the same in words, so the drawing is left out for screen readers. */
function Drawing({ checked: { check, callers } }: { checked: CheckedHistory }) {
  const { counterexample, culprit } = check.worst!;
  const { lanes, from, to } = layOut(counterexample, culprit?.number ?? -1, callers, WIDTH);
  const height = lanes.length * LANE + 22;
  return (
    <svg className="history-drawing" viewBox={`0 0 ${NAMES + WIDTH + 20} ${height}`} aria-hidden="true">
      {lanes.map(({ name, bars }, lane) => (
        <g key={name} transform={`translate(0 ${lane * LANE})`}>
          <text x={0} y={19}>
            {name}
          </text>
          <path className="history-line" d={`M${NAMES} ${LANE - 2}H${NAMES + WIDTH}`} />
          {bars.map((bar) => (
            <Bar key={bar.x} bar={bar} />
          ))}
        </g>
      ))}
      <text x={NAMES} y={height - 5}>
        {toSeconds(from).toFixed(4)} s
      </text>
      <text x={NAMES + WIDTH} y={height - 5} textAnchor="end">
        {toSeconds(to).toFixed(4)} s
      </text>
    </svg>
  );
}

/** Writes are square, reads round; what cannot be explained is hatched by a cross and in the colour of failures. */
function Bar({ bar: { x, width, open, write, impossible, text } }: { bar: TimelineBar }) {
  const left = NAMES + x;
  const name = `history-bar ${write ? 'is-write' : 'is-read'}${impossible ? ' is-impossible' : ''}${open ? ' is-open' : ''}`;
  // Near the right edge the words stand before the end of the bar.
  const late = x > WIDTH - 110;
  return (
    <g className={name}>
      <rect x={left} y={6} width={width} height={BAR} rx={write ? 2 : BAR / 2} />
      {impossible && <path d={`M${left + width / 2 - 5} 11l10 10M${left + width / 2 + 5} 11l-10 10`} />}
      <text x={late ? left + width : left + 8} y={20} textAnchor={late ? 'end' : 'start'} dx={late ? -8 : 0}>
        {text}
      </text>
    </g>
  );
}
