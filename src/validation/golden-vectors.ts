/** Every golden vector that the kinds of this version can show, in order. */
import { type NamedScenario, starterVectors } from './starter-vectors';
import type { Vector } from './vector';
import { CONSENSUS } from './vectors/consensus';
import { CONTROL } from './vectors/control';
import { KAFKA } from './vectors/kafka';
import { MACHINES } from './vectors/machines';
import { MESSAGING } from './vectors/messaging';
import { NETWORKS } from './vectors/networks';
import { POLICIES } from './vectors/policies';
import { REPLICATION } from './vectors/replication';
import { RESILIENCE } from './vectors/resilience';
import { SINGLE_STATIONS } from './vectors/single-stations';
import { TRANSACTIONS } from './vectors/transactions';

const number = ({ id }: Vector): number => Number(id.slice(1));

/** `starters` are the shipped scenarios, which the caller reads: two vectors are about every one of them. */
export function goldenVectors(starters: readonly NamedScenario[]): readonly Vector[] {
  const vectors = [
    ...SINGLE_STATIONS,
    ...NETWORKS,
    ...POLICIES,
    ...RESILIENCE,
    ...REPLICATION,
    ...MACHINES,
    ...MESSAGING,
    ...KAFKA,
    ...CONSENSUS,
    ...CONTROL,
    ...TRANSACTIONS,
    ...starterVectors(starters),
  ];
  return vectors.sort((a, b) => number(a) - number(b));
}
