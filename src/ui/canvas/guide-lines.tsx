import { ViewportPortal } from '@xyflow/react';
import { guides } from './canvas-state';
import { useCell } from './use-cell';

/** Longer than any canvas. */
const FAR = 20_000;

/** Where the card being dragged is level with others. */
export function GuideLines() {
  const { x, y } = useCell(guides);
  if (x.length === 0 && y.length === 0) return null;
  return (
    <ViewportPortal>
      <svg className="guide-lines" width="1" height="1" aria-hidden="true">
        {x.map((at) => (
          <path key={`x${at}`} d={`M${at} ${-FAR}V${FAR}`} />
        ))}
        {y.map((at) => (
          <path key={`y${at}`} d={`M${-FAR} ${at}H${FAR}`} />
        ))}
      </svg>
    </ViewportPortal>
  );
}
