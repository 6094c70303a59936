import type { Words } from '../../model/plan';

/** A sentence in pieces; names are strong. */
export function WordsText({ words }: { words: readonly Words[] }) {
  return words.map(({ text, strong }, i) => (strong ? <b key={i}>{text}</b> : <span key={i}>{text}</span>));
}
