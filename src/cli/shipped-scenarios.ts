import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = 'scenarios/starters';
const ENDING = '.scenario.json';

/** The shipped scenarios, by name, with the text of their files. */
export function shippedScenarios(): { name: string; text: string }[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith(ENDING))
    .sort()
    .map((file) => ({ name: file.slice(0, -ENDING.length), text: readFileSync(join(FOLDER, file), 'utf8') }));
}
