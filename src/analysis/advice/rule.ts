/** One piece of advice: a habit that goes wrong, and where a system has it. */
import type { SystemView } from './system-view';

export interface Finding {
  /** The component or connection to look at. */
  readonly target: string;
  /** What is so here, with this system's own numbers. */
  readonly detail: string;
}

export interface Rule {
  /** Permanent, as those of problems: 7xx is advice. */
  readonly number: number;
  /** 'loss': data or the whole service are at stake. 'habit': it costs, or goes wrong under load. */
  readonly weight: 'loss' | 'habit';
  readonly title: string;
  /** Why it matters and what to do. */
  readonly advice: string;
  find(view: SystemView): Finding[];
}

/** A number as people read it: three digits are enough. */
export function plain(value: number): string {
  if (value >= 100)
    return Math.round(value)
      .toFixed(0)
      .replace(/\B(?=(\d{3})+$)/g, '\u202f');
  return String(Number(value.toPrecision(2)));
}

export function seconds(ms: number): string {
  return ms >= 1000 ? `${plain(ms / 1000)} s` : `${plain(ms)} ms`;
}
