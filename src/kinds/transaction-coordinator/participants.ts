/** Who takes part in the transactions of a coordinator, and in which order: derived from its connections. */
import type { Link } from '../../engine/behaviour';
import { MOST_PARTICIPANTS } from '../../engine/ledger';
import { requestPlan, stepTarget } from '../../model/plan';

export class Participants {
  /** Connections, in the order of the plan. */
  readonly links: readonly number[];
  readonly meanings: readonly Link['meaning'][];
  /** The first participant of each stage, and their number at the end: those of one stage are asked together. */
  readonly stages: readonly number[];

  /** Beyond the most that a transaction can have, connections are left out. */
  constructor(outgoing: readonly Link[]) {
    const { stages } = requestPlan(
      outgoing.map(({ id, index, peer, meaning, config }) => ({
        connection: id,
        label: peer.label,
        meaning,
        config,
        link: index,
      })),
    );
    const links: number[] = [];
    const meanings: Link['meaning'][] = [];
    const starts: number[] = [];
    for (const stage of stages) {
      if (links.length + stage.length > MOST_PARTICIPANTS) break;
      starts.push(links.length);
      for (const step of stage) {
        const target = stepTarget(step) as ReturnType<typeof stepTarget> & { readonly link: number };
        links.push(target.link);
        meanings.push(target.meaning);
      }
    }
    this.links = links;
    this.meanings = meanings;
    this.stages = [...starts, links.length];
  }

  get count(): number {
    return this.links.length;
  }

  get stageCount(): number {
    return this.stages.length - 1;
  }
}
