// Finds an installed program: by its commands on the PATH, then at the places where installers put it.
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** @returns {string | undefined} path of the first of these that is there, or undefined if there is none */
export function findProgram(commands, applications) {
  const onPath = commands.flatMap((command) =>
    (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, command)),
  );
  return [...onPath, ...applications].find(isExecutable);
}
