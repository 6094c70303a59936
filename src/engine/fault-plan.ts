/**
 * The planned faults of a run. Each line of the plan has a number, so that what it begins is what it ends. Faults by
 * chance are drawn one at a time as the run goes on, from streams of their own: (seed, target, "mtbf:…"). The plan may be
 * replaced while it is followed: lines that stay go on as they were, lines that go end what they had begun.
 */
import { CRASH, OUTAGE } from '../model/faults';
import { membersOf, placesOf } from '../model/places';
import { faultKey, type Scenario, type ScheduledFault } from '../model/scenario';
import { fromMs } from '../model/units';
import { RandomStream } from './random';
import type { PlanLine, Script, ScriptEntry } from './script';
import { exponential } from './ziggurat';

export class FaultPlan {
  readonly #script: Script;
  readonly #seed: number;
  #lines: Line[] = [];
  #numbers = 0;

  constructor(script: Script, seed: number) {
    this.#script = script;
    this.#seed = seed;
  }

  /** Follows the plan of a scenario from now on. What lies before now and had not begun does not happen any more. */
  follow(scenario: Scenario, now: number): void {
    const before = this.#lines;
    const free = new Set(before);
    const found = scenario.faults.map((fault) => {
      const line = before.find((other) => free.has(other) && faultKey(other.fault) === faultKey(fault));
      if (line) free.delete(line);
      return line;
    });
    // A fault that is on and only got another end goes on under its number.
    this.#lines = scenario.faults.map((fault, i) => {
      if (found[i]) return found[i];
      const same = [...free].find((line) => line.isOn && !fault.random && sameBeginning(line.fault, fault));
      if (!same) return this.#line(fault, scenario);
      free.delete(same);
      this.#script.drop((line) => line === same);
      same.endAnew(fault, now);
      return same;
    });
    this.#script.drop((line) => free.has(line as Line) || [...free].some((gone) => gone.holds(line)));
    for (const gone of free) gone.stop(now);
    for (const [i, line] of this.#lines.entries()) if (!found[i] && !before.includes(line)) line.begin(now);
  }

  /** The system has changed: components may have come to a place whose faults hit each by itself. */
  changed(scenario: Scenario, now: number): void {
    for (const line of this.#lines) line.changed(scenario, now);
  }

  #line(fault: ScheduledFault, scenario: Scenario): Line {
    if (!fault.random) return new FixedLine(fault, this.#script, ++this.#numbers);
    const twins = scenario.faults.filter(
      (other) => other.random && other.target === fault.target && other.fault === fault.fault,
    );
    const copy = twins.indexOf(fault);
    const line = new ChanceLine(fault, this.#script, ++this.#numbers, this.#seed, copy);
    line.changed(scenario, Infinity);
    return line;
  }
}

function sameBeginning(a: ScheduledFault, b: ScheduledFault): boolean {
  const { durationMs: _, ...first } = a;
  const { durationMs: __, ...second } = b;
  return !a.random && faultKey(first) === faultKey(second);
}

/** A line of the plan. */
abstract class Line implements PlanLine {
  fault: ScheduledFault;
  isOn = false;
  protected readonly script: Script;
  protected readonly number: number;

  constructor(fault: ScheduledFault, script: Script, number: number) {
    this.fault = fault;
    this.script = script;
    this.number = number;
  }

  /** Enters what the line will do, as far as it is known. */
  abstract begin(now: number): void;

  taken({ intervention }: ScriptEntry): void {
    this.isOn = intervention.type === 'fault' && intervention.on;
  }

  /** Ends what it had begun. Its entries are gone from the script already. */
  stop(now: number): void {
    if (this.isOn) this.enter(now, false, null);
    this.isOn = false;
  }

  /** Whether another line is a part of this one. */
  holds(_line: PlanLine): boolean {
    return false;
  }

  endAnew(fault: ScheduledFault, now: number): void {
    this.fault = fault;
    if (fault.durationMs !== undefined) this.enter(Math.max(now, this.end()), false, this);
  }

  changed(_scenario: Scenario, _now: number): void {}

  protected end(): number {
    const { atMs, durationMs } = this.fault;
    return durationMs === undefined ? Infinity : fromMs(atMs) + fromMs(durationMs);
  }

  protected enter(atMicros: number, on: boolean, line: PlanLine | null): void {
    const { target, fault, params } = this.fault;
    this.script.enter({ type: 'fault', atMicros, target, fault, on, params }, true, this.number, line);
  }
}

/** A fault at a time that the plan says. */
class FixedLine extends Line {
  begin(now: number): void {
    const at = fromMs(this.fault.atMs);
    if (at < now) return;
    this.enter(at, true, this);
    const end = this.end();
    if (end < Infinity) this.enter(end, false, this);
  }
}

/** A fault that comes and goes by chance: of one target, or of a place and each component in it. */
class ChanceLine extends Line {
  readonly #seed: number;
  readonly #copy: number;
  readonly #parts = new Map<string, Chance>();

  constructor(fault: ScheduledFault, script: Script, number: number, seed: number, copy: number) {
    super(fault, script, number);
    this.#seed = seed;
    this.#copy = copy;
  }

  begin(now: number): void {
    for (const part of this.#parts.values()) part.begin(Math.max(now, fromMs(this.fault.atMs)), this.end());
  }

  override stop(now: number): void {
    for (const part of this.#parts.values()) part.stop(now);
  }

  override holds(line: PlanLine): boolean {
    return [...this.#parts.values()].includes(line as Chance);
  }

  /** Parts for components that have come to the place; they begin now. `now` is Infinity before the line begins. */
  override changed(scenario: Scenario, now: number): void {
    const { target, fault, random } = this.fault;
    const isPlace = fault === OUTAGE.id && placesOf(scenario).some(({ id }) => id === target);
    const shared = isPlace ? (random!.sharedPercent ?? 100) / 100 : 1;
    if (shared > 0) this.#part(target, fault, `mtbf:${fault}`, shared, now);
    if (shared >= 1) return;
    const members = new Set(membersOf(scenario, target));
    for (const member of members) this.#part(member, CRASH.id, `mtbf:${target}`, 1 - shared, now);
    for (const [id, part] of this.#parts) {
      if (id === target || members.has(id)) continue;
      this.script.drop((line) => line === part);
      part.stop(now);
      this.#parts.delete(id);
    }
  }

  #part(target: string, fault: string, purpose: string, share: number, now: number): void {
    if (this.#parts.has(target)) return;
    const name = this.#copy === 0 ? purpose : `${purpose}:${this.#copy}`;
    const stream = new RandomStream(this.#seed, target, name);
    const part = new Chance({ ...this.fault, target, fault }, this.script, this.number, stream, share);
    this.#parts.set(target, part);
    if (now < Infinity) part.begin(Math.max(now, fromMs(this.fault.atMs)), this.end());
  }
}

/** One target that fails and is repaired by chance. */
class Chance extends Line {
  readonly #stream: RandomStream;
  readonly #failureMicros: number;
  readonly #repairMicros: number;
  #until = Infinity;

  constructor(fault: ScheduledFault, script: Script, number: number, stream: RandomStream, share: number) {
    super(fault, script, number);
    this.#stream = stream;
    this.#failureMicros = fromMs(fault.random!.mtbfMs) / share;
    this.#repairMicros = fromMs(fault.random!.mttrMs);
  }

  begin(now: number, until = Infinity): void {
    this.#until = until;
    this.#fail(now);
  }

  override taken(entry: ScriptEntry): void {
    super.taken(entry);
    const now = entry.intervention.atMicros;
    if (!this.isOn) this.#fail(now);
    else this.enter(Math.min(this.#until, now + this.#draw(this.#repairMicros)), false, this);
  }

  #fail(now: number): void {
    const at = now + this.#draw(this.#failureMicros);
    if (at < this.#until) this.enter(at, true, this);
  }

  #draw(mean: number): number {
    return 1 + Math.floor(mean * exponential(this.#stream));
  }
}
