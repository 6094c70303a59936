import { Popover } from '@base-ui/react/popover';
import { Dices } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { endGesture, setSeed } from '../../store/document-store';
import { restartWithSeed } from '../../store/session';
import { useDocument, useRun } from '../hooks/use-stores';
import type { PopupProps } from '../shared/lazy-popup';
import { AnchoredPopup } from './anchored-popup';

const LARGEST = 4_294_967_295;

function parseSeed(text: string): number | null {
  const seed = Number(text.trim());
  return text.trim() !== '' && Number.isInteger(seed) && seed >= 0 && seed <= LARGEST ? seed : null;
}

/** Four digits are enough for variety and short enough to be read aloud in a classroom. */
function anotherSeed(): number {
  return 1 + Math.floor(Math.random() * 9999);
}

export function SeedPopup(props: PopupProps) {
  const seed = useDocument(({ scenario }) => scenario.seed);
  const begun = useRun((run) => run.begun);
  const running = useRun((run) => run.seed);
  const [draft, setDraft] = useState<string | null>(null);
  const typed = draft === null ? seed : parseSeed(draft);
  /** A run keeps the seed it began with, so another one means another run. */
  const other = begun && running !== null && running !== typed;
  const take = (value: number): void => {
    setDraft(null);
    if (begun && value !== running) void restartWithSeed(value);
    else {
      setSeed(value);
      endGesture();
    }
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (typed !== null) take(typed);
  };
  return (
    <AnchoredPopup title="Seed" className="seed-popup" {...props}>
      <Popover.Description className="popup-text">
        All chance in a run (arrivals, service times, what is read) comes from this number. The same seed gives the same
        run on every machine. Try another one to see whether what you saw was luck.
      </Popover.Description>
      <form className="popup-row" onSubmit={submit}>
        <input
          className="text-input"
          aria-label="Seed, a whole number"
          inputMode="numeric"
          value={draft ?? String(seed)}
          aria-invalid={typed === null}
          onFocus={(event) => event.currentTarget.select()}
          onChange={(event) => setDraft(event.currentTarget.value)}
          onBlur={() => {
            // Leaving the field must not throw a run away; Enter and the button below do.
            if (draft !== null && typed !== null && typed !== seed && !begun) take(typed);
          }}
        />
        <button type="button" className="button" onClick={() => take(anotherSeed())}>
          <Dices size={16} aria-hidden="true" />
          {begun ? 'Restart with a new seed' : 'New seed'}
        </button>
      </form>
      {typed === null && <p className="popup-warning">A whole number from 0 to 4 294 967 295.</p>}
      {begun && (
        <p className="popup-note">
          {other && typed !== null ? (
            <>
              This run has seed {running}.
              <button type="button" className="button is-primary" onClick={() => take(typed)}>
                Restart with {typed}
              </button>
            </>
          ) : (
            'Another seed is another run: it begins at the start.'
          )}
        </p>
      )}
    </AnchoredPopup>
  );
}
