/** How many nodes a set of them has. */
export function bits(mask: number): number {
  let count = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) count++;
  return count;
}

/** The lowest node of a set that is not empty. */
export function firstBit(mask: number): number {
  return 31 - Math.clz32(mask & -mask);
}
