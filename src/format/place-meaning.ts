/** What zones and regions mean: do they know each other, and does one lie in the other as it should? */
import type { FieldValue } from '../model/fields';
import { findRegion, type Place } from '../model/places';
import { type Problem, problem } from '../model/problems';
import type { RandomTimes } from '../model/scenario';
import type { SavedFault, SavedPlace } from './saved-form';

/** −0 is written as 0, so it is read as 0. */
export const canonical = <T extends FieldValue>(value: T): T => (value === 0 ? (0 as T) : value);

export function canonicalPlace({ id, type, label, x, y, width, height, parent, region }: SavedPlace): Place {
  const more = { ...(parent === undefined ? {} : { parent }), ...(region === undefined ? {} : { region }) };
  return { id, type, label, x: canonical(x), y: canonical(y), width, height, ...more };
}

export function canonicalTimes({ mtbfMs, mttrMs, sharedPercent }: NonNullable<SavedFault['random']>): RandomTimes {
  return { mtbfMs, mttrMs, ...(sharedPercent === undefined ? {} : { sharedPercent: canonical(sharedPercent) }) };
}

/** Problems of a list of places, by themselves. A region lies in nothing and a zone in a region, so none can be a circle. */
export function placeProblems(places: readonly SavedPlace[], where: string): Problem[] {
  const problems: Problem[] = [];
  const types = new Map(places.map(({ id, type }) => [id, type]));
  const seen = new Set<string>();
  for (const [i, { id, type, parent, region }] of places.entries()) {
    const at = `${where}[${i}]`;
    if (seen.has(id)) problems.push(problem(201, '', `${at}.id`));
    seen.add(id);
    if (parent !== undefined && !types.has(parent)) problems.push(problem(213, '', `${at}.parent`));
    else if (parent !== undefined && (type !== 'zone' || types.get(parent) !== 'region')) {
      problems.push(problem(214, 'A zone lies in a region; a region lies in nothing.', `${at}.parent`));
    }
    if (region !== undefined && type !== 'region') {
      problems.push(problem(214, 'Only a region says where on Earth it is.', `${at}.region`));
    } else if (region !== undefined && !findRegion(region)) {
      problems.push(problem(205, 'The region is not in the table of distances.', `${at}.region`));
    }
  }
  return problems;
}
