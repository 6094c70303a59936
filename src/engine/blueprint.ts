import type { ConnectionConfig } from '../model/connection-fields';
import type { FaceElement } from '../model/face';
import type { FaultSpec } from '../model/faults';
import type { Config } from '../model/fields';
import type { Meaning } from '../model/meaning';
import type { MetricSpec } from '../model/metrics';
import type { Component, Connection, Scenario } from '../model/scenario';
import type { Behaviour, Context } from './behaviour';

/** A component as the engine needs it: its kind's part of the contract with every field filled in. */
export interface ComponentBlueprint {
  readonly kind: string;
  readonly config: Config;
  readonly metrics: readonly MetricSpec[];
  readonly face: readonly FaceElement[];
  /** Faults it accepts: the standard ones of the model by id, and the kind's own. */
  readonly faults: readonly FaultSpec[];
  /** Requests begin here: it counts for the end-to-end figures. */
  readonly source: boolean;
  create(context: Context): Behaviour;
}

export interface ConnectionBlueprint {
  readonly meaning: Meaning;
  readonly config: ConnectionConfig;
}

/** Turns parts of a document into blueprints. The engine knows no kinds; the registry's layer supplies this. */
export interface Resolver {
  component(component: Component): ComponentBlueprint;
  connection(connection: Connection, scenario: Scenario): ConnectionBlueprint;
}
