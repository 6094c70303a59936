/**
 * The kind contract: one declaration is everything the product knows about a kind of component. Palette, inspector,
 * defaults, validation, charts, fault menu, reference page and links derive from it.
 */
import type { Behaviour, Context } from '../engine/behaviour';
import type { ConnectionConfig, ConnectionFieldName, ConnectionUse } from '../model/connection-fields';
import type { FaceElement } from '../model/face';
import type { FaultSpec } from '../model/faults';
import type { Fields, Settings } from '../model/fields';
import type { Meaning } from '../model/meaning';
import type { MetricSpec } from '../model/metrics';

/** Palette groups, in their order. */
export const CATEGORIES = ['Clients', 'Edge', 'Compute', 'Data', 'Messaging', 'Control'] as const;
export type Category = (typeof CATEGORIES)[number];

/** Where connections end. What the target accepts is what the connection means. */
export interface InPort {
  readonly id: string;
  readonly label: string;
  readonly accepts: Meaning;
  /** Fields of a connection that only matter when it ends here. */
  readonly fields?: readonly ConnectionFieldName[];
  /** Understands prepare, commit, abort, perform, compensate and recover: it can take part in distributed transactions. */
  readonly transactions?: true;
}

/** Where connections begin. */
export interface OutPort {
  readonly id: string;
  readonly label: string;
  readonly sends: readonly Meaning[];
  /** Picks one target per request, runs all of them as a plan, hands out messages, steers, or coordinates. */
  readonly use: ConnectionUse;
  /** Fields of a connection that only matter when it begins here. */
  readonly fields?: readonly ConnectionFieldName[];
  /** Defaults of connections that begin here, where they differ from the common ones. */
  readonly defaults?: Partial<ConnectionConfig>;
  /** Fields that say how its connections are used, where they are not the common ones of this use. */
  readonly useFields?: readonly ConnectionFieldName[];
}

/** The reference page, under fixed headings. Each entry is a sentence or two. */
export interface KindDocs {
  readonly models: readonly string[];
  readonly leavesOut: readonly string[];
  readonly tryThis: readonly string[];
  readonly sources: readonly { readonly title: string; readonly url: string }[];
}

/** Brings the settings of a component saved under version `from` to version `from + 1`. Append-only. */
export interface KindMigration {
  readonly from: number;
  readonly name: string;
  apply(settings: Settings): Settings;
  /** Settings before and after, exercised by the contract test. */
  readonly example: { readonly before: Settings; readonly after: Settings };
}

interface KindParts {
  /** Permanent, kebab-case: saved in files. */
  readonly id: string;
  readonly title: string;
  /** One sentence for palette and tooltip. */
  readonly summary: string;
  readonly category: Category;
  readonly docs: KindDocs;
  /** SVG path data on a 24 × 24 grid, drawn as a line of 1.8 width with round ends. */
  readonly icon: string;
  readonly in: readonly InPort[];
  readonly out: readonly OutPort[];
  readonly metrics: readonly MetricSpec[];
  readonly face: readonly FaceElement[];
  readonly faults: readonly FaultSpec[];
  /** Requests begin here. */
  readonly source?: boolean;
  /** Its behaviour keeps a history of operations, which can be checked for consistency. */
  readonly history?: boolean;
  readonly version: number;
  readonly migrations: readonly KindMigration[];
}

export interface Kind extends KindParts {
  readonly fields: Fields;
}

/**
 * Declares a kind. What it does stands beside it in `<id>-behaviour.ts`: the page shows kinds without being able to run
 * them, so that behaviours and engine stay out of its first load.
 */
export function defineKind<const K extends Kind>(kind: K): K {
  return kind;
}

/** What the simulation makes of a component: built from its full config, acting through its context. */
export type BehaviourClass = new (config: never, context: Context) => Behaviour;
