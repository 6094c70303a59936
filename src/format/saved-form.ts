/** The saved form of a run record, as a schema: what the JSON looks like, before anything is said about its meaning. */
import * as z from 'zod/mini';
import type { FieldValue } from '../model/fields';
import { failed, ok, type Problem, type Result } from '../model/problems';
import { FORMAT, FORMAT_VERSION, ID_PATTERN, LIMITS } from './limits';
import { schemaProblems } from './schema-problems';

// Otherwise zod probes `new Function`, which our content security policy forbids and reports.
z.config({ jitless: true });

const within = (min: number, max: number) => z.number().check(z.gte(min), z.lte(max));
const whole = (min: number, max: number) => z.int().check(z.gte(min), z.lte(max));
const text = (length: number) => z.string().check(z.maxLength(length));
const list = <T extends z.core.$ZodType>(item: T, length: number) => z.array(item).check(z.maxLength(length));

const id = z.string().check(z.regex(ID_PATTERN));
const position = within(-LIMITS.position, LIMITS.position);
function isSetting(value: unknown): boolean {
  if (typeof value === 'string') return value.length <= LIMITS.choiceValue;
  return typeof value === 'boolean' || Number.isFinite(value);
}

// One check instead of a union: a document full of wrong values must not cost more than a right one.
const settings = z.optional(z.record(z.string(), z.custom<FieldValue>(isSetting)));

const component = z.strictObject({
  id,
  kind: id,
  label: text(LIMITS.label),
  x: position,
  y: position,
  config: settings,
  place: z.optional(id),
});

const size = within(1, LIMITS.placeSize);
const place = z.strictObject({
  id,
  type: z.enum(['region', 'zone']),
  label: text(LIMITS.label),
  x: position,
  y: position,
  width: size,
  height: size,
  parent: z.optional(id),
  region: z.optional(id),
});

const connection = z.strictObject({ id, from: id, to: id, config: settings });

const mean = within(LIMITS.meanFaultMs, LIMITS.atMs);

const fault = z.strictObject({
  atMs: within(0, LIMITS.atMs),
  durationMs: z.optional(within(0, LIMITS.atMs)),
  target: id,
  fault: id,
  params: settings,
  random: z.optional(z.strictObject({ mtbfMs: mean, mttrMs: mean, sharedPercent: z.optional(within(0, 100)) })),
});

const edit = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('add-component'), component }),
  z.strictObject({ type: z.literal('remove-component'), id }),
  z.strictObject({ type: z.literal('configure-component'), id, config: settings }),
  z.strictObject({ type: z.literal('add-connection'), connection }),
  z.strictObject({ type: z.literal('remove-connection'), id }),
  z.strictObject({ type: z.literal('configure-connection'), id, config: settings }),
  z.strictObject({ type: z.literal('set-places'), places: list(place, LIMITS.places) }),
  z.strictObject({ type: z.literal('place-component'), id, place: z.optional(id) }),
  z.strictObject({ type: z.literal('set-faults'), faults: list(fault, LIMITS.faults) }),
]);

const atMicros = whole(0, LIMITS.atMs * 1000);

const intervention = z.discriminatedUnion('type', [
  z.strictObject({ atMicros, type: z.literal('fault'), target: id, fault: id, on: z.boolean(), params: settings }),
  z.strictObject({ atMicros, type: z.literal('edit'), edit }),
]);

const envelope = z.strictObject({
  $schema: z.optional(text(500)),
  format: z.literal(FORMAT),
  version: z.literal(FORMAT_VERSION),
  title: text(LIMITS.title),
  story: text(LIMITS.story),
  seed: whole(0, LIMITS.seed),
  components: list(z.unknown(), LIMITS.components),
  connections: list(z.unknown(), LIMITS.connections),
  faults: list(z.unknown(), LIMITS.faults),
  places: z.optional(list(z.unknown(), LIMITS.places)),
  interventions: z.optional(list(z.unknown(), LIMITS.interventions)),
  kindVersions: z.optional(z.record(z.string(), whole(1, 1_000_000))),
});

export type SavedComponent = z.infer<typeof component>;
export type SavedConnection = z.infer<typeof connection>;
export type SavedPlace = z.infer<typeof place>;
export type SavedFault = z.infer<typeof fault>;
export type SavedEdit = z.infer<typeof edit>;
export type SavedIntervention = z.infer<typeof intervention>;

export interface SavedScenario extends Pick<z.infer<typeof envelope>, 'title' | 'story' | 'seed' | 'kindVersions'> {
  readonly components: readonly SavedComponent[];
  readonly connections: readonly SavedConnection[];
  readonly faults: readonly SavedFault[];
  readonly places: readonly SavedPlace[];
  readonly interventions: readonly SavedIntervention[];
}

/** A document of the present version, if it has the right form. Stops looking once there are enough problems. */
export function readForm(document: unknown): Result<SavedScenario> {
  const outer = z.safeParse(envelope, document);
  if (!outer.success) return failed(...schemaProblems(outer.error.issues, document));
  const problems: Problem[] = [];
  const table = <T>(schema: z.ZodMiniType<T>, name: string, entries: readonly unknown[] = []): T[] => {
    const read: T[] = [];
    for (let i = 0; i < entries.length && problems.length < LIMITS.problems; i++) {
      const entry = z.safeParse(schema, entries[i]);
      if (entry.success) read.push(entry.data);
      else problems.push(...schemaProblems(entry.error.issues, entries[i], `${name}[${i}]`));
    }
    return read;
  };
  const { title, story, seed, kindVersions, ...tables } = outer.data;
  const components = table(component, 'components', tables.components);
  const connections = table(connection, 'connections', tables.connections);
  const faults = table(fault, 'faults', tables.faults);
  const places = table(place, 'places', tables.places);
  const interventions = table(intervention, 'interventions', tables.interventions);
  if (problems.length > 0) return failed(...problems.slice(0, LIMITS.problems));
  return ok({ title, story, seed, kindVersions, components, connections, faults, places, interventions });
}
