import type { Context } from '../../engine/behaviour';
import { PRIORITY } from '../../engine/event-queue';
import { fromMs } from '../../model/units';
import { NOBODY, rangeAssign, stickyAssign } from './assignors';
import { type ConsumerGroup, EMPTY, type GroupCounters, PREPARING, STABLE } from './consumer-group';
import type { Member } from './member';
import type { Offsets } from './offsets';

/** group.initial.rebalance.delay.ms: an empty group waits for others to join. */
const INITIAL_DELAY = 3_000_000;

/**
 * The group coordinator of the classic protocol: members that join, leave or fall silent set off
 * a rebalance, which ends when all known members have joined again. It is an in-memory part of a broker here that does
 * not fail.
 */
export class GroupCoordinator {
  readonly #context: Context;
  readonly #counters: GroupCounters;
  readonly #timer: number;
  readonly #groups: readonly ConsumerGroup[];
  readonly #offsets: Offsets;
  /** A member may poll: it has partitions to work on, or some to give up. */
  readonly #wake: (member: Member) => void;

  constructor(
    context: Context,
    counters: GroupCounters,
    timer: number,
    groups: readonly ConsumerGroup[],
    offsets: Offsets,
    wake: (member: Member) => void,
  ) {
    this.#context = context;
    this.#counters = counters;
    this.#timer = timer;
    this.#groups = groups;
    this.#offsets = offsets;
    this.#wake = wake;
  }

  /** The run begins with groups that have long been formed. */
  form(group: ConsumerGroup): void {
    const now = this.#context.now;
    for (const member of group.members) {
      member.known = member.joined = true;
      member.heardAt = member.polledAt = member.committedAt = now;
    }
    this.#complete(group);
    this.#watch(group);
  }

  /** A member asks to be let in, or comes back for a rebalance. */
  join(group: ConsumerGroup, member: Member): void {
    const now = this.#context.now;
    if (group.eager || !member.known) this.#revokeAll(group, member);
    if (!member.known) {
      member.known = true;
      if (!group.members.includes(member)) group.members.push(member);
    }
    member.heardAt = now;
    if (group.state === EMPTY) {
      this.#prepare(group);
      group.notBefore = now + INITIAL_DELAY;
      group.deadline = Math.max(group.deadline, group.notBefore);
      this.#watch(group);
    } else if (group.state === STABLE) this.#prepare(group);
    member.told = member.joined = true;
    if (group.eager) member.stopped = true;
    this.#completeIfAll(group);
  }

  /** A member goes in order, or its heartbeat thread sees that it polls too late. */
  leave(group: ConsumerGroup, member: Member): void {
    if (member.known) this.#remove(group, member);
  }

  /** Something else asks for a new assignment: another number of partitions. */
  rebalance(group: ConsumerGroup): void {
    if (group.state === STABLE) this.#prepare(group);
  }

  /** The members on a connection have shown that they are alive, and hear whether there is a rebalance. */
  heartbeat(group: ConsumerGroup, member: Member): void {
    member.heardAt = this.#context.now;
    if (member.known && (group.state !== PREPARING || member.told)) return;
    member.told = true;
    if (!member.busy) this.#wake(member);
  }

  timer(index: number, stamp: number): void {
    const group = this.#groups[index];
    if (group?.stamp !== stamp) return;
    group.checkAt = Infinity;
    this.#check(group);
  }

