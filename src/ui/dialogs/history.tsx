import { useEffect, useState } from 'react';
import { historyWords } from '../../analysis/history-words';
import { toSeconds } from '../../model/units';
import { checkHistory } from '../../store/session';
import type { CheckedHistory } from '../../worker/protocol';
import { useDocument, useView } from '../hooks/use-stores';
import { useViewport } from '../shared/viewport';
import { DialogFrame } from './dialog-frame';
import { CROSS, layOut, type TimelineBar } from './history-timeline';
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

/** Sizes of the drawing in its own units, which are about pixels; on a phone a client's name stands above its row. */
const WIDE = { width: 620, names: 190, above: 0 };
const NARROW = { width: 300, names: 0, above: 20 };
const ROW = 34;
const BAR = 22;

/** Rows under each other, with room above those that begin a client. */
function stacked<R extends { readonly name: string }>(
  rows: readonly R[],
  above: number,
): (R & { readonly top: number })[] {
  let height = 0;
  return rows.map((row) => {
    const top = height + (row.name === '' ? 0 : above);
    height = top + ROW;
    return { ...row, top };
  });
}

/** The list below says the same in words, so the drawing is left out for screen readers. */
function Drawing({ checked: { check, callers } }: { checked: CheckedHistory }) {
  const { width, names, above } = useViewport() === 'phone' ? NARROW : WIDE;
  const { counterexample, culprit } = check.worst!;
  const { rows, from, to } = layOut(counterexample, culprit?.number ?? -1, callers, width);
  const placed = stacked(rows, above);
  const height = (placed.at(-1)?.top ?? 0) + ROW + 22;
  return (
    <figure className="history-drawing">
      <svg viewBox={`-2 0 ${names + width + 4} ${height}`} aria-hidden="true">
        {placed.map(({ name, bars, top }) => (
          <g key={top} transform={`translate(0 ${top})`}>
            <text x={0} y={above > 0 ? -3 : 21}>
              {name}
            </text>
            <path className="history-line" d={`M${names} ${ROW - 2}h${width}`} />
            <g transform={`translate(${names} 0)`}>
              {bars.map((bar) => (
                <Bar key={bar.number} bar={bar} />
              ))}
            </g>
          </g>
        ))}
        <text x={names} y={height - 5}>
          {toSeconds(from).toFixed(4)} s
        </text>
        <text x={names + width} y={height - 5} textAnchor="end">
          {toSeconds(to).toFixed(4)} s
        </text>
      </svg>
      <figcaption>
        Square: a write. Round: a read. Beginnings and ends are drawn evenly spaced: their order is exact, the lengths
        are not.
      </figcaption>
    </figure>
  );
}

/** Writes are square, reads round; what cannot be explained has a cross and the colour of failures. */
function Bar({ bar: { x, width, open, write, impossible, text, textX } }: { bar: TimelineBar }) {
  const name = `history-bar ${write ? 'is-write' : 'is-read'}${impossible ? ' is-impossible' : ''}${open ? ' is-open' : ''}`;
  return (
    <g className={name}>
      <rect x={x} y={5} width={width} height={BAR} rx={write ? 2 : BAR / 2} />
      {impossible && <path d={`M${textX + 1} 11.5l9 9m0 -9l-9 9`} />}
      <text x={textX + (impossible ? CROSS : 0)} y={20}>
        {text}
      </text>
    </g>
  );
}
