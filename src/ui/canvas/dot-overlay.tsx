import { useStoreApi } from '@xyflow/react';
import { useEffect, useRef } from 'react';

/**
 * The requests on their way: one canvas over everything, the size of the window onto the flow. It lies above the cards
 * because anything above a canvas that changes sixty times a second becomes a layer of its own in the browser; a dot
 * that runs behind a card is left out instead.
 */
export function DotOverlay() {
  const canvas = useRef<HTMLCanvasElement>(null);
  const flow = useStoreApi();
  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    let gone = false;
    let stop = (): void => void (gone = true);
    // Nothing moves before a run begins, so the painter is not part of the first load.
    void import('./dot-loop').then(({ DotLoop }) => {
      if (gone) return;
      const loop = new DotLoop(element, flow);
      stop = () => loop.stop();
    });
    return () => stop();
  }, [flow]);
  return <canvas ref={canvas} className="dot-overlay" aria-hidden="true" />;
}
