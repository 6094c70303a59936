import type { Context, Link } from '../../engine/behaviour';
import { type CallId, NO_CALL } from '../../engine/calls';
import { PRIORITY } from '../../engine/event-queue';
import { VERB } from '../../model/meaning';
import { OK, REFUSED, RESET, TIMEOUT } from '../../model/outcome';
import { fromMs } from '../../model/units';
import type { Brokers } from './brokers';
import { ConsumerGroup, type GroupCounters, PREPARING, STABLE } from './consumer-group';
import { GroupCoordinator } from './group-coordinator';
import { BACKING_OFF, BURYING, IDLE, Member, NOWHERE, WORKING } from './member';
import type { Partition } from './partition';

export interface ConsumerTimers {
  readonly group: number;
  readonly heartbeat: number;
  readonly retry: number;
}

/** A process with consumers in it: the component at the other end of a connection. */
interface Process {
  link: Link;
  down: boolean;
  stamp: number;
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
  /** A group has committed something. */
  readonly #committed: () => void;
  readonly #members = new Map<number, Member>();
  readonly #groupOf = new Map<Member, ConsumerGroup>();
  readonly #processes = new Map<number, Process>();
  #deadLetters: Link | null = null;
  #nextId = 0;
  #running = false;
  #redelivery = 0;

