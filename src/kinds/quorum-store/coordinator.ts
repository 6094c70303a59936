import type { Context } from '../../engine/behaviour';
import type { CallId } from '../../engine/calls';
import type { RandomStream } from '../../engine/random';
import type { ClusterNet } from '../../engine/resources/cluster-net';
import { ENDED, type OperationHistory } from '../../engine/resources/history';
import { OpenCalls, type Ticket } from '../../engine/resources/open-calls';
import { causeCode, RESET } from '../../model/outcome';
import { fromMs } from '../../model/units';
import { bits, firstBit } from './bits';
import type { Clocks } from './clocks';
import type { QuorumConfig } from './fields';
import type { Handoff } from './handoff';
import type { Membership } from './membership';
import { MESSAGE, TIMER } from './messages';
import type { Observer } from './observer';
import type { ReplicaTables } from './replica-tables';
import type { ReplicaRing } from './ring';

const NO_QUORUM = causeCode('no-quorum');

/** Numbers of an open call. Sets of nodes are bits. */
const AT = 0;
const PHASE = 1;
const SLOT = 2;
/** Of a write its version; of a read the newest that it has seen. */
const STAMP = 3;
const VALUE = 4;
/** Asked, and no answer yet. */
const OPEN = 5;
const DONE = 6;
const NEED = 7;
/** Replicas that could be asked too. */
const SPARE = 8;
/** Of a read: those who have answered with the newest version. */
const LATEST = 9;
const HISTORY = 10;
/** Of a write: an older write that hides it on a replica, and the newest acknowledged one when it came. */
const HIDDEN_BY = 11;
const PROMISED = 12;
const FIELDS = 13;

const ENTERING = 0;
const ASKING = 1;
const REPAIRING = 2;
/** The client has its answer; replicas may still be awaited. */
const ANSWERED = 3;

export interface CoordinatorParts {
  readonly net: ClusterNet;
  readonly tables: ReplicaTables;
  readonly membership: Membership;
  readonly handoff: Handoff;
  readonly clocks: Clocks;
  readonly observer: Observer;
  readonly history: OperationHistory;
}

/** What the node that a client talks to does for it: asks replicas, waits for enough of them, and answers. */
export class Coordinator {
  ring!: ReplicaRing;
  #config!: QuorumConfig;
  readonly #context: Context;
  readonly #parts: CoordinatorParts;
  readonly #open: OpenCalls;
  readonly #luck: RandomStream;
  /** Replicas to wait for, by connection: level of reads and writes; see `consistency`. */
  readonly #levels: string[] = [];
  readonly #reads: number;
  readonly #writes: number;
  readonly #refused: number;
  readonly #unknown: number;
  readonly #mismatches: number;
  readonly #speculated: number;

  constructor(context: Context, timerType: number, parts: CoordinatorParts) {
    this.#context = context;
    this.#parts = parts;
    this.#open = new OpenCalls(context, timerType, FIELDS, (ticket) => this.#overdue(ticket));
    this.#luck = context.random('replica');
    this.#reads = context.counter('reads');
    this.#writes = context.counter('writes');
    this.#refused = context.counter('refused');
    this.#unknown = context.counter('unknownWrites');
    this.#mismatches = context.counter('mismatches');
    this.#speculated = context.counter('speculated');
  }

  configure(config: QuorumConfig): void {
    this.#config = config;
    this.#open.configure(fromMs(config.requestTimeoutMs));
  }

