import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { liveRun } from '../../store/live-run';
import { SYSTEM } from '../../store/run-history';
import { useRun } from '../hooks/use-stores';

const WHY =
  'Same link, same run: on every machine and in every browser, the same system with the same seed has this fingerprint after this second.';

/** What the run was up to its last whole second, in a few digits to compare. */
export function Fingerprint() {
  const fingerprint = useRun((state) => state.secondFingerprint);
  const begun = useRun((state) => state.begun);
  const [copied, setCopied] = useState('');
  useEffect(() => {
    if (copied === '') return;
    const timer = setTimeout(() => setCopied(''), 1500);
    return () => clearTimeout(timer);
  }, [copied]);
  if (!begun || fingerprint === '') return null;
  // It changes with the window that ends at a whole second, which the same frame has brought.
  const second = Math.floor((liveRun.history.of(SYSTEM)?.times.at(-1) ?? 0) / 1e6);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(`run ${second} s · ${fingerprint}`);
    setCopied(fingerprint);
  };
  return (
    <p className="fingerprint">
      <span data-tip={WHY}>
        run {second} s ·{' '}
        <data data-testid="fingerprint" data-second={second} value={fingerprint}>
          {fingerprint}
        </data>
      </span>
      <button
        type="button"
        className="icon-button"
        aria-label="Copy the fingerprint of the run"
        data-tip={`Copy the fingerprint.\n${WHY}`}
        onClick={() => void copy().catch(() => undefined)}
      >
        {copied !== '' ? <Check size={14} aria-hidden="true" /> : <Copy size={14} aria-hidden="true" />}
      </button>
    </p>
  );
}
