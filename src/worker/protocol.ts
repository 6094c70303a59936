/**
 * What the page and the simulation worker say to each other. Commands go through comlink and return or fail; frames
 * stream over a port of their own as transferables; a heartbeat tells that the worker is alive.
 */
import type { HistoryCheck } from '../analysis/history-check';
import type { LastEvent } from '../engine/observer';
import type { Problem } from '../model/problems';
import type { Intervention, RunRecord } from '../model/scenario';

export type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
/** An intervention before the run has given it its time. */
export type Deed = DistributiveOmit<Intervention, 'atMicros'>;

/** Who the numbers of a frame are about. Sent when it changes; positions are the engine's indexes. */
export interface Roster {
  readonly components: readonly { readonly id: string; readonly kind: string }[];
  readonly connections: readonly { readonly id: string }[];
}

export type Pace = 'paused' | 'playing' | 'seeking';

export interface Frame {
  /** Number of the run: frames of an earlier run may still be on their way. */
  readonly run: number;
  /** Simulated time in microseconds. */
  readonly time: number;
  readonly events: number;
  readonly pace: Pace;
  /** Simulated seconds per real second actually reached, over about the last second; 0 when paused. */
  readonly achieved: number;
  /** How far a seek has come, 0 … 1. */
  readonly progress: number;
  readonly fingerprint: string;
  /** Fingerprint of everything before the last whole simulated second: the same on every machine. */
  readonly secondFingerprint: string;
  readonly roster: Roster | null;
  /** States and faces: see `readFaces`. */
  readonly faces: Float64Array;
  /** Statistics windows closed since the last frame: see `readWindows`. */
  readonly windows: Float64Array;
  /** Messages that left since the last frame: see MOTION. */
  readonly motion: Float64Array;
  /** Requests that one dot stands for, on average. */
  readonly perDot: number;
  /** Interventions and planned faults that took effect since the last frame. */
  readonly happened: readonly { readonly intervention: Intervention; readonly planned: boolean }[];
  /** After a step: what happened. */
  readonly last: LastEvent | null;
  readonly problem: Problem | null;
}

export type FromWorker = { readonly type: 'beat' } | { readonly type: 'frame'; readonly frame: Frame };

/** Commands. Each resolves when the worker has taken it, and rejects with a problem. */
export interface RunCommands {
  /** Builds a run; seeks to `untilMicros` without stopping for the display, then stands still or plays on. */
  open(run: number, record: RunRecord, untilMicros: number, thenPlay: boolean): void;
  /** Throws the run away. */
  close(): void;
  play(): void;
  pause(): void;
  /** Simulated seconds per real second. */
  setSpeed(speed: number): void;
  /** Lets exactly one event happen. */
  step(): void;
  /** Plays to this simulated time at full power, then stands still. */
  seek(untilMicros: number): void;
  /** Does something to the run; resolves to the intervention as logged. */
  intervene(deed: Deed): Intervention;
  /** Checks what the clients of a component did and saw so far; null when it keeps no history. */
  checkHistory(component: string): CheckedHistory | null;
  /** Where frames and heartbeats go. The first command. */
  connect(port: MessagePort): void;
}

export interface CheckedHistory {
  readonly check: HistoryCheck;
  /** Simulated microseconds of the check. */
  readonly time: number;
  /** Labels of the components that asked, by their index in operations. */
  readonly callers: readonly string[];
}

/** Columns of a message in `motion`. */
export const MOTION = { connection: 0, style: 1, departure: 2, arrival: 3, request: 4, stride: 5 } as const;

/** How a dot looks. Answers are drawn only when they fail, come too late, or in slow motion. */
export const STYLE = {
  read: 0,
  write: 1,
  message: 2,
  answer: 3,
  failure: 4,
  late: 5,
  lost: 6,
  /** Another attempt, or a hedge, of a read and of a write. */
  retry: 7,
  retryWrite: 8,
} as const;

/** State bits of a component in `faces`. */
export const STATE = { down: 1, paused: 2, slow: 4, errors: 8, removed: 16 } as const;
/** State bits of a connection in `faces`. */
export const LINK_STATE = { cut: 1, delayed: 2, lossy: 4, narrowed: 8 } as const;

