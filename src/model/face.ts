import type { Config } from './fields';

/**
 * What a node shows of its mechanism. A kind declares its face as a list of elements; its behaviour writes the numbers
 * of each element in the same order; the canvas draws them. Counts in brackets say how many numbers an element takes.
 */
export type FaceElement =
  /** Slots that fill [busy, total]. */
  | { readonly type: 'cells'; readonly label: string }
  /** A level with its limit [value, limit]; limit 0 means unlimited. */
  | { readonly type: 'bar'; readonly label: string; readonly unit: string }
  /** A share from 0 to 1 [share, events per second]; share below 0 means nothing counted yet. */
  | { readonly type: 'ratio'; readonly label: string }
  /**
   * How many are at each step of something [steps, then for each: the connection to who does it, how many others do it at
   * the same time, how many are at it].
   */
  | { readonly type: 'steps'; readonly label: string; readonly unit: string }
  /**
   * Partitions with their leader (0 for none), replicas in sync, replicas, and the lag of each consumer group
   * [partitions, groups, leader, in sync, replicas, lag of p0 g0, lag of p0 g1, …, the same of p1, …].
   */
  | { readonly type: 'partitions'; readonly label: string }
  /**
   * Targets by outgoing connection [count, (connection, state) …]: 0 down, 1 healthy, 2 ejected, 3 draining, 4 in slow
   * start, 5 not listed by the registry.
   */
  | { readonly type: 'targets'; readonly label: string }
  /**
   * Nodes of a cluster [count, cells of a lane, then for each node: role, side of a partition, cells that are settled,
   * cells that agree with the rest, cells in all, a number of its own]. Of a lane of 0 cells nothing is drawn.
   */
  | {
      readonly type: 'members';
      readonly label: string;
      /** How many there are by the settings, for a card that does not run; 0 when it has no rows. */
      readonly many: (config: Config) => number;
      /** Words and shapes of the roles, in their order. */
      readonly roles: readonly string[];
      readonly shapes: readonly MemberShape[];
      /** What the lanes show: "log". */
      readonly lane: string;
      /** What the number is, short enough to stand above it: "term". Where the word alone does not tell, `about` does. */
      readonly number: string;
      readonly about?: string;
    }
  /**
   * One of several phrases, with numbers in place of each {} [which phrase, one number for each {} of it]. Of
   * "[lease|leases]" the first stands after the number 1 and the second after every other.
   */
  | { readonly type: 'words'; readonly place: 'headline' | 'body' | 'footer'; readonly phrases: readonly string[] };

/** How the role of a node is drawn. */
export type MemberShape = 'round' | 'dashed' | 'filled' | 'cross' | 'pause';

/** How many numbers a node of `members` takes. */
export const MEMBER_NUMBERS = 6;

/** Receives the numbers of a face. */
export interface FaceWriter {
  put(value: number): void;
}

/** How many {} a phrase has. */
function blanks(phrase: string): number {
  return phrase.split('{}').length - 1;
}

export interface FaceReading {
  readonly element: FaceElement;
  readonly values: readonly number[];
}

/**
 * Splits the numbers written by a behaviour into the elements of its face.
 * Throws when they do not fit: the contract test of the registry relies on it.
 */
export function readFace(
  face: readonly FaceElement[],
  numbers: ArrayLike<number>,
  from = 0,
  to = numbers.length,
): FaceReading[] {
  let at = from;
  const take = (count: number): number[] => {
    if (at + count > to) throw new Error('face: fewer numbers than its elements need');
    const values: number[] = [];
    for (let i = 0; i < count; i++) values.push(numbers[at + i]!);
    at += count;
    return values;
  };
  const readings = face.map((element): FaceReading => {
    switch (element.type) {
      case 'cells':
      case 'bar':
      case 'ratio':
        return { element, values: take(2) };
      case 'partitions': {
        const [partitions = 0, groups = 0] = take(2);
        return { element, values: [partitions, groups, ...take(partitions * (3 + groups))] };
      }
      case 'steps': {
        const [count = 0] = take(1);
        return { element, values: [count, ...take(count * 3)] };
      }
      case 'targets': {
        const [count = 0] = take(1);
        return { element, values: [count, ...take(count * 2)] };
      }
      case 'members': {
        const [count = 0, cells = 0] = take(2);
        return { element, values: [count, cells, ...take(count * MEMBER_NUMBERS)] };
      }
      case 'words': {
        const [which = 0] = take(1);
        const phrase = element.phrases[which];
        if (phrase === undefined) throw new Error('face: no such phrase');
        return { element, values: [which, ...take(blanks(phrase))] };
      }
    }
  });
  if (at !== to) throw new Error('face: more numbers than its elements need');
  return readings;
}
