/** The nodes of a cluster on its card: roles, sides of a partition and a lane each, from the numbers of a face. */
import { type FaceElement, MEMBER_NUMBERS, type MemberShape } from '../../model/face';
import { formatNumber } from '../shared/format-number';

type Members = FaceElement & { readonly type: 'members' };

export interface Member {
  readonly name: string;
  readonly shape: MemberShape;
  /** Letter of its side while the nodes are partitioned, else empty. */
  readonly side: string;
  /** Cells of the lane: settled, further ones that agree with the rest, and further ones that do not. */
  readonly settled: number;
  readonly agreeing: number;
  readonly differing: number;
  /** Stands where its lane would be empty: why nothing is there. */
  readonly word: string;
  readonly text: string;
  readonly tip: string;
}

export interface MembersPart {
  readonly type: 'members';
  readonly cells: number;
  /** What the lanes show, or what the rows are; and what the numbers at their ends count, with an explanation. */
  readonly caption: string;
  readonly number: string;
  readonly about: string;
  readonly members: readonly Member[];
}

export function readMembers(element: Members, values: readonly number[]): MembersPart {
  const [count = 0, cells = 0] = values;
  const at = (node: number, number: number): number => values[2 + node * MEMBER_NUMBERS + number] ?? 0;
  const nodes = [...Array(count).keys()];
  // Sides are told apart by letters, in the order of the nodes.
  const sides = [...new Set(nodes.map((node) => at(node, 1)))];
  return {
    type: 'members',
    cells,
    caption: cells > 0 ? element.lane : element.label,
    number: element.number,
    about: element.about ?? '',
    members: nodes.map((node): Member => {
      const role = at(node, 0);
      const settled = Math.min(cells, at(node, 2));
      const agreed = Math.max(settled, Math.min(cells, at(node, 3)));
      const all = Math.max(agreed, Math.min(cells, at(node, 4)));
      const side = sides.length > 1 ? String.fromCharCode(65 + sides.indexOf(at(node, 1))) : '';
      const number = at(node, 5);
      const shape = element.shapes[role] ?? 'round';
      const standsStill = shape === 'cross' || shape === 'pause';
      return {
        name: String(node + 1),
        shape,
        side,
        settled,
        agreeing: agreed - settled,
        differing: all - agreed,
        word: standsStill && all === 0 ? (element.roles[role] ?? '') : '',
        text: formatNumber(number),
        tip: [
          `node ${node + 1}: ${element.roles[role] ?? ''}`,
          ...(side ? [`side ${side}`] : []),
          `${element.number} ${formatNumber(number)}`,
          ...(cells > 0 ? [laneWords(element.lane, settled, agreed, all)] : []),
        ].join(', '),
      };
    }),
  };
}

/** The lane of a cluster that does not run. */
export function restingMembers(element: Members, count: number): MembersPart {
  const idle = {
    shape: 'round',
    side: '',
    settled: 0,
    agreeing: 0,
    differing: 0,
    word: '',
    text: '',
    tip: '',
  } as const;
  const members = Array.from({ length: count }, (_, node): Member => {
    const name = String(node + 1);
    return { ...idle, name, tip: `node ${name}: not running, no ${element.lane} yet` };
  });
  return {
    type: 'members',
    cells: 0,
    caption: element.label,
    number: element.number,
    about: element.about ?? '',
    members,
  };
}

function laneWords(lane: string, settled: number, agreed: number, all: number): string {
  const open = agreed - settled > 0 ? `, ${agreed - settled} not settled` : '';
  const apart = all - agreed > 0 ? `, ${all - agreed} that differ` : '';
  return `${lane}: ${settled} of the last settled${open}${apart}`;
}
