/**
 * The field language: one declaration gives the inspector its control, the format its validation, the reference page
 * its row and the kind its config type.
 */

/** What the real product ships with, shown beside ours where they differ. */
export interface RealDefault {
  /** As people write it: "200", "60 s". */
  readonly value: string;
  readonly product: string;
  /** Address of the page that says so. */
  readonly source: string;
}

/** Why a default is ours alone, where no product ships one that could be quoted. */
export const OURS = {
  system: 'part of the system: yours to choose',
  work: 'depends on work and machines; ours are small',
  off: 'off until you ask for it',
} as const;
export type Ours = keyof typeof OURS;

interface FieldBase<T> {
  readonly label: string;
  /** One or two sentences: what it does and what to expect when it changes. */
  readonly help: string;
  readonly default: T;
  /** Every default has a source, or a reason why it has none: one of these two. The contract test holds kinds to it. */
  readonly real?: RealDefault;
  readonly ours?: Ours;
  /** Shown only while another field of the same owner has one of these values. */
  readonly when?: { readonly field: string; readonly is: readonly (string | boolean)[] };
}

export interface NumberField extends FieldBase<number> {
  readonly type: 'number';
  /** Unit shown beside the value: "ms", "requests", "%", "" for a plain count. */
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  readonly integer?: boolean;
}

export interface ChoiceField<V extends string = string> extends FieldBase<V> {
  readonly type: 'choice';
  readonly options: readonly { readonly value: V; readonly label: string; readonly help: string }[];
}

export interface ToggleField extends FieldBase<boolean> {
  readonly type: 'toggle';
}

export type Field = NumberField | ChoiceField | ToggleField;
export type Fields = Readonly<Record<string, Field>>;
export type FieldValue = number | string | boolean;

/** Values as saved: only what differs from the defaults. */
export type Settings = Readonly<Record<string, FieldValue>>;

export type ValueOf<F extends Field> = F extends NumberField
  ? number
  : F extends ToggleField
    ? boolean
    : F extends ChoiceField<infer V>
      ? V
      : never;

/** Every field with a value: what a behaviour receives. */
export type ConfigOf<F extends Fields> = { readonly [K in keyof F]: ValueOf<F[K]> };
export type Config = Readonly<Record<string, FieldValue>>;

/** Declares a choice whose option values become its type. */
export function choice<const V extends string>(field: Omit<ChoiceField<V>, 'type'>): ChoiceField<V> {
  return { type: 'choice', ...field };
}

/** Why a value is not acceptable for a field, in words that follow the field's label; null when it is fine. */
export function fieldProblem(field: Field, value: unknown): string | null {
  switch (field.type) {
    case 'number': {
      if (typeof value !== 'number' || !Number.isFinite(value)) return 'must be a number';
      if (field.integer && !Number.isInteger(value)) return 'must be a whole number';
      const unit = field.unit === '' ? '' : ` ${field.unit}`;
      if (value < field.min) return `must be at least ${field.min}${unit}`;
      if (value > field.max) return `must be at most ${field.max}${unit}`;
      return null;
    }
    case 'choice':
      return field.options.some((option) => option.value === value)
        ? null
        : `must be one of ${field.options.map((option) => option.value).join(', ')}`;
    case 'toggle':
      return typeof value === 'boolean' ? null : 'must be true or false';
  }
}

/**
 * Defaults overlaid with the settings. Settings must already be valid.
 *
 * All configs of the same fields have the same shape, because they are copied from the fields and then filled: an object
 * that is built name by name becomes a hash table in V8, and the engine reads configs at every event.
 */
export function completeConfig(fields: Fields, settings: Settings, defaults: Settings = {}): Config {
  const config: Record<string, unknown> = { ...fields };
  for (const [name, field] of Object.entries(fields)) {
    config[name] = settings[name] ?? defaults[name] ?? field.default;
  }
  return config as Config;
}

/** Whether the field applies, given the other values of its owner. */
export function fieldApplies(field: Field, config: Config): boolean {
  if (!field.when) return true;
  const value = config[field.when.field];
  return value !== undefined && typeof value !== 'number' && field.when.is.includes(value);
}

/** The value a field takes from text (a command line, an input), or undefined when the text does not fit its type. */
export function parseFieldText(field: Field, text: string): FieldValue | undefined {
  const trimmed = text.trim();
  switch (field.type) {
    case 'number': {
      const value = Number(trimmed);
      return trimmed === '' || !Number.isFinite(value) ? undefined : value;
    }
    case 'toggle':
      return trimmed === 'true' ? true : trimmed === 'false' ? false : undefined;
    case 'choice':
      return trimmed;
  }
}
