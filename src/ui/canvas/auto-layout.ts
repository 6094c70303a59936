/** Layered layout from left to right (dagre, loaded when it is asked for). */
import { Graph, layout } from '@dagrejs/dagre';
import type { Scenario } from '../../model/scenario';
import { CARD_WIDTH, PORT_Y } from './curve';
import type { Place } from './flow-elements';
import { GRID } from './grid';

const BETWEEN_COLUMNS = 100;
const BETWEEN_ROWS = 40;

/** New places, on the grid. The upper left corner of the whole stays where it was. */
export function layOut(scenario: Scenario, heights: ReadonlyMap<string, number>): Map<string, Place> {
  const graph = new Graph();
  graph.setGraph({ rankdir: 'LR', ranksep: BETWEEN_COLUMNS, nodesep: BETWEEN_ROWS });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id } of scenario.components) {
    // Symmetrical about the ports, so that what lies in one row is joined by a straight line.
    const reach = Math.max(PORT_Y, (heights.get(id) ?? 0) - PORT_Y);
    graph.setNode(id, { width: CARD_WIDTH, height: 2 * reach });
  }
  for (const { from, to } of scenario.connections) graph.setEdge(from, to);
  layout(graph);
  const raw = new Map(
    scenario.components.map(({ id }): [string, Place] => {
      const { x, y } = graph.node(id) as Place;
      return [id, { x: x - CARD_WIDTH / 2, y: y - PORT_Y }];
    }),
  );
  const left = (places: Iterable<Place>): number => Math.min(...[...places].map(({ x }) => x));
  const top = (places: Iterable<Place>): number => Math.min(...[...places].map(({ y }) => y));
  const dx = left(scenario.components) - left(raw.values());
  const dy = top(scenario.components) - top(raw.values());
  return new Map([...raw].map(([id, { x, y }]) => [id, { x: onGrid(x + dx), y: onGrid(y + dy) }]));
}

function onGrid(value: number): number {
  return Math.round(value / GRID) * GRID;
}
