import { MiniMap, type MiniMapNodeProps } from '@xyflow/react';
import { placesOf } from '../../model/places';
import { useDocument, useView } from '../hooks/use-stores';

export function SystemMap() {
  return (
    <MiniMap
      className="canvas-control"
      position="bottom-right"
      ariaLabel="Map of the system"
      pannable
      zoomable
      nodeBorderRadius={14}
      nodeComponent={MapCard}
      offsetScale={10}
    />
  );
}

/** A card on the map. React Flow draws nothing but cards, so the first one brings the places along, behind all others. */
function MapCard({ id, x, y, width, height, borderRadius, className, selected }: MiniMapNodeProps) {
  const first = useDocument((state) => state.scenario.components[0]?.id === id);
  return (
    <>
      {first && <MapPlaces />}
      <rect
        className={`react-flow__minimap-node ${selected ? 'selected' : ''} ${className}`}
        x={x}
        y={y}
        rx={borderRadius}
        ry={borderRadius}
        width={width}
        height={height}
        shapeRendering="crispEdges"
      />
    </>
  );
}

function MapPlaces() {
  const scenario = useDocument((state) => state.scenario);
  const selection = useView((state) => state.selection);
  return placesOf(scenario).map(({ id, type, x, y, width, height }) => (
    <rect
      key={id}
      className={`map-place is-${type} ${selection.has(id) ? 'is-selected' : ''}`}
      x={x}
      y={y}
      rx={14}
      width={width}
      height={height}
    />
  ));
}