export interface ComponentFace {
  readonly index: number;
  readonly state: number;
  readonly downSince: number;
  /** Calls inside at this moment. */
  readonly inSystem: number;
  /** Deaths by cause since the start: pairs of cause and count. */
  readonly deaths: readonly (readonly [cause: number, count: number])[];
  /** The numbers of the kind's face. */
  readonly numbers: Float64Array;
}

/** A circuit breaker, as `PolicyFace.breakerState` tells it. */
export const BREAKER = { none: 0, closed: 1, open: 2, halfOpen: 3 } as const;

/** What the resilience of a connection has done since the start, and its state now. */
export interface PolicyFace {
  readonly firstAttempts: number;
  readonly retries: number;
  readonly hedges: number;
  /** Calls that the caller's side did not let out: breaker open, bulkhead full, held back. */
  readonly rejected: number;
  readonly fallbacks: number;
  /** Answers nobody waited for any more. */
  readonly late: number;
  /** One of BREAKER. */
  readonly breakerState: number;
  /** Calls under way, and how many may be; 0 is no limit. */
  readonly inFlight: number;
  readonly limit: number;
  /** How full the retry budget is, 0 … 1; −1 without a budget. */
  readonly budgetLevel: number;
}

/** The numbers of a policy in the order in which `faces` carries them. */
export const POLICY_NUMBERS = [
  'firstAttempts',
  'retries',
  'hedges',
  'rejected',
  'fallbacks',
  'late',
  'breakerState',
  'inFlight',
  'limit',
  'budgetLevel',
] as const satisfies readonly (keyof PolicyFace)[];

export interface ConnectionFace {
  readonly index: number;
  readonly state: number;
  readonly sent: number;
  readonly failed: number;
  /** Null for a connection that does nothing but call and wait. */
  readonly policy: PolicyFace | null;
}

/** Numbers before the deaths of a component, and before the policy of a connection. */
export const FACE_HEAD = 6;
export const LINK_HEAD = 5;

/** Splits the `faces` of a frame. The layout is written by `FrameWriter`. */
export function readFaces(faces: Float64Array): { components: ComponentFace[]; connections: ConnectionFace[] } {
  const components: ComponentFace[] = [];
  const connections: ConnectionFace[] = [];
  const componentCount = faces[0] ?? 0;
  let at = 1;
  for (let i = 0; i < componentCount; i++) {
    const deathCount = faces[at + 4]!;
    const length = faces[at + 5]!;
    const deaths: [number, number][] = [];
    for (let d = 0; d < deathCount; d++) {
      deaths.push([faces[at + FACE_HEAD + 2 * d]!, faces[at + FACE_HEAD + 2 * d + 1]!]);
    }
    const start = at + FACE_HEAD + 2 * deathCount;
    components.push({
      index: faces[at]!,
      state: faces[at + 1]!,
      downSince: faces[at + 2]!,
      inSystem: faces[at + 3]!,
      deaths,
      numbers: faces.subarray(start, start + length),
    });
    at = start + length;
  }
  while (at + LINK_HEAD <= faces.length) {
    const length = faces[at + 4]!;
    connections.push({
      index: faces[at]!,
      state: faces[at + 1]!,
      sent: faces[at + 2]!,
      failed: faces[at + 3]!,
      policy: length > 0 ? readPolicy(faces, at + LINK_HEAD) : null,
    });
    at += LINK_HEAD + length;
  }
  return { components, connections };
}

function readPolicy(faces: Float64Array, at: number): PolicyFace {
  const entries = POLICY_NUMBERS.map((name, i) => [name, faces[at + i]!] as const);
  return Object.fromEntries(entries) as Record<(typeof POLICY_NUMBERS)[number], number>;
}

/** One closed window of one component; `component` −1 is the whole system. */
export interface WindowRow {
  readonly time: number;
  readonly component: number;
  readonly row: Float64Array;
}

/** Splits the `windows` of a frame: time, component, length, row; again and again. */
export function* readWindows(windows: Float64Array): Generator<WindowRow> {
  let at = 0;
  while (at + 3 <= windows.length) {
    const length = windows[at + 2]!;
    yield { time: windows[at]!, component: windows[at + 1]!, row: windows.subarray(at + 3, at + 3 + length) };
    at += 3 + length;
  }
}
