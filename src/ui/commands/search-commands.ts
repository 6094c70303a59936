/** Finding by a few letters: whole words first, then beginnings of words, then letters in order. */

/** How well a text fits a query, higher is better; 0 when it does not. */
export function fit(query: string, text: string): number {
  const wanted = normal(query);
  if (wanted === '') return 1;
  const found = normal(text);
  if (found === wanted) return 100;
  if (found.startsWith(wanted)) return 80;
  const words = found.split(' ');
  const parts = wanted.split(' ');
  if (parts.every((part) => words.some((word) => word.startsWith(part)))) return 60;
  if (found.includes(wanted)) return 40;
  return lettersFit(wanted.replaceAll(' ', ''), words) ? 20 : 0;
}

/** Each letter begins a word or follows the letter found before it: "fs" finds "fit selection", not "refuse". */
function lettersFit(letters: string, words: readonly string[]): boolean {
  let rest = letters;
  for (const word of words) {
    let i = 0;
    while (i < word.length && rest !== '' && word[i] === rest[0]) {
      rest = rest.slice(1);
      i++;
    }
  }
  return rest === '';
}

function normal(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

/** Entries that fit, best first; entries that fit equally well keep their order. */
export function search<T>(query: string, entries: readonly T[], textOf: (entry: T) => readonly string[]): T[] {
  return entries
    .map((entry) => {
      const [title = '', ...more] = textOf(entry);
      return { entry, score: Math.max(fit(query, title), ...more.map((text) => fit(query, text) / 2)) };
    })
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .map(({ entry }) => entry);
}
