import { useStoreApi } from '@xyflow/react';
import { useEffect, useRef } from 'react';
import { DotLoop } from './dot-loop';

/**
 * The requests on their way: one canvas over everything, the size of the window onto the flow. It lies above the cards
 * because anything above a canvas that changes sixty times a second becomes a layer of its own in the browser; a dot
 * that runs behind a card is left out instead.
 */
export function DotOverlay() {
  const canvas = useRef<HTMLCanvasElement>(null);
  const flow = useStoreApi();
  useEffect(() => {
    if (!canvas.current) return;
    const loop = new DotLoop(canvas.current, flow);
    return () => loop.stop();
  }, [flow]);
  return <canvas ref={canvas} className="dot-overlay" aria-hidden="true" />;
}