  /** Looks for members that have fallen silent, poll too rarely, or hold up a rebalance. */
  #check(group: ConsumerGroup): void {
    const now = this.#context.now;
    for (const member of group.members.slice()) {
      if (!member.known) continue;
      const { sessionTimeoutMs, maxPollIntervalMs } = member.link.config;
      const silent = now - member.heardAt >= fromMs(sessionTimeoutMs);
      const stuck = member.alive && member.busy && now - member.polledAt >= fromMs(maxPollIntervalMs);
      if (silent || stuck) this.#remove(group, member);
    }
    if (group.state === PREPARING && now >= group.deadline) {
      for (const member of group.members.slice()) if (!member.joined) this.#remove(group, member);
    }
    this.#completeIfAll(group);
    this.#watch(group);
  }

  /** Sets the timer of a group to the first moment at which something can be due. */
  #watch(group: ConsumerGroup): void {
    let due = group.state === PREPARING ? group.deadline : Infinity;
    const now = this.#context.now;
    if (group.state === PREPARING && group.notBefore > now) due = Math.min(due, group.notBefore);
    for (const member of group.members) {
      const { sessionTimeoutMs, maxPollIntervalMs } = member.link.config;
      due = Math.min(due, member.heardAt + fromMs(sessionTimeoutMs));
      // A member without work polls all the time, without being seen.
      if (member.alive) due = Math.min(due, (member.busy ? member.polledAt : now) + fromMs(maxPollIntervalMs));
    }
    if (due === Infinity) return;
    due = Math.max(due, now + 1);
    if (group.checkAt <= due && group.checkAt > now) return;
    group.checkAt = due;
    group.stamp++;
    const index = this.#groups.indexOf(group);
    this.#context.after(due - now, PRIORITY.control, this.#timer, index, group.stamp);
  }

  /** The place of the group among the others has changed, or its settings have. */
  rearm(group: ConsumerGroup): void {
    group.checkAt = Infinity;
    this.#watch(group);
  }

  /** Restarts all timers, as when the component itself has started again. */
  resume(group: ConsumerGroup): void {
    group.checkAt = Infinity;
    for (const member of group.members) member.heardAt = member.polledAt = this.#context.now;
    if (group.state === PREPARING) group.deadline = this.#context.now + this.#patience(group);
    this.#watch(group);
  }

  #remove(group: ConsumerGroup, member: Member): void {
    member.known = member.joined = member.told = false;
    member.stopped = true;
    group.members = group.members.filter((other) => other !== member);
    for (const partition of member.owned.slice()) group.give(partition, null);
    if (group.members.length === 0) {
      group.state = EMPTY;
      group.deadline = Infinity;
    } else if (group.state === STABLE) this.#prepare(group);
    else this.#completeIfAll(group);
  }

  #prepare(group: ConsumerGroup): void {
    this.#context.count(this.#counters.rebalances);
    group.state = PREPARING;
    group.notBefore = 0;
    for (const member of group.members) member.joined = member.told = false;
    group.deadline = this.#context.now + this.#patience(group);
    this.#watch(group);
  }

  /** The rebalance timeout: the longest time between polls that a member is allowed. */
  #patience(group: ConsumerGroup): number {
    return group.members.reduce((most, { link }) => Math.max(most, fromMs(link.config.maxPollIntervalMs)), 0);
  }

  #completeIfAll(group: ConsumerGroup): void {
    if (group.state !== PREPARING || this.#context.now < group.notBefore) return;
    if (group.members.every(({ joined }) => joined)) this.#complete(group);
  }

  #complete(group: ConsumerGroup): void {
    if (group.members.length === 0) return;
    group.state = STABLE;
    group.deadline = Infinity;
    const members = group.members.slice().sort((a, b) => a.id - b.id);
    const ids = members.map(({ id }) => id);
    const byId = new Map(members.map((member) => [member.id, member]));
    const owners = group.owners.map((owner) => owner?.id ?? NOBODY);
    const target = group.eager ? rangeAssign(owners.length, ids) : stickyAssign(owners, ids);
    for (const member of members) member.revoking = false;
    target.forEach((id, partition) => {
      const owner = group.owners[partition]!;
      const to = byId.get(id) ?? null;
      if (owner === to) return;
      // Cooperative: whoever has it gives it up first, and a second round hands it over.
      if (owner && !group.eager) owner.revoking = true;
      else group.give(partition, to);
    });
    for (const member of members) {
      member.told = false;
      member.stopped = false;
    }
    for (const member of members) this.#wake(member);
  }

  /** A cooperative member gives up what should be somebody else's, and joins again. */
  revoke(group: ConsumerGroup, member: Member): void {
    member.revoking = false;
    const ids = group.members.map(({ id }) => id).sort((a, b) => a - b);
    const target = stickyAssign(
      group.owners.map((owner) => owner?.id ?? NOBODY),
      ids,
    );
    const moving = member.owned.filter((partition) => target[partition] !== member.id);
    if (moving.length === 0) return;
    this.#offsets.commitDone(group, member);
    for (const partition of moving) group.give(partition, null);
    this.join(group, member);
  }

  #revokeAll(group: ConsumerGroup, member: Member): void {
    if (member.owned.length === 0) return;
    this.#offsets.commitDone(group, member);
    for (const partition of member.owned.slice()) group.give(partition, null);
  }
}
