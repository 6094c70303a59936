/**
 * The order in which Tab goes through a system: a card, the connections that leave it, the next card. In the page's
 * own order all connections would come before all cards. At either end the browser takes over, so nobody is trapped.
 */
import type { Scenario } from '../../model/scenario';
import { canConnect } from '../../store/document-store';

/** Ids in order. While a connection is drawn from a card, only cards where it may end. */
export function tabOrder(scenario: Scenario, connectingFrom: string | null): string[] {
  if (connectingFrom !== null) {
    return scenario.components.map(({ id }) => id).filter((id) => canConnect(scenario, connectingFrom, id));
  }
  return scenario.components.flatMap(({ id }) => [
    id,
    ...scenario.connections.filter(({ from }) => from === id).map((connection) => connection.id),
  ]);
}

/** The element that takes the focus for a component, a connection or a place. */
export function focusTarget(id: string): HTMLElement | SVGElement | null {
  const name = CSS.escape(id);
  return document.querySelector(
    `.canvas [data-card="${name}"], .canvas .react-flow__edge[data-id="${name}"], .canvas [data-place="${name}"]`,
  );
}

/** The component, connection or place an element belongs to. */
export function partOf(element: EventTarget | null): string | null {
  if (!(element instanceof Element)) return null;
  const part = element.closest('.react-flow__node, .react-flow__edge, .place');
  return part?.getAttribute('data-id') ?? null;
}
