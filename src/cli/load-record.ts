import { LIMITS } from '../format/limits';
import { readScenarioBytes } from '../format/scenario-codec';
import { decodeLink } from '../format/share-link';
import { failed, problem, type Result } from '../model/problems';
import type { RunRecord } from '../model/scenario';
import { type Io, TooLong } from './io';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'There is no such file.',
  EISDIR: 'It is a folder.',
  EACCES: 'It may not be read.',
};

/** A whole address with a fragment, a fragment with its #, or a bare fragment. */
const LINK = /^(?:https?:\/\/[^#]*#|#)(.*)$|^(\d{1,3}\.[\w-]{16,})$/s;

/** The record named on the command line: a file, '-' for standard input, or a share link. */
export async function loadRecord(name: string, io: Io): Promise<Result<RunRecord>> {
  const link = LINK.exec(name);
  // After an & may come where in the run to begin, which is of no interest here.
  if (link) return decodeLink((link[1] ?? link[2] ?? '').split('&', 1)[0]!);
  try {
    return readScenarioBytes(await io.read(name, LIMITS.textLength * 3));
  } catch (error) {
    if (error instanceof TooLong) return failed(problem(106));
    return failed(problem(501, REASONS[String((error as { code?: unknown }).code)] ?? ''));
  }
}
