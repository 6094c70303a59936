/**
 * How old documents reach the present. Two lists: of the document format here, and of each kind's settings in the kind.
 * Both are append-only: an entry that has shipped is never changed, because files of its time are still around.
 */
import type { Kind } from '../../kinds/kind';
import type { Settings } from '../../model/fields';

/** A document of any version: known to be a plain object, nothing else. */
export type AnyDocument = Readonly<Record<string, unknown>>;

/** Brings a document from version `from` to `from + 1`. It must not throw, whatever is inside the document. */
export interface ScenarioMigration {
  readonly from: number;
  readonly name: string;
  apply(document: AnyDocument): AnyDocument;
  /** Exercised by the test of this folder. */
  readonly example: { readonly before: AnyDocument; readonly after: AnyDocument };
}

export const SCENARIO_MIGRATIONS: readonly ScenarioMigration[] = [];

/** The document in the present version. `version` is the one it was saved in. */
export function migrateDocument(
  document: AnyDocument,
  version: number,
  migrations: readonly ScenarioMigration[] = SCENARIO_MIGRATIONS,
): AnyDocument {
  let migrated = document;
  for (const { from, apply } of migrations) {
    if (from >= version) migrated = { ...apply(migrated), version: from + 1 };
  }
  return migrated;
}

/** Settings saved under version `version` of their kind, as its present version has them. */
export function migrateSettings(kind: Kind, settings: Settings, version: number): Settings {
  let migrated = settings;
  for (const migration of kind.migrations) {
    if (migration.from >= version) migrated = migration.apply(migrated);
  }
  return migrated;
}
