/** Connecting without dragging, and why two components cannot be connected, in words. */
import { findKind } from '../../kinds/registry';
import type { Kind } from '../../kinds/kind';
import { MEANING_WORDS, type Meaning } from '../../model/meaning';
import type { Scenario } from '../../model/scenario';
import { canConnect, connect, connectionRuleOf, documentStore } from '../../store/document-store';
import { notify, select, viewStore } from '../../store/view-store';

const NOUNS: Readonly<Record<Meaning, string>> = {
  request: 'requests',
  cache: 'cache commands',
  query: 'queries',
  publish: 'messages to publish',
  deliver: 'messages it delivers',
  lock: 'requests for locks',
  register: 'heartbeats of instances',
  discover: 'lookups of addresses',
  measure: 'questions about its load',
  scale: 'orders to scale',
};

/** Whether connections can begin at a component of this kind, and whether they can end there. */
export function hasPorts(kindId: string): { in: boolean; out: boolean } {
  const kind = findKind(kindId);
  return { in: (kind?.in.length ?? 0) > 0, out: (kind?.out.length ?? 0) > 0 };
}

/** Begins at a component; the next click or Enter on another one ends there. Returns whether it can. */
export function startConnecting(from: string): boolean {
  const component = documentStore.getState().scenario.components.find(({ id }) => id === from);
  if (!component) return false;
  if (!hasPorts(component.kind).out) {
    notify('info', `${component.label} calls nobody: connections only end at a ${findKind(component.kind)?.title}.`);
    return false;
  }
  viewStore.setState({ connectingFrom: from, placing: null });
  return true;
}

export function cancelConnecting(): void {
  if (viewStore.getState().connectingFrom !== null) viewStore.setState({ connectingFrom: null });
}

/** Connects, or says why not. */
export function finishConnecting(from: string, to: string): void {
  cancelConnecting();
  if (from === to) return;
  const { scenario } = documentStore.getState();
  const obstacle = connectionObstacle(scenario, from, to);
  if (obstacle !== null) {
    notify('info', obstacle);
    return;
  }
  const id = connect(from, to);
  if (id !== null) select([id]);
}

/** Why these two cannot be connected; null when they can. */
export function connectionObstacle(scenario: Scenario, from: string, to: string): string | null {
  if (canConnect(scenario, from, to)) return null;
  const source = scenario.components.find(({ id }) => id === from);
  const target = scenario.components.find(({ id }) => id === to);
  const sourceKind = findKind(source?.kind ?? '');
  const targetKind = findKind(target?.kind ?? '');
  if (!source || !target || !sourceKind || !targetKind) return 'One of the two is no longer there.';
  if (from === to) return `${source.label} cannot be connected to itself.`;
  const existing = scenario.connections.find((connection) => connection.from === from && connection.to === to);
  if (existing) return `${source.label} already ${meaningWords(scenario, existing.id)} ${target.label}.`;
  if (sourceKind.out.length === 0)
    return `${source.label} calls nobody: connections only end at a ${sourceKind.title}.`;
  if (targetKind.in.length === 0) return `Nothing calls ${target.label}: requests begin at a ${targetKind.title}.`;
  return `${sourceKind.title} sends ${sent(sourceKind)}, but ${targetKind.title} takes ${taken(targetKind)}.`;
}

/** What a connection does: "queries", "publishes to". */
export function meaningWords(scenario: Scenario, connectionId: string): string {
  const connection = scenario.connections.find(({ id }) => id === connectionId);
  const rule = connection && connectionRuleOf(scenario, connection);
  return MEANING_WORDS[rule?.meaning ?? 'request'];
}

function sent(kind: Kind): string {
  return listed([...new Set(kind.out.flatMap(({ sends }) => sends))].map((meaning) => NOUNS[meaning]));
}

function taken(kind: Kind): string {
  return listed([...new Set(kind.in.map(({ accepts }) => accepts))].map((meaning) => NOUNS[meaning]));
}

function listed(items: readonly string[]): string {
  return items.length < 2 ? (items[0] ?? 'nothing') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}