  constructor(
    context: Context,
    brokers: Brokers,
    partitions: readonly Partition[],
    timers: ConsumerTimers,
    counters: GroupCounters,
    committed: () => void,
  ) {
    this.#context = context;
    this.#brokers = brokers;
    this.#partitions = partitions;
    this.#timers = timers;
    this.#counters = counters;
    this.#committed = committed;
    this.#coordinator = new GroupCoordinator(
      context,
      counters,
      timers.group,
      () => this.groups,
      (member) => this.poll(member),
      (group, member) => this.#commitDone(group, member),
    );
  }

  configure(redeliveryMicros: number): void {
    this.#redelivery = redeliveryMicros;
  }

  // — who is there —

  /** Brings groups and members in line with the connections. */
  rewire(): void {
    const { outgoing } = this.#context;
    this.#deadLetters = outgoing.find(({ meaning }) => meaning === 'publish') ?? null;
    const links = outgoing.filter(({ meaning }) => meaning === 'deliver');
    for (const index of this.#processes.keys()) {
      if (!links.some((link) => link.index === index)) this.#processes.delete(index);
    }
    const wanted = new Map<number, Link[]>();
    for (const link of links) {
      const id = link.config.group > 0 ? link.config.group : -1 - link.index;
      wanted.set(id, [...(wanted.get(id) ?? []), link]);
    }
    for (const group of this.groups.slice()) if (!wanted.has(group.id)) this.#dissolve(group);
    for (const [id, own] of wanted) {
      let group = this.groups.find((known) => known.id === id);
      const fresh = !group;
      if (!group) this.groups.push((group = new ConsumerGroup(id)));
      group.links = own;
      group.fit(this.#partitions);
      this.#staff(group, fresh);
      if (this.#running) this.#coordinator.rearm(group);
    }
    for (const link of links) {
      const known = this.#processes.get(link.index);
      if (known) known.link = link;
      if (known) continue;
      const process = { link, down: false, stamp: 0 };
      this.#processes.set(link.index, process);
      if (this.#running) this.#beat(process);
    }
  }

  /** Members by connection and number; those no longer wanted leave. */
  #staff(group: ConsumerGroup, fresh: boolean): void {
    for (const member of this.#membersOf(group)) {
      const link = group.links.find(({ index }) => index === member.link.index);
      if (link) member.link = link;
      member.leaving = !link || member.slot >= link.config.consumers;
      if (member.leaving && (!link || !member.busy)) this.#dismiss(group, member);
    }
    for (const link of group.links) {
      for (let slot = 0; slot < link.config.consumers; slot++) {
        const here = this.#membersOf(group).some(
          (member) => member.link.index === link.index && member.slot === slot && member.alive,
        );
        if (!here && !this.#processes.get(link.index)?.down) this.#hire(group, link, slot, !this.#running);
      }
    }
    if (fresh && !this.#running) this.#coordinator.form(group);
  }

  #membersOf(group: ConsumerGroup): Member[] {
    return [...this.#members.values()].filter((member) => this.#groupOf.get(member) === group);
  }

  /** A member's process starts; in a group that is not formed yet it is simply there. */
  #hire(group: ConsumerGroup, link: Link, slot: number, quiet: boolean): void {
    const member = new Member(this.#nextId++, link, slot);
    this.#members.set(member.id, member);
    this.#groupOf.set(member, group);
    member.committedAt = this.#context.now;
    if (quiet) group.members.push(member);
    else this.#coordinator.join(group, member);
  }

  /** It closes in order. */
  #dismiss(group: ConsumerGroup, member: Member): void {
    if (member.known) this.#commitDone(group, member);
    this.#forget(member);
    member.alive = false;
    this.#coordinator.leave(group, member);
  }

  #forget(member: Member): void {
    this.#members.delete(member.id);
    this.#groupOf.delete(member);
  }

  #dissolve(group: ConsumerGroup): void {
    for (const member of this.#membersOf(group)) {
      member.alive = member.known = false;
      this.#forget(member);
    }
    group.members = [];
    group.stamp++;
    this.groups.splice(this.groups.indexOf(group), 1);
    // Timers name groups by their place.
    for (const other of this.groups) this.#coordinator.rearm(other);
  }

  start(): void {
    this.#running = true;
    for (const process of this.#processes.values()) this.#beat(process);
    for (const group of this.groups) this.#coordinator.resume(group);
    this.pollAll();
  }

  /** The brokers are all gone: consumers lose what they have in hand, and begin again where they had committed. */
  crash(): void {
    this.#running = false;
    for (const process of this.#processes.values()) {
      process.down = false;
      process.stamp++;
    }
    for (const group of this.groups) {
      group.stamp++;
      for (const member of this.#membersOf(group)) this.#lose(group, member);
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

  // — heartbeats —

  #beat(process: Process): void {
    const micros = process.down ? this.#redelivery : fromMs(process.link.config.heartbeatMs);
    this.#context.after(micros, PRIORITY.control, this.#timers.heartbeat, process.link.index, process.stamp);
  }

  timer(type: number, a: number, b: number): void {
    switch (type) {
      case this.#timers.group:
        this.#coordinator.timer(a, b);
        break;
      case this.#timers.heartbeat: {
        const process = this.#processes.get(a);
        if (process?.stamp !== b) return;
        this.#context.send(a, NO_CALL, VERB.probe, 0, 0, 0);
        this.#beat(process);
        break;
      }
      case this.#timers.retry: {
        const member = this.#members.get(a);
        if (member?.stamp === b && member.state === BACKING_OFF) this.#work(member);
      }
    }
  }

  #probed(call: CallId): void {
    const { calls } = this.#context;
    const process = this.#processes.get(calls.connection(call));
    if (!process) return;
    if (calls.cause(call) === OK) {
      if (process.down) this.#rise(process);
      for (const [member, group] of this.#groupOf) {
        if (member.link.index === process.link.index && member.alive) this.#coordinator.heartbeat(group, member);
      }
    } else if (this.#isDead(call, process.link)) this.#fall(process);
  }

  #isDead(call: CallId, link: Link): boolean {
    const { calls } = this.#context;
    const cause = calls.cause(call);
    return calls.origin(call) === link.peer.index && (cause === REFUSED || cause === RESET);
  }

  /** The process has died, and with it all members in it. The coordinator does not know yet. */
  #fall(process: Process): void {
    if (process.down) return;
    process.down = true;
    process.stamp++;
    this.#beat(process);
    for (const [member, group] of this.#groupOf) {
      if (member.link.index !== process.link.index || !member.alive) continue;
      this.#lose(group, member);
      member.alive = false;
    }
  }

  /** What a member had in memory is gone. What was committed and not yet done is lost for the group. */
  #lose(group: ConsumerGroup, member: Member): void {
    for (let piece = member.piece; piece < member.pieces; piece++) {
      const partition = member.partitions[piece]!;
      if (partition === NOWHERE) continue;
      const from = Math.max(member.offsets[piece]!, group.done[partition]!);
      const to = Math.min(member.ends[piece]!, group.committed[partition]!);
      if (to <= from) continue;
      this.#context.count(this.#counters.dropped, to - from);
      group.done[partition] = to;
    }
    member.drop();
  }

  /** The process is there again: static members are the old ones, others ask to be let in as new ones. */
  #rise(process: Process): void {
    process.down = false;
    process.stamp++;
    this.#beat(process);
    const { link } = process;
    for (const group of this.groups) {
      if (!group.links.some(({ index }) => index === link.index)) continue;
      const before = this.#membersOf(group).filter((member) => member.link.index === link.index);
      for (let slot = 0; slot < link.config.consumers; slot++) {
        const old = before.find((member) => member.slot === slot);
        if (old?.alive) continue;
        if (old && link.config.staticMembers && old.known) this.#revive(group, old);
        else {
          // Nobody lives in the old one; the coordinator waits for it until its session ends.
          if (old) this.#forget(old);
          this.#hire(group, link, slot, false);
        }
      }
    }
  }

  #revive(group: ConsumerGroup, member: Member): void {
    member.alive = true;
    member.heardAt = member.polledAt = member.committedAt = this.#context.now;
    for (const partition of member.owned) group.position[partition] = group.committed[partition]!;
    if (group.state === PREPARING) this.#coordinator.join(group, member);
    else this.poll(member);
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
    if (!this.#running || !member.alive || member.busy || member.state !== IDLE) return;
    const group = this.#groupOf.get(member);
    if (!group) return;
    const { config } = member.link;
    const now = this.#context.now;
    if (member.leaving) {
      this.#dismiss(group, member);
      return;
    }
    member.polledAt = now;
    if (config.commit === 'auto' && member.known && now - member.committedAt >= fromMs(config.autoCommitMs)) {
      this.#commitDone(group, member);
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
    if (config.commit === 'before') this.#commitPieces(group, member);
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
    const group = this.#groupOf.get(member)!;
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
    const { traits } = this.#context;
    traits.root = member.root;
    member.call = this.#context.send(link, NO_CALL, verb, 1, member.key, member.id);
    traits.root = 0;
  }

  /** A delivery, a dead letter or a heartbeat has its outcome. */
  reply(call: CallId): void {
    const { calls } = this.#context;
    if (calls.isProbe(call)) {
      this.#probed(call);
      return;
    }
    const member = this.#members.get(calls.ticket(call));
    if (member?.call !== call) return;
    member.call = NO_CALL;
    const cause = calls.cause(call);
    const group = this.#groupOf.get(member)!;
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
    if (this.#isDead(call, member.link)) {
      this.#fall(this.#processes.get(member.link.index)!);
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
    if (commit === 'each') this.#commit(group, member, partition, offset + 1);
    member.next();
    if (member.busy) {
      this.#work(member);
      return;
    }
    if (commit === 'after') this.#commitPieces(group, member);
    this.poll(member);
  }

  // — commits —

  /** A commit of somebody who does not own the partition any more is refused (ILLEGAL_GENERATION). */
  #commit(group: ConsumerGroup, member: Member, partition: number, offset: number): void {
    if (partition === NOWHERE || !member.known || group.owners[partition] !== member) return;
    group.commit(partition, Math.min(offset, this.#partitions[partition]!.log.highWatermark));
    this.#committed();
  }

  /** Everything of the poll. */
  #commitPieces(group: ConsumerGroup, member: Member): void {
    for (let piece = 0; piece < member.pieces; piece++) {
      this.#commit(group, member, member.partitions[piece]!, member.ends[piece]!);
    }
  }

  /** What has been done so far: automatic commits, and before partitions are given up. */
  #commitDone(group: ConsumerGroup, member: Member): void {
    member.committedAt = this.#context.now;
    for (const partition of member.owned) {
      let to = group.position[partition]!;
      for (let piece = member.piece; piece < member.pieces; piece++) {
        if (member.partitions[piece] === partition) to = Math.min(to, member.offsets[piece]!);
      }
      this.#commit(group, member, partition, to);
    }
  }

  // — the log —

  /** The number of partitions has changed. */
  fit(): void {
    for (const group of this.groups)
      if (group.fit(this.#partitions) && this.#running) this.#coordinator.rebalance(group);
  }

  /** The log of a partition was cut at its end. */
  cut(partition: number, end: number): void {
    for (const [member] of this.#groupOf) member.cut(partition, end);
    for (const group of this.groups) {
      group.cut(partition, end);
      this.#weigh(group);
    }
  }

  /**
   * The beginning of a log is gone. A group that had not come so far begins where its settings say, and what it has
   * missed is counted.
   */
  expired(partition: number): void {
    const { log } = this.#partitions[partition]!;
    for (const group of this.groups) {
      if (group.committed[partition]! >= log.start && group.position[partition]! >= log.start) continue;
      const latest = group.links[0]?.config.startAt !== 'earliest';
      const behind = group.position[partition]! < log.start;
      const to = behind && latest ? log.highWatermark : log.start;
      // What a member that died had read would have been read again.
      const held = group.owners[partition]?.alive ?? false;
      const read = held ? group.position[partition]! : group.committed[partition]!;
      const missed = to - Math.max(group.done[partition]!, read);
      if (missed > 0) {
        this.#context.count(this.#counters.unread, missed);
        group.done[partition] = Math.max(group.done[partition]!, to);
      }
      if (behind) group.position[partition] = to;
      group.commit(partition, behind ? to : log.start);
    }
  }

  #weigh(group: ConsumerGroup): void {
    group.lag = 0;
    for (let partition = 0; partition < group.committed.length; partition++) {
      group.lag += this.#partitions[partition]!.log.highWatermark - group.committed[partition]!;
    }
  }
}
