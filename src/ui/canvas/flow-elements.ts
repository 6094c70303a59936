/**
 * React Flow's nodes and edges, derived from the document and the selection. Objects stay the same while what they are
 * made of does, so React Flow touches only what changed.
 */
import type { Edge, Node } from '@xyflow/react';
import { connectionConfig } from '../../kinds/connect';
import { findKind } from '../../kinds/registry';
import type { ConnectionConfig } from '../../model/connection-fields';
import type { Settings } from '../../model/fields';
import type { Component, Scenario } from '../../model/scenario';
import { distanceOf } from '../../model/places';
import { MEANING_WORDS } from '../../model/meaning';
import { connectionRuleOf } from '../../store/document-store';
import { resilienceWords } from './resilience-marks';

/** The node's type is the kind, so that React Flow measures the ports again when a component's kind changes. */
export type ComponentNode = Node<{ component: Component }, string>;
export type ConnectionEdge = Edge<{ words: string; settings: Settings; config: ConnectionConfig | null }, 'connection'>;

export interface Size {
  readonly width: number;
  readonly height: number;
}
export interface Place {
  readonly x: number;
  readonly y: number;
}

/** Above the dots, which are above the lines. */
const NODE_Z = 4;
const SELECTED_NODE_Z = 5;

const noRole = { 'aria-roledescription': undefined };

export class FlowElements {
  #nodes = new Map<string, ComponentNode>();
  #edges = new Map<string, ConnectionEdge>();

  /** `draft` holds where cards are while they are dragged. */
  nodes(
    components: readonly Component[],
    selection: ReadonlySet<string>,
    sizes: ReadonlyMap<string, Size>,
    draft: ReadonlyMap<string, Place> | null,
  ): ComponentNode[] {
    const before = this.#nodes;
    const after = new Map<string, ComponentNode>();
    for (const component of components) {
      const { id } = component;
      const { x, y } = draft?.get(id) ?? component;
      const selected = selection.has(id);
      const measured = sizes.get(id);
      const old = before.get(id);
      const same =
        old?.data.component === component &&
        old.position.x === x &&
        old.position.y === y &&
        old.selected === selected &&
        old.measured === measured;
      after.set(
        id,
        same
          ? old
          : {
              id,
              type: component.kind,
              position: { x, y },
              data: old?.data.component === component ? old.data : { component },
              selected,
              ...(measured ? { measured } : {}),
              // The card inside is what takes the focus and has a name.
              focusable: false,
              domAttributes: noRole,
              zIndex: selected ? SELECTED_NODE_Z : NODE_Z,
            },
      );
    }
    this.#nodes = after;
    return [...after.values()];
  }

  edges(scenario: Scenario, selection: ReadonlySet<string>): ConnectionEdge[] {
    const before = this.#edges;
    const after = new Map<string, ConnectionEdge>();
    const labels = new Map(scenario.components.map(({ id, label }) => [id, label]));
    for (const connection of scenario.connections) {
      const { id, from, to, config: settings } = connection;
      const selected = selection.has(id);
      const rule = connectionRuleOf(scenario, connection);
      const words = MEANING_WORDS[rule?.meaning ?? 'request'];
      const config =
        rule && rule.use !== 'deliver' ? connectionConfig(rule, settings, distanceOf(scenario, connection)) : null;
      const how = config ? resilienceWords(config) : '';
      const ariaLabel = `Connection: ${labels.get(from)} ${words} ${labels.get(to)}${how === '' ? '' : ` ${how}`}`;
      const old = before.get(id);
      const same =
        old?.source === from &&
        old.target === to &&
        old.selected === selected &&
        old.ariaLabel === ariaLabel &&
        old.data?.settings === settings;
      after.set(
        id,
        same
          ? old
          : {
              id,
              type: 'connection',
              source: from,
              target: to,
              selected,
              data: { words, settings, config },
              ariaLabel,
              // Tab comes here after the card the connection leaves: see tab-order.ts.
              domAttributes: { tabIndex: -1, 'aria-roledescription': 'connection' },
              zIndex: selected ? 2 : 1,
            },
      );
    }
    this.#edges = after;
    return [...after.values()];
  }
}

export function kindTitle(kindId: string): string {
  return findKind(kindId)?.title ?? 'Unknown kind';
}
