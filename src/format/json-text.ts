/** JSON of unknown origin: length, UTF-8, depth and syntax, in this order. Never throws. */
import { failed, ok, problem, type Result } from '../model/problems';
import { LIMITS } from './limits';
import { decodeUtf8 } from './utf8';

/** Whether the brackets outside of strings nest deeper than `limit`. JSON.parse would overflow the stack on such text. */
export function nestsDeeperThan(text: string, limit: number): boolean {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (inString) {
      if (code === 0x5c) i++;
      else if (code === 0x22) inString = false;
    } else if (code === 0x22) inString = true;
    else if (code === 0x5b || code === 0x7b) {
      if (++depth > limit) return true;
    } else if (code === 0x5d || code === 0x7d) depth--;
  }
  return false;
}

export function parseJson(text: string): Result<unknown> {
  if (text.length > LIMITS.textLength) {
    return failed(problem(106, `A scenario has at most ${LIMITS.textLength} characters.`));
  }
  // Editors on Windows put a byte order mark before the text.
  const plain = text.startsWith('\uFEFF') ? text.slice(1) : text;
  if (plain.trim() === '') return failed(problem(101));
  if (nestsDeeperThan(plain, LIMITS.depth)) return failed(problem(107));
  try {
    return ok(JSON.parse(plain) as unknown);
  } catch {
    return failed(problem(102));
  }
}

export function parseJsonBytes(bytes: Uint8Array): Result<unknown> {
  // UTF-8 has at most three bytes for each unit that counts in the length of a text.
  if (bytes.length > LIMITS.textLength * 3) {
    return failed(problem(106, `A scenario has at most ${LIMITS.textLength} characters.`));
  }
  const text = decodeUtf8(bytes);
  return text === null ? failed(problem(108)) : parseJson(text);
}
