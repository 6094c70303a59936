/** An id that is not taken: the stem, or the stem with the smallest free number from 1 (from 2 when `bare` comes first). */
export function freshId(stem: string, taken: ReadonlySet<string>, bare = false): string {
  if (bare && !taken.has(stem)) return stem;
  for (let number = bare ? 2 : 1; ; number++) {
    const id = `${stem}-${number}`;
    if (!taken.has(id)) return id;
  }
}

/** A name that is not taken: the name itself, or with the smallest free number from 2 in place of the number it ends in. */
export function freshLabel(label: string, taken: ReadonlySet<string>): string {
  if (!taken.has(label)) return label;
  const stem = label.replace(/ \d+$/, '');
  for (let number = 2; ; number++) {
    const candidate = `${stem} ${number}`;
    if (!taken.has(candidate)) return candidate;
  }
}
