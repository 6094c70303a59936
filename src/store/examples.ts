/** The examples that come with the site: on demand, because their list alone grows with every one of them. */
import groups from '../../scenarios/starters/order.json';
import { readScenario } from '../format/scenario-codec';
import type { RunRecord } from '../model/scenario';

export interface Starter {
  readonly id: string;
  /** Heading it stands under. */
  readonly group: string;
  readonly record: RunRecord;
}

const FOLDER = '../../scenarios/starters';
const files = import.meta.glob<string>('../../scenarios/starters/*.scenario.json', {
  query: '?raw',
  import: 'default',
});

/** The example of that id as it is read from its file; null when there is none. */
export async function loadExample(id: string): Promise<ReturnType<typeof readScenario> | null> {
  const load = files[`${FOLDER}/${id}.scenario.json`];
  return load ? readScenario(await load()) : null;
}

/** The examples, in the order in which they teach. */
export async function loadStarters(): Promise<Starter[]> {
  const places = groups.flatMap(({ title, examples }) => examples.map((id) => ({ id, group: title })));
  const starters = await Promise.all(
    places.map(async ({ id, group }): Promise<Starter | null> => {
      const read = await loadExample(id);
      return read?.ok ? { id, group, record: read.value } : null;
    }),
  );
  return starters.filter((starter) => starter !== null);
}
