import type { Context, Link } from '../../engine/behaviour';
import { type CallId, NO_CALL } from '../../engine/calls';
import { PRIORITY } from '../../engine/event-queue';
import { VERB } from '../../model/meaning';
import { OK, TIMEOUT } from '../../model/outcome';
import { fromMs } from '../../model/units';
import type { Brokers } from './brokers';
import { type ConsumerGroup, type GroupCounters, PREPARING, STABLE } from './consumer-group';
import { GroupCoordinator } from './group-coordinator';
import { BACKING_OFF, BURYING, IDLE, type Member, NOWHERE, WORKING } from './member';
import { Membership } from './membership';
import { Offsets } from './offsets';
import type { Partition } from './partition';
import { Processes } from './processes';

export interface ConsumerTimers {
  readonly group: number;
  readonly heartbeat: number;
  readonly retry: number;
}

/** The consumers of all groups: they poll, hand one record after another to their component, commit, and show life. */
export class Consumers {
  readonly groups: ConsumerGroup[] = [];
  readonly #context: Context;
  readonly #brokers: Brokers;
  readonly #partitions: readonly Partition[];
  readonly #timers: ConsumerTimers;
  readonly #counters: GroupCounters;
  readonly #coordinator: GroupCoordinator;
  readonly #offsets: Offsets;
  readonly #membership: Membership;
  readonly #processes: Processes;
  #deadLetters: Link | null = null;
  #redelivery = 0;

  constructor(
    context: Context,
    brokers: Brokers,
    partitions: readonly Partition[],
    timers: ConsumerTimers,
    counters: GroupCounters,
    committed: () => void,
  ) {
    const { groups } = this;
    this.#context = context;
    this.#brokers = brokers;
    this.#partitions = partitions;
    this.#timers = timers;
    this.#counters = counters;
    const wake = (member: Member): void => this.poll(member);
    const offsets = new Offsets(context, partitions, counters, committed);
    const coordinator = new GroupCoordinator(context, counters, timers.group, groups, offsets, wake);
    const membership = new Membership(context, groups, partitions, coordinator, offsets);
    this.#offsets = offsets;
    this.#coordinator = coordinator;
    this.#membership = membership;
    this.#processes = new Processes(context, timers.heartbeat, groups, membership, coordinator, offsets, wake);
  }

  configure(redeliveryMicros: number): void {
    this.#redelivery = redeliveryMicros;
    this.#processes.configure(redeliveryMicros);
  }

  /** Brings groups and members in line with the connections. */
  rewire(): void {
    const { outgoing } = this.#context;
    this.#deadLetters = outgoing.find(({ meaning }) => meaning === 'publish') ?? null;
    const links = outgoing.filter(({ meaning }) => meaning === 'deliver');
    this.#membership.rewire(links, (connection) => this.#processes.isDown(connection));
    this.#processes.rewire(links);
  }

  start(): void {
    this.#membership.running = true;
    this.#processes.start();
    for (const group of this.groups) this.#coordinator.resume(group);
    this.pollAll();
  }

  crash(): void {
    this.#processes.crash();
    this.#membership.crash();
  }