  /** Reads the incoming connections anew. */
  rewire(): void {
    this.#levels.length = 0;
    for (const { index, config } of this.#context.incoming) this.#levels[index] = config.consistency;
  }

  timer(): void {
    this.#open.timer();
  }

  /** A call has come to a node. */
  open(call: CallId, node: number): Ticket {
    const { calls, now } = this.#context;
    const { observer, history } = this.#parts;
    const ticket = this.#open.open(call);
    const write = calls.write(call) === 1;
    const value = write ? observer.begins() : 0;
    this.#open.set(ticket, AT, node);
    this.#open.set(ticket, VALUE, value);
    this.#open.set(ticket, PROMISED, observer.oracle.promised(calls.key(call), now));
    this.#open.set(ticket, HISTORY, history.begin(calls, call, value));
    return ticket;
  }

  /** The node looks at it. */
  begin(ticket: Ticket): void {
    if (!this.#open.has(ticket)) return;
    const { calls } = this.#context;
    const call = this.#open.call(ticket);
    this.#context.began(call);
    this.#open.set(ticket, PHASE, ASKING);
    const replicas = this.ring.find(calls.key(call));
    const alive = replicas & this.#parts.membership.alive(this.#open.get(ticket, AT));
    const write = calls.write(call) === 1;
    const need = this.#need(calls.connection(call), write);
    const short = bits(alive) < need;
    if (short && this.#config.withoutQuorum === 'refuse') {
      this.#fail(ticket, NO_QUORUM, ENDED.failed);
      return;
    }
    this.#open.set(ticket, NEED, short ? bits(alive) : need);
    if (write) this.#write(ticket, replicas, alive);
    else this.#read(ticket, alive);
  }

  // — writes —

  #write(ticket: Ticket, replicas: number, alive: number): void {
    const { net, tables, clocks, handoff } = this.#parts;
    const node = this.#open.get(ticket, AT);
    const slot = tables.slot(this.#context.calls.key(this.#open.call(ticket)), this.ring.replicas);
    const stamp = clocks.stamp(node, this.#context.now);
    const value = this.#open.get(ticket, VALUE);
    this.#open.set(ticket, SLOT, slot);
    this.#open.set(ticket, STAMP, stamp);
    this.#open.set(ticket, OPEN, alive);
    let kept = 0;
    for (let i = 0; i < this.ring.replicas; i++) {
      const replica = this.ring.members[i]!;
      if ((alive & (1 << replica)) !== 0) net.send(node, replica, MESSAGE.write, ticket, slot, stamp, value);
      else if (handoff.keep(node, replica, slot, stamp, value)) kept |= 1 << replica;
    }
    if (alive !== 0) return;
    // Nobody is there to take it: it lives in the hints alone, or nowhere.
    if (kept !== 0 && replicas !== 0) this.#succeedWrite(ticket);
    else this.#fail(ticket, NO_QUORUM, ENDED.failed);
  }

  /** A replica has it. `hiddenBy`: an older write that it takes for newer. */
  written(ticket: Ticket, replica: number, hiddenBy: number): void {
    if (!this.#open.has(ticket)) return;
    const open = this.#open.get(ticket, OPEN) & ~(1 << replica);
    this.#open.set(ticket, OPEN, open);
    const done = this.#open.get(ticket, DONE) | (1 << replica);
    this.#open.set(ticket, DONE, done);
    if (this.#open.get(ticket, PHASE) === ASKING) {
      if (hiddenBy > this.#open.get(ticket, HIDDEN_BY)) this.#open.set(ticket, HIDDEN_BY, hiddenBy);
      if (bits(done) >= this.#open.get(ticket, NEED)) {
        this.#succeedWrite(ticket);
        return;
      }
    }
    if (open === 0 && this.#open.get(ticket, PHASE) === ANSWERED) this.#open.close(ticket);
  }

  #succeedWrite(ticket: Ticket): void {
    const context = this.#context;
    const { calls, now } = context;
    const call = this.#open.call(ticket);
    const value = this.#open.get(ticket, VALUE);
    this.#parts.history.end(this.#open.get(ticket, HISTORY), calls, call, now, ENDED.ok);
    const [hiddenBy, promised] = [this.#open.get(ticket, HIDDEN_BY), this.#open.get(ticket, PROMISED)];
    this.#parts.observer.acknowledged(calls.key(call), value, hiddenBy, promised);
    context.count(this.#writes);
    if (this.#open.get(ticket, OPEN) === 0) this.#open.close(ticket);
    else this.#open.set(ticket, PHASE, ANSWERED);
    context.succeed(call, value);
  }

  // — reads —

  #read(ticket: Ticket, alive: number): void {
    const { tables } = this.#parts;
    const node = this.#open.get(ticket, AT);
    this.#open.set(ticket, SLOT, tables.find(this.#context.calls.key(this.#open.call(ticket))));
    if (alive === 0) {
      this.#fail(ticket, NO_QUORUM, ENDED.failed);
      return;
    }
    let spare = alive;
    for (let left = this.#open.get(ticket, NEED); left > 0; left--) spare &= ~this.#ask(ticket, spare);
    this.#open.set(ticket, SPARE, spare);
    if (this.#config.speculateMs > 0 && spare !== 0) {
      this.#parts.net.after(node, fromMs(this.#config.speculateMs), TIMER.speculate, ticket);
    }
  }

  /** Asks one of these replicas; returns its bit. */
  #ask(ticket: Ticket, among: number): number {
    const node = this.#open.get(ticket, AT);
    const replica = this.#pick(among, node);
    const bit = 1 << replica;
    this.#open.set(ticket, OPEN, this.#open.get(ticket, OPEN) | bit);
    this.#parts.net.send(node, replica, MESSAGE.read, ticket, this.#open.get(ticket, SLOT));
    return bit;
  }

  #pick(among: number, node: number): number {
    if (this.#config.choice === 'nearest') {
      if ((among & (1 << node)) !== 0) return node;
      for (let i = 0; i < this.ring.replicas; i++) {
        const replica = this.ring.members[i]!;
        if ((among & (1 << replica)) !== 0) return replica;
      }
    }
    let rest = among;
    for (let skip = this.#luck.integer(bits(among)); skip > 0; skip--) rest &= rest - 1;
    return firstBit(rest);
  }

  /** Too few have answered for long: one more is asked. */
  speculate(ticket: Ticket): void {
    if (!this.#open.has(ticket) || this.#open.get(ticket, PHASE) !== ASKING) return;
    const spare = this.#open.get(ticket, SPARE);
    if (spare === 0) return;
    this.ring.find(this.#context.calls.key(this.#open.call(ticket)));
    this.#context.count(this.#speculated);
    this.#open.set(ticket, SPARE, spare & ~this.#ask(ticket, spare));
  }

  readDone(ticket: Ticket, replica: number, stamp: number, value: number): void {
    if (!this.#open.has(ticket) || this.#open.get(ticket, PHASE) !== ASKING) return;
    const bit = 1 << replica;
    const done = this.#open.get(ticket, DONE) | bit;
    this.#open.set(ticket, DONE, done);
    const best = this.#open.get(ticket, STAMP);
    if (stamp > best) {
      this.#open.set(ticket, STAMP, stamp);
      this.#open.set(ticket, VALUE, value);
      this.#open.set(ticket, LATEST, bit);
    } else if (stamp === best) this.#open.set(ticket, LATEST, this.#open.get(ticket, LATEST) | bit);
    if (bits(done) >= this.#open.get(ticket, NEED)) this.#compare(ticket);
  }

  /** Enough replicas have answered. */
  #compare(ticket: Ticket): void {
    const behind = this.#open.get(ticket, DONE) & ~this.#open.get(ticket, LATEST);
    if (behind === 0) {
      this.#succeedRead(ticket);
      return;
    }
    this.#context.count(this.#mismatches);
    const { readRepair } = this.#config;
    const { net } = this.#parts;
    const node = this.#open.get(ticket, AT);
    const slot = this.#open.get(ticket, SLOT);
    const [stamp, value] = [this.#open.get(ticket, STAMP), this.#open.get(ticket, VALUE)];
    for (let rest = readRepair === 'none' ? 0 : behind; rest !== 0; rest &= rest - 1) {
      const waits = readRepair === 'blocking' ? ticket : -1;
      net.send(node, firstBit(rest), MESSAGE.repair, waits, slot, stamp, value);
    }
    if (readRepair === 'blocking') {
      this.#open.set(ticket, PHASE, REPAIRING);
      this.#open.set(ticket, OPEN, behind);
    } else this.#succeedRead(ticket);
  }

  repaired(ticket: Ticket, replica: number): void {
    if (!this.#open.has(ticket) || this.#open.get(ticket, PHASE) !== REPAIRING) return;
    const open = this.#open.get(ticket, OPEN) & ~(1 << replica);
    this.#open.set(ticket, OPEN, open);
    if (open === 0) this.#succeedRead(ticket);
  }

  #succeedRead(ticket: Ticket): void {
    const context = this.#context;
    const { calls, now } = context;
    const call = this.#open.call(ticket);
    const value = this.#open.get(ticket, VALUE);
    this.#parts.history.end(this.#open.get(ticket, HISTORY), calls, call, now, ENDED.ok, value);
    this.#parts.observer.read(calls.key(call), value, calls.arrivedAt(call));
    context.count(this.#reads);
    this.#open.close(ticket);
    context.succeed(call, value);
  }

  // — what does not work out —

  #overdue(ticket: Ticket): void {
    const node = this.#open.get(ticket, AT);
    const phase = this.#open.get(ticket, PHASE);
    // A frozen node gives nothing up, and one that has not come to it yet does not know of it.
    if (phase === ENTERING || !this.#parts.net.works(node)) {
      this.#open.extend(ticket);
      return;
    }
    const write = phase === ANSWERED || this.#context.calls.write(this.#open.call(ticket)) === 1;
    if (!write) {
      const enough = this.#config.withoutQuorum === 'accept' && this.#open.get(ticket, DONE) !== 0;
      if (enough) this.#succeedRead(ticket);
      else this.#fail(ticket, NO_QUORUM, ENDED.failed);
      return;
    }
    this.#hintMissing(ticket, node);
    this.#open.set(ticket, OPEN, 0);
    if (phase === ANSWERED) this.#open.close(ticket);
    else if (this.#config.withoutQuorum === 'accept' && this.#open.get(ticket, DONE) !== 0) this.#succeedWrite(ticket);
    else this.#fail(ticket, NO_QUORUM, ENDED.unknown);
  }

  /** Replicas that have not answered in time get the write later. */
  #hintMissing(ticket: Ticket, node: number): void {
    const slot = this.#open.get(ticket, SLOT);
    const [stamp, value] = [this.#open.get(ticket, STAMP), this.#open.get(ticket, VALUE)];
    for (let rest = this.#open.get(ticket, OPEN); rest !== 0; rest &= rest - 1) {
      this.#parts.handoff.keep(node, firstBit(rest), slot, stamp, value);
    }
  }

  #fail(ticket: Ticket, cause: number, outcome: number): void {
    const context = this.#context;
    const { calls } = context;
    const call = this.#open.call(ticket);
    const unknown = outcome === ENDED.unknown && calls.write(call) === 1;
    const ended = unknown ? ENDED.unknown : ENDED.failed;
    this.#parts.history.end(this.#open.get(ticket, HISTORY), calls, call, context.now, ended);
    if (unknown) context.count(this.#unknown);
    if (cause === NO_QUORUM) context.count(this.#refused);
    this.#open.close(ticket);
    context.fail(call, cause);
  }

  /** Its process is gone, and what it had to do for its clients. */
  nodeDown(node: number): void {
    this.#open.each((ticket) => {
      if (this.#open.get(ticket, AT) === node) this.#drop(ticket);
    });
  }

  /** Nodes that are no more. */
  shrink(nodes: number): void {
    this.#open.each((ticket) => {
      if (this.#open.get(ticket, AT) >= nodes) this.#drop(ticket);
    });
  }

  clear(): void {
    this.#open.clear();
  }

  #drop(ticket: Ticket): void {
    const phase = this.#open.get(ticket, PHASE);
    if (phase === ANSWERED) this.#open.close(ticket);
    else this.#fail(ticket, RESET, phase === ENTERING ? ENDED.failed : ENDED.unknown);
  }

  #need(connection: number, write: boolean): number {
    const { replicas } = this.ring;
    switch (this.#levels[connection]) {
      case 'one':
        return 1;
      case 'quorum':
        return (replicas >> 1) + 1;
      case 'all':
        return replicas;
      default:
        return Math.min(replicas, write ? this.#config.writeTo : this.#config.readFrom);
    }
  }
}
