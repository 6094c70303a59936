/** How long a piece of work takes, as fields: the same choice for every kind that works, in its own words. */
import { choice, type ChoiceField, type NumberField } from '../model/fields';

export type TimeShape = 'lognormal' | 'exponential' | 'constant';

export interface TimeWords {
  /** "Service time": also the beginning of the other labels. */
  readonly label: string;
  readonly help: string;
  /** Help of the three shapes. */
  readonly lognormal: string;
  readonly exponential: string;
  readonly constant: string;
  /** Help of median, p99 and mean. */
  readonly median: string;
  readonly p99: string;
  readonly mean: string;
  readonly medianMs: number;
  readonly p99Ms: number;
  readonly meanMs: number;
}

export type TimeFields<Name extends string> = Readonly<Record<Name, ChoiceField<TimeShape>>> & {
  readonly medianMs: NumberField;
  readonly p99Ms: NumberField;
  readonly meanMs: NumberField;
};

/** `name` is the saved name of the choice of the distribution. */
export function serviceTimeFields<const Name extends string>(name: Name, words: TimeWords): TimeFields<Name> {
  const time = (what: string, help: string, ms: number, max: number, is: readonly string[]): NumberField => ({
    type: 'number',
    label: `${words.label}, ${what}`,
    unit: 'ms',
    default: ms,
    ours: 'work',
    min: 0.001,
    max,
    help,
    when: { field: name, is },
  });
  return {
    [name]: choice({
      label: words.label,
      default: 'lognormal' as TimeShape,
      ours: 'work',
      options: [
        { value: 'lognormal', label: 'Typical and slowest', help: words.lognormal },
        { value: 'exponential', label: 'Exponential', help: words.exponential },
        { value: 'constant', label: 'Constant', help: words.constant },
      ],
      help: words.help,
    }),
    medianMs: time('median', words.median, words.medianMs, 60_000, ['lognormal']),
    p99Ms: time('p99', `${words.p99} Values below the median count as the median.`, words.p99Ms, 600_000, [
      'lognormal',
    ]),
    meanMs: time('mean', words.mean, words.meanMs, 60_000, ['exponential', 'constant']),
  } as TimeFields<Name>;
}
