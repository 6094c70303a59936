import type { Context, Link } from '../../engine/behaviour';
import { ConsumerGroup } from './consumer-group';
import type { GroupCoordinator } from './group-coordinator';
import { Member } from './member';
import type { Offsets } from './offsets';
import type { Partition } from './partition';

/** Which consumers there are, and in which group, as the connections want it. */
export class Membership {
  /** Whether the brokers are there; groups that are made before are formed when the run begins. */
  running = false;
  /** The group of each member. */
  readonly groupOf = new Map<Member, ConsumerGroup>();
  readonly #groups: ConsumerGroup[];
  readonly #members = new Map<number, Member>();
  readonly #context: Context;
  readonly #partitions: readonly Partition[];
  readonly #coordinator: GroupCoordinator;
  readonly #offsets: Offsets;
  #nextId = 0;

  constructor(
    context: Context,
    groups: ConsumerGroup[],
    partitions: readonly Partition[],
    coordinator: GroupCoordinator,
    offsets: Offsets,
  ) {
    this.#context = context;
    this.#groups = groups;
    this.#partitions = partitions;
    this.#coordinator = coordinator;
    this.#offsets = offsets;
  }

  /** Brings groups and members in line with the connections. Nobody is hired where the process is down. */
  rewire(links: readonly Link[], isDown: (connection: number) => boolean): void {
    const wanted = new Map<number, Link[]>();
    for (const link of links) {
      const id = link.config.group > 0 ? link.config.group : -1 - link.index;
      wanted.set(id, [...(wanted.get(id) ?? []), link]);
    }
    for (const group of this.#groups.slice()) if (!wanted.has(group.id)) this.#dissolve(group);
    for (const [id, own] of wanted) {
      let group = this.#groups.find((known) => known.id === id);
      const fresh = !group;
      if (!group) this.#groups.push((group = new ConsumerGroup(id)));
      group.links = own;
      group.fit(this.#partitions);
      this.#staff(group, isDown);
      if (this.running) this.#coordinator.rearm(group);
      else if (fresh) this.#coordinator.form(group);
    }
  }

  /** Members by connection and number; those no longer wanted leave. */
  #staff(group: ConsumerGroup, isDown: (connection: number) => boolean): void {
    for (const member of this.of(group)) {
      const link = group.links.find(({ index }) => index === member.link.index);
      if (link) member.link = link;
      member.leaving = !link || member.slot >= link.config.consumers;
      if (member.leaving && (!link || !member.busy)) this.dismiss(group, member);
    }
    for (const link of group.links) {
      for (let slot = 0; slot < link.config.consumers; slot++) {
        const here = this.of(group).some(
          (member) => member.link.index === link.index && member.slot === slot && member.alive,
        );
        if (!here && !isDown(link.index)) this.hire(group, link, slot);
      }
    }
  }

  /** The members of a group. */
  of(group: ConsumerGroup): Member[] {
    return [...this.#members.values()].filter((member) => this.groupOf.get(member) === group);
  }

  get(id: number): Member | undefined {
    return this.#members.get(id);
  }

  /** A member's process starts; in a group that is not formed yet it is simply there. */
  hire(group: ConsumerGroup, link: Link, slot: number): void {
    const member = new Member(this.#nextId++, link, slot);
    this.#members.set(member.id, member);
    this.groupOf.set(member, group);
    member.committedAt = this.#context.now;
    if (this.running) this.#coordinator.join(group, member);
    else group.members.push(member);
  }

  /** It closes in order. */
  dismiss(group: ConsumerGroup, member: Member): void {
    if (member.known) this.#offsets.commitDone(group, member);
    this.forget(member);
    member.alive = false;
    this.#coordinator.leave(group, member);
  }

  forget(member: Member): void {
    this.#members.delete(member.id);
    this.groupOf.delete(member);
  }

  #dissolve(group: ConsumerGroup): void {
    for (const member of this.of(group)) {
      member.alive = member.known = false;
      this.forget(member);
    }
    group.members = [];
    group.stamp++;
    this.#groups.splice(this.#groups.indexOf(group), 1);
    // Timers name groups by their place.
    for (const other of this.#groups) this.#coordinator.rearm(other);
  }

  /** The brokers are all gone: consumers lose what they have in hand, and begin again where they had committed. */
  crash(): void {
    this.running = false;
    for (const group of this.#groups) {
      group.stamp++;
      for (const member of this.of(group)) this.#offsets.lose(group, member);
      // Nobody waits for old members after all brokers have started anew.
      for (const member of group.members.filter(({ id }) => !this.#members.has(id))) {
        for (const partition of member.owned.slice()) group.give(partition, null);
        group.members.splice(group.members.indexOf(member), 1);
      }
      for (const member of group.members) member.alive = true;
      for (let partition = 0; partition < group.position.length; partition++) {
        group.position[partition] = group.committed[partition]!;
      }
    }
  }
}
