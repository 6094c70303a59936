/** The panels around the canvas. They arrive right after the first picture, which needs bar, palette and canvas alone. */
import { lazy, Suspense } from 'react';
import { useView } from '../hooks/use-stores';

const DockPart = lazy(async () => ({ default: (await import('../dock/dock')).Dock }));
const InspectorPart = lazy(async () => ({ default: (await import('../inspector/inspector')).Inspector }));

const PhoneBarsPart = lazy(async () => ({ default: (await import('./phone-bars')).PhoneBars }));

const ExtrasPart = lazy(async () => ({ default: (await import('./extras')).Extras }));

/** Keeps the dock's place, so that the canvas does not jump when it comes. */
function DockPlace() {
  const open = useView((view) => view.panels.dock);
  return <div className={open ? 'dock-place is-open' : 'dock-place'} />;
}

export function Dock() {
  return (
    <Suspense fallback={<DockPlace />}>
      <DockPart />
    </Suspense>
  );
}

export function Inspector() {
  return (
    <Suspense>
      <InspectorPart />
    </Suspense>
  );
}

export function PhoneBars() {
  return (
    <Suspense fallback={<div className="phone-foot-place" />}>
      <PhoneBarsPart />
    </Suspense>
  );
}

export function Extras() {
  return (
    <Suspense>
      <ExtrasPart />
    </Suspense>
  );
}
