import { lazy, useRef, useState } from 'react';
import { useDocument, useRun } from '../hooks/use-stores';
import { LazyPopup } from '../shared/lazy-popup';

const SeedPopup = lazy(async () => ({ default: (await import('./seed-popup')).SeedPopup }));

/** The seed, always in sight: the same seed gives the same run. */
export function SeedChip() {
  const seed = useDocument(({ scenario }) => scenario.seed);
  // An undone change of the seed does not reach a run that has begun.
  const old = useRun((run) => (run.begun && run.seed !== seed ? run.seed : null));
  const [open, setOpen] = useState(false);
  const [asked, setAsked] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  return (
    <>
      <button
        type="button"
        ref={button}
        className="chip seed-chip"
        aria-haspopup="dialog"
        aria-expanded={open}
        data-tip={
          open
            ? undefined
            : old !== null
              ? `The run still has seed ${old}: restart it to use seed ${seed}`
              : 'All chance in a run comes from this number: the same seed gives the same run'
        }
        onClick={() => {
          setAsked(true);
          setOpen(!open);
        }}
      >
        seed {old === null ? seed : `${old} → ${seed}`}
      </button>
      {asked && (
        <LazyPopup>
          <SeedPopup anchor={button} open={open} onOpenChange={setOpen} />
        </LazyPopup>
      )}
    </>
  );
}
