/** The nodes of a cluster on its card: roles, sides of a partition and a lane each, from the numbers of a face. */
import { type FaceElement, MEMBER_NUMBERS, type MemberShape } from '../../model/face';

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
  readonly text: string;
  readonly tip: string;
}

export interface MembersPart {
  readonly type: 'members';
  readonly cells: number;
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
    members: nodes.map((node): Member => {
      const role = at(node, 0);
      const settled = Math.min(cells, at(node, 2));
      const agreed = Math.max(settled, Math.min(cells, at(node, 3)));
      const all = Math.max(agreed, Math.min(cells, at(node, 4)));
      const side = sides.length > 1 ? String.fromCharCode(65 + sides.indexOf(at(node, 1))) : '';
      const number = at(node, 5);
      return {
        name: String(node + 1),
        shape: element.shapes[role] ?? 'round',
        side,
        settled,
        agreeing: agreed - settled,
        differing: all - agreed,
        text: String(number),
        tip: [
          `node ${node + 1}: ${element.roles[role] ?? ''}`,
          ...(side ? [`side ${side}`] : []),
          `${element.number} ${number}`,
          ...(cells > 0 ? [laneWords(element.lane, settled, agreed, all)] : []),
        ].join(', '),
      };
    }),
  };
}

/** The lane of a cluster that does not run. */
export function restingMembers(element: Members, count: number): MembersPart {
  const idle = { shape: 'round', side: '', settled: 0, agreeing: 0, differing: 0, text: '', tip: '' } as const;
  const members = Array.from({ length: count }, (_, node): Member => {
    const name = String(node + 1);
    return { ...idle, name, tip: `node ${name}: not running, no ${element.lane} yet` };
  });
  return { type: 'members', cells: 0, members };
}

function laneWords(lane: string, settled: number, agreed: number, all: number): string {
  const open = agreed - settled > 0 ? `, ${agreed - settled} not settled` : '';
  const apart = all - agreed > 0 ? `, ${all - agreed} that differ` : '';
  return `${lane}: ${settled} of the last settled${open}${apart}`;
}
