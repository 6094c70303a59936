/**
 * What an experienced colleague would say on seeing a system, before anything has gone wrong. Advice teaches and never
 * blocks: a wrong design may run and fail. It follows from settings alone; what a run shows is for the diagnosis.
 */
import type { Scenario } from '../../model/scenario';
import { CALL_RULES } from './call-rules';
import { CAPACITY_RULES } from './capacity-rules';
import { MESSAGE_RULES } from './message-rules';
import type { Finding, Rule } from './rule';
import { STORE_RULES } from './store-rules';
import { systemView } from './system-view';

export const RULES: readonly Rule[] = [...CALL_RULES, ...CAPACITY_RULES, ...STORE_RULES, ...MESSAGE_RULES];

export interface Advice {
  readonly number: number;
  readonly weight: Rule['weight'];
  readonly title: string;
  readonly advice: string;
  /** Where: at least one place. */
  readonly findings: readonly Finding[];
}

/** The advice on a valid scenario: what endangers data or everything first, then by number. */
export function adviceOn(scenario: Scenario): Advice[] {
  const view = systemView(scenario);
  const given = RULES.map(({ number, weight, title, advice, find }) => ({
    number,
    weight,
    title,
    advice,
    findings: find(view),
  }));
  const rank = ({ weight }: Advice): number => (weight === 'loss' ? 0 : 1);
  return given
    .filter(({ findings }) => findings.length > 0)
    .sort((one, other) => rank(one) - rank(other) || one.number - other.number);
}

/** The part of the advice that is about one component or connection. */
export function adviceAbout(all: readonly Advice[], target: string): Advice[] {
  return all.flatMap((advice) => {
    const findings = advice.findings.filter((finding) => finding.target === target);
    return findings.length > 0 ? [{ ...advice, findings }] : [];
  });
}
