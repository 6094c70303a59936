import type { Context, Link } from '../../engine/behaviour';
import { type CallId, NO_CALL } from '../../engine/calls';
import { PRIORITY } from '../../engine/event-queue';
import { VERB } from '../../model/meaning';
import { OK, REFUSED, RESET } from '../../model/outcome';
import { fromMs } from '../../model/units';
import { type ConsumerGroup, PREPARING } from './consumer-group';
import type { GroupCoordinator } from './group-coordinator';
import type { Member } from './member';
import type { Membership } from './membership';
import type { Offsets } from './offsets';

/** A process with consumers in it: the component at the other end of a connection. */
interface Process {
  link: Link;
  down: boolean;
  stamp: number;
}

/** The processes that the consumers live in: they show life, die with all their members, and come back. */
export class Processes {
  readonly #processes = new Map<number, Process>();
  readonly #context: Context;
  readonly #timer: number;
  readonly #groups: readonly ConsumerGroup[];
  readonly #membership: Membership;
  readonly #coordinator: GroupCoordinator;
  readonly #offsets: Offsets;
  /** A member may poll. */
  readonly #wake: (member: Member) => void;
  #lookEvery = 0;

  constructor(
    context: Context,
    timer: number,
    groups: readonly ConsumerGroup[],
    membership: Membership,
    coordinator: GroupCoordinator,
    offsets: Offsets,
    wake: (member: Member) => void,
  ) {
    this.#context = context;
    this.#timer = timer;
    this.#groups = groups;
    this.#membership = membership;
    this.#coordinator = coordinator;
    this.#offsets = offsets;
    this.#wake = wake;
  }

  /** How often it is looked whether a process that is down is back. */
  configure(lookEvery: number): void {
    this.#lookEvery = lookEvery;
  }

  rewire(links: readonly Link[]): void {
    for (const index of this.#processes.keys()) {
      if (!links.some((link) => link.index === index)) this.#processes.delete(index);
    }
    for (const link of links) {
      const known = this.#processes.get(link.index);
      if (known) {
        known.link = link;
        continue;
      }
      const process = { link, down: false, stamp: 0 };
      this.#processes.set(link.index, process);
      if (this.#membership.running) this.#beat(process);
    }
  }

  start(): void {
    for (const process of this.#processes.values()) this.#beat(process);
  }

  crash(): void {
    for (const process of this.#processes.values()) {
      process.down = false;
      process.stamp++;
    }
  }

  isDown(connection: number): boolean {
    return this.#processes.get(connection)?.down ?? false;
  }

  #beat(process: Process): void {
    const micros = process.down ? this.#lookEvery : fromMs(process.link.config.heartbeatMs);
    this.#context.after(micros, PRIORITY.control, this.#timer, process.link.index, process.stamp);
  }

  timer(connection: number, stamp: number): void {
    const process = this.#processes.get(connection);
    if (process?.stamp !== stamp) return;
    this.#context.send(connection, NO_CALL, VERB.probe, 0, 0, 0);
    this.#beat(process);
  }

  /** A heartbeat has its outcome. */
  probed(call: CallId): void {
    const { calls } = this.#context;
    const process = this.#processes.get(calls.connection(call));
    if (!process) return;
    const { link } = process;
    if (calls.cause(call) === OK) {
      if (process.down) this.#rise(process);
      for (const [member, group] of this.#membership.groupOf) {
        if (member.link.index === link.index && member.alive) this.#coordinator.heartbeat(group, member);
      }
    } else if (this.hasDied(call, link)) this.fall(link.index);
  }

  /** Whether the outcome says that nobody is at the other end. */
  hasDied(call: CallId, link: Link): boolean {
    const { calls } = this.#context;
    const cause = calls.cause(call);
    return calls.origin(call) === link.peer.index && (cause === REFUSED || cause === RESET);
  }

  /** The process has died, and with it all members in it. The coordinator does not know yet. */
  fall(connection: number): void {
    const process = this.#processes.get(connection)!;
    if (process.down) return;
    process.down = true;
    process.stamp++;
    this.#beat(process);
    for (const [member, group] of this.#membership.groupOf) {
      if (member.link.index !== connection || !member.alive) continue;
      this.#offsets.lose(group, member);
      member.alive = false;
    }
  }

  /** The process is there again: static members are the old ones, others ask to be let in as new ones. */
  #rise(process: Process): void {
    process.down = false;
    process.stamp++;
    this.#beat(process);
    const { link } = process;
    for (const group of this.#groups) {
      if (!group.links.some(({ index }) => index === link.index)) continue;
      const before = this.#membership.of(group).filter((member) => member.link.index === link.index);
      for (let slot = 0; slot < link.config.consumers; slot++) {
        const old = before.find((member) => member.slot === slot);
        if (old?.alive) continue;
        if (old && link.config.staticMembers && old.known) this.#revive(group, old);
        else {
          // Nobody lives in the old one; the coordinator waits for it until its session ends.
          if (old) this.#membership.forget(old);
          this.#membership.hire(group, link, slot);
        }
      }
    }
  }

  #revive(group: ConsumerGroup, member: Member): void {
    member.alive = true;
    member.heardAt = member.polledAt = member.committedAt = this.#context.now;
    for (const partition of member.owned) group.position[partition] = group.committed[partition]!;
    if (group.state === PREPARING) this.#coordinator.join(group, member);
    else this.#wake(member);
  }
}
