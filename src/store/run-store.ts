/**
 * The run as the interface follows it: small values, set once a frame, never kept. What changes with every request
 * (faces, series, dots) lives in `live-run.ts`.
 */
import { createStore } from 'zustand/vanilla';
import type { LastEvent } from '../engine/observer';
import type { Problem } from '../model/problems';
import type { Intervention } from '../model/scenario';

/** Something that happened to the run, for the timeline and the narrator. */
export interface Mark {
  readonly intervention: Intervention;
  /** From the scenario's plan rather than by hand. */
  readonly planned: boolean;
}

export interface RunState {
  readonly pace: 'paused' | 'playing' | 'seeking';
  /** Something has happened: the run is not at its first moment. */
  readonly begun: boolean;
  /** Simulated microseconds. */
  readonly time: number;
  /** Simulated seconds per real second: wanted, and reached (0 until measured). */
  readonly speed: number;
  readonly achieved: number;
  /** How far a seek has come, 0 … 1. */
  readonly progress: number;
  readonly events: number;
  readonly fingerprint: string;
  readonly secondFingerprint: string;
  /** In order of time. */
  readonly marks: readonly Mark[];
  /** What the last single step did. */
  readonly last: LastEvent | null;
  /** What stopped the run, until it is dismissed or the run restarts. */
  readonly problem: Problem | null;
  /** Interventions that a replayed run will still repeat. */
  readonly replaying: number;
  /** The seed of this run; the document's may be another by now. Null while there is no run. */
  readonly seed: number | null;
}

export const INITIAL_RUN: RunState = {
  pace: 'paused',
  begun: false,
  time: 0,
  speed: 1,
  achieved: 0,
  progress: 1,
  events: 0,
  fingerprint: '',
  secondFingerprint: '',
  marks: [],
  last: null,
  problem: null,
  replaying: 0,
  seed: null,
};

export const runStore = createStore<RunState>(() => INITIAL_RUN);