  timer(type: number, a: number, b: number): void {
    switch (type) {
      case this.#timers.group:
        this.#coordinator.timer(a, b);
        break;
      case this.#timers.heartbeat:
        this.#processes.timer(a, b);
        break;
      case this.#timers.retry: {
        const member = this.#membership.get(a);
        if (member?.stamp === b && member.state === BACKING_OFF) this.#work(member);
      }
    }
  }

  // — polling and working —

  pollAll(): void {
    for (const group of this.groups) for (const member of group.members) this.poll(member);
  }

  /** New records of a partition can be read. */
  feed(partition: number): void {
    for (const group of this.groups) {
      const owner = group.owners[partition];
      if (owner && owner.state === IDLE && !owner.busy) this.poll(owner);
    }
  }

  /** Takes records, unless there is something else to do first. */
  poll(member: Member): void {
    if (!this.#membership.running || !member.alive || member.busy || member.state !== IDLE) return;
    const group = this.#membership.groupOf.get(member);
    if (!group) return;
    const { config } = member.link;
    const now = this.#context.now;
    if (member.leaving) {
      this.#membership.dismiss(group, member);
      return;
    }
    member.polledAt = now;
    if (config.commit === 'auto' && member.known && now - member.committedAt >= fromMs(config.autoCommitMs)) {
      this.#offsets.commitDone(group, member);
    }
    // Somebody who is no longer known learns it with the next heartbeat, or when a commit is refused.
    if (!member.known || (member.told && !member.joined && group.state === PREPARING)) {
      this.#coordinator.join(group, member);
      if (!member.known || member.stopped) return;
    }
    if (member.revoking && group.state === STABLE) {
      this.#coordinator.revoke(group, member);
      return;
    }
    if (member.stopped) return;
    if (member.busy) return;
    this.#collect(group, member, config.maxPollRecords);
    if (!member.busy) return;
    if (config.commit === 'before') this.#offsets.commitPoll(group, member);
    this.#work(member);
  }

  #collect(group: ConsumerGroup, member: Member, most: number): void {
    const { owned } = member;
    member.clearPoll();
    for (let tried = 0; tried < owned.length && member.count < most; tried++) {
      const at = (member.turn + tried) % owned.length;
      const partition = owned[at]!;
      const { log, leader } = this.#partitions[partition]!;
      const from = group.position[partition]!;
      const to = Math.min(log.highWatermark, from + most - member.count);
      if (to <= from || !this.#brokers.serves(leader)) continue;
      member.take(partition, from, to, log);
      group.position[partition] = to;
    }
    if (owned.length > 1) member.turn = (member.turn + 1) % owned.length;
  }

  /** Hands out the record that is next. */
  #work(member: Member): void {
    const context = this.#context;
    const group = this.#membership.groupOf.get(member)!;
    const { partition, offset, link } = member;
    if (member.failed >= link.config.attempts) {
      this.#bury(group, member);
      return;
    }
    member.state = WORKING;
    if (partition !== NOWHERE) {
      if (offset < group.handedOut[partition]!) context.count(this.#counters.redelivered);
      else group.handedOut[partition] = offset + 1;
    }
    this.#send(member, link.index, VERB.deliver);
  }

  /** The record in hand goes on as part of the request that it came from: whoever gets it again can tell. */
  #send(member: Member, link: number, verb: number): void {
    member.describe(this.#context.traits);
    member.call = this.#context.send(link, NO_CALL, verb, 1, member.key, member.id);
  }

  /** A delivery, a dead letter or a heartbeat has its outcome. */
  reply(call: CallId): void {
    const { calls } = this.#context;
    if (calls.isProbe(call)) {
      this.#processes.probed(call);
      return;
    }
    const member = this.#membership.get(calls.ticket(call));
    if (member?.call !== call) return;
    member.call = NO_CALL;
    const cause = calls.cause(call);
    const group = this.#membership.groupOf.get(member)!;
    if (member.state === BURYING) {
      if (cause === OK) {
        this.#context.count(this.#counters.deadLettered);
        this.#done(group, member);
      } else this.#backOff(member);
      return;
    }
    if (cause === OK) {
      const { partition, offset } = member;
      const first = partition === NOWHERE || group.finish(partition, offset);
      this.#context.count(first ? this.#counters.delivered : this.#counters.duplicates);
      this.#done(group, member);
      return;
    }
    if (this.#processes.hasDied(call, member.link)) {
      this.#processes.fall(member.link.index);
      return;
    }
    // A consumer that is out of reach has not tried: the record waits for it, however long.
    const silent = calls.origin(call) === this.#context.self && cause === TIMEOUT;
    if (!silent) member.failed++;
    if (member.failed >= member.link.config.attempts) this.#bury(group, member);
    else this.#backOff(member);
  }

  #backOff(member: Member): void {
    member.state = BACKING_OFF;
    member.stamp++;
    this.#context.after(this.#redelivery, PRIORITY.timer, this.#timers.retry, member.id, member.stamp);
  }

  /** All attempts are used up: to the dead letters, if there is a place for them. */
  #bury(group: ConsumerGroup, member: Member): void {
    const { partition, offset } = member;
    if (this.#deadLetters) {
      member.state = BURYING;
      this.#send(member, this.#deadLetters.index, VERB.publish);
      return;
    }
    if (partition === NOWHERE || group.finish(partition, offset)) this.#context.count(this.#counters.skipped);
    this.#done(group, member);
  }

  /** On to the next record, or to the next poll. */
  #done(group: ConsumerGroup, member: Member): void {
    const { partition, offset } = member;
    const { commit } = member.link.config;
    if (partition !== NOWHERE && member.state === BURYING) group.finish(partition, offset);
    member.state = IDLE;
    if (commit === 'each') this.#offsets.commit(group, member, partition, offset + 1);
    member.next();
    if (member.busy) {
      this.#work(member);
      return;
    }
    if (commit === 'after') this.#offsets.commitPoll(group, member);
    this.poll(member);
  }

  // — the log —

  /** The number of partitions has changed. */
  fit(): void {
    for (const group of this.groups)
      if (group.fit(this.#partitions) && this.#membership.running) this.#coordinator.rebalance(group);
  }

  /** The log of a partition was cut at its end. */
  cut(partition: number, end: number): void {
    for (const member of this.#membership.groupOf.keys()) member.cut(partition, end);
    for (const group of this.groups) this.#offsets.cut(group, partition, end);
  }

  /** The beginning of a log is gone. */
  expired(partition: number): void {
    for (const group of this.groups) this.#offsets.expired(group, partition);
  }
}
