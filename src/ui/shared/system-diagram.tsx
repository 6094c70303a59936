import { findKind } from '../../kinds/registry';
import type { Component, Scenario } from '../../model/scenario';

/** Size of a card on the canvas, near enough for a small picture. */
const WIDTH = 178;
const HEIGHT = 104;
const MARGIN = 16;

function curve(from: Component, to: Component): string {
  const x1 = from.x + WIDTH;
  const y1 = from.y + HEIGHT / 2;
  const y2 = to.y + HEIGHT / 2;
  const bend = Math.max(36, (to.x - x1) / 2);
  return `M${x1} ${y1}C${x1 + bend} ${y1} ${to.x - bend} ${y2} ${to.x} ${y2}`;
}

/** A system as a small still picture: boxes with the kinds' icons, and the connections. Decorative: its name stands beside it. */
export function SystemDiagram({ scenario }: { scenario: Scenario }) {
  const { components, connections } = scenario;
  if (components.length === 0) return <svg className="system-diagram" aria-hidden="true" />;
  const byId = new Map(components.map((component) => [component.id, component]));
  const left = Math.min(...components.map(({ x }) => x)) - MARGIN;
  const top = Math.min(...components.map(({ y }) => y)) - MARGIN;
  const right = Math.max(...components.map(({ x }) => x)) + WIDTH + MARGIN;
  const bottom = Math.max(...components.map(({ y }) => y)) + HEIGHT + MARGIN;
  // Small systems keep a size like the others', rather than filling the picture with one box.
  const width = Math.max(right - left, 760);
  const height = Math.max(bottom - top, 330);
  const x = left - (width - (right - left)) / 2;
  const y = top - (height - (bottom - top)) / 2;
  return (
    <svg className="system-diagram" viewBox={`${x} ${y} ${width} ${height}`} aria-hidden="true">
      {connections.map(({ id, from, to }) => {
        const source = byId.get(from);
        const target = byId.get(to);
        return source && target ? <path key={id} className="diagram-line" d={curve(source, target)} /> : null;
      })}
      {components.map((component) => (
        <g key={component.id} transform={`translate(${component.x} ${component.y})`}>
          <rect className="diagram-box" width={WIDTH} height={HEIGHT} rx="16" />
          <path
            className="diagram-icon"
            transform={`translate(${WIDTH / 2 - 28} ${HEIGHT / 2 - 28}) scale(2.33)`}
            d={findKind(component.kind)?.icon ?? ''}
          />
        </g>
      ))}
    </svg>
  );
}
