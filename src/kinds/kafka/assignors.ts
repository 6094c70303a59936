/** How partitions are dealt to the members of a group. Members and partitions are numbers; owners may be −1. */
export const NOBODY = -1;

/**
 * RangeAssignor: partitions in a row to members in order, the first ones get one more. What anybody had before does not
 * matter.
 */
export function rangeAssign(partitions: number, members: readonly number[]): number[] {
  const least = Math.floor(partitions / members.length);
  const more = partitions % members.length;
  return members.flatMap((member, i) => Array.from({ length: least + (i < more ? 1 : 0) }, () => member));
}

/**
 * Sticky assignment: everybody keeps what they have, up to a fair share; the rest goes to those who have least. Numbers
 * of partitions differ by at most one.
 */
export function stickyAssign(owners: readonly number[], members: readonly number[]): number[] {
  const least = Math.floor(owners.length / members.length);
  let more = owners.length % members.length;
  const had = new Map<number, number[]>(members.map((member) => [member, []]));
  owners.forEach((owner, partition) => had.get(owner)?.push(partition));
  const target = owners.map(() => NOBODY);
  const counts = new Map<number, number>();
  // Who has most is asked first, so that the larger shares stay where they are.
  for (const member of [...members].sort((a, b) => had.get(b)!.length - had.get(a)!.length || a - b)) {
    const own = had.get(member)!;
    const share = own.length > least && more > 0 ? least + 1 : least;
    if (share > least) more--;
    const kept = own.slice(0, share);
    for (const partition of kept) target[partition] = member;
    counts.set(member, kept.length);
  }
  target.forEach((owner, partition) => {
    if (owner !== NOBODY) return;
    const next = members.reduce((best, member) => (counts.get(member)! < counts.get(best)! ? member : best));
    target[partition] = next;
    counts.set(next, counts.get(next)! + 1);
  });
  return target;
}
