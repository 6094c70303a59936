import { useMemo, useSyncExternalStore } from 'react';
import { useDocument } from '../hooks/use-stores';
import { cardFeed } from './card-feed';
import { type FaultAction, faultActions } from './fault-actions';

/** `faultActions`, followed: renders again when a fault begins or ends. */
export function useFaultActions(id: string): readonly FaultAction[] {
  const scenario = useDocument((state) => state.scenario);
  const which = useSyncExternalStore(cardFeed.watch, () =>
    faultActions(id)
      .map(({ fault, on }) => `${fault.id} ${on}`)
      .join(),
  );
  // eslint-disable-next-line react-hooks/exhaustive-deps -- both say when the outcome changes
  return useMemo(() => faultActions(id), [id, which, scenario]);
}
