/** Reads public/validation.json, which `npm run validate` writes: the simulation against queueing theory. */

export interface ValidationRow {
  readonly setup: string;
  readonly what: string;
  readonly unit: string;
  readonly theory: number | null;
  readonly measured: number | null;
  /** In words: the ends of the confidence interval, or "worst run". */
  readonly interval: string;
  /** Relative to theory, 0 … 1; null when none was given. */
  readonly tolerance: number | null;
  readonly passed: boolean;
}

export interface ValidationVector {
  readonly id: string;
  readonly title: string;
  readonly shows: string;
  /** What of it is not shown yet. */
  readonly missing: string;
  readonly passed: boolean;
  readonly rows: readonly ValidationRow[];
}

type Unknown = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Unknown => typeof value === 'object' && value !== null;
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const number = (value: unknown): number | null => (typeof value === 'number' && Number.isFinite(value) ? value : null);
const list = (value: unknown): Unknown[] => (Array.isArray(value) ? value.filter(isObject) : []);

/** Null when it is not a validation file. */
export function readValidation(json: unknown): ValidationVector[] | null {
  if (!isObject(json) || !Array.isArray(json['vectors'])) return null;
  return list(json['vectors']).map((vector) => {
    const rows = list(vector['rows']).map((row): ValidationRow => ({
      setup: text(row['setup']) || text(vector['setup']),
      what: text(row['what']),
      unit: text(row['unit']) || text(vector['unit']),
      theory: number(row['theory']),
      measured: number(row['measured']),
      interval: intervalWords(row),
      tolerance: number(row['tolerance']),
      passed: row['verdict'] === 'pass',
    }));
    return {
      id: text(vector['id']),
      title: text(vector['title']),
      shows: text(vector['shows']),
      missing: text(vector['missing']),
      passed: rows.length > 0 && rows.every(({ passed }) => passed) && vector['verdict'] !== 'fail',
      rows,
    };
  });
}

function intervalWords(row: Unknown): string {
  if (row['judge'] === 'exact') return 'every run';
  if (row['judge'] === 'at-most') return 'worst run';
  const low = number(row['low']);
  const high = number(row['high']);
  return low === null || high === null ? '' : `${low} … ${high}`;
}

/** The table of this version; null when the site has none. */
export async function loadValidation(): Promise<ValidationVector[] | null> {
  try {
    const response = await fetch(new URL('validation.json', document.baseURI));
    return response.ok ? readValidation(await response.json()) : null;
  } catch {
    return null;
  }
}
