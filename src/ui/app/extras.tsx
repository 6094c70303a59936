import { useEffect } from 'react';
import { listenToKeyboard } from '../commands/keyboard';
import { Dialogs } from '../dialogs/dialogs';
import { LiveSummary } from './live-summary';
import { TooltipLayer } from './tooltip-layer';

/** What answers to the user but shows nothing by itself: it comes a moment after the first picture. */
export function Extras() {
  useEffect(() => listenToKeyboard(), []);
  return (
    <>
      <LiveSummary />
      <Dialogs />
      <TooltipLayer />
    </>
  );
}
