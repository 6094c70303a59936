import { ArrowRight } from 'lucide-react';
import { connectionConfig } from '../../kinds/connect';
import { CONNECTION_FIELDS, type ConnectionFieldName, connectionFieldNames } from '../../model/connection-fields';
import { fieldApplies } from '../../model/fields';
import { MEANING_WORDS } from '../../model/meaning';
import { distanceOf } from '../../model/places';
import { RESILIENCE_GROUPS } from '../../model/resilience-fields';
import type { Connection } from '../../model/scenario';
import { connectionRuleOf } from '../../store/document-store';
import { liveRun } from '../../store/live-run';
import { select } from '../../store/view-store';
import { LINK_STATE } from '../../worker/protocol';
import { FIGURE_MS, usePulse } from '../charts/pulse';
import { useDocument } from '../hooks/use-stores';
import { formatNumber, formatShare } from '../shared/format-number';
import { AdviceAbout } from './advice-section';
import { ConnectionField } from './connection-field';
import { DistanceLine } from './distance-line';
import { FaultSection } from './fault-section';
import { Figures } from './figures';
import { policyFigures } from './policy-figures';
import { ResilienceSection } from './resilience-section';

/** Settings that stand in the groups of the resilience section. */
const GROUPED: ReadonlySet<string> = new Set(RESILIENCE_GROUPS.flatMap(({ names }) => names));

/** One connection: what it means, how it is set, how to break it, and what went over it. */
export function ConnectionPanel({ connection }: { connection: Connection }) {
  const scenario = useDocument((state) => state.scenario);
  const rule = connectionRuleOf(scenario, connection);
  const label = (id: string): string => scenario.components.find((each) => each.id === id)?.label ?? id;
  const { id, from, to } = connection;
  if (!rule) return null;
  const distance = distanceOf(scenario, connection);
  const config = connectionConfig(rule, connection.config, distance);
  const defaults = connectionConfig(rule, {}, distance);
  const target = { connection: id, meaning: rule.meaning, config };
  // How it is used comes first, then what is done when a call fails, then the network.
  const names = connectionFieldNames(rule.use, rule.meaning, rule.fields, rule.useFields);
  const resilient = rule.use !== 'deliver';
  const first = resilient ? names.findIndex((name) => GROUPED.has(name)) : names.length;
  const settings = (shown: readonly ConnectionFieldName[]) => (
    <div className="fields">
      {shown
        .filter((name) => fieldApplies(CONNECTION_FIELDS[name], config))
        .map((name) => (
          <ConnectionField key={name} name={name} target={target} defaults={defaults} use={rule.use} />
        ))}
    </div>
  );
  return (
    <div className="inspector-panel">
      <header className="inspector-head">
        <h2 className="connection-name">
          <button type="button" className="link-button" onClick={() => select([from])}>
            {label(from)}
          </button>
          <ArrowRight size={15} aria-label="to" />
          <button type="button" className="link-button" onClick={() => select([to])}>
            {label(to)}
          </button>
        </h2>
        <p className="inspector-sentence">
          {label(from)} {MEANING_WORDS[rule.meaning]} {label(to)}
        </p>
      </header>
      <div className="tab-panel">
        <LinkFigures id={id} />
        <AdviceAbout target={id} />
        {settings(names.slice(0, first))}
        {first < names.length && <ResilienceSection target={target} defaults={defaults} use={rule.use} />}
        {first < names.length && <h3 className="part-title">Network</h3>}
        <DistanceLine connection={connection} />
        {settings(names.slice(first).filter((name) => !GROUPED.has(name)))}
        <FaultSection target={id} />
      </div>
    </div>
  );
}

function LinkFigures({ id }: { id: string }) {
  usePulse(FIGURE_MS);
  const link = liveRun.link(id);
  if (!link) return null;
  const { state, sent, failed } = link;
  const broken = [
    state & LINK_STATE.cut ? 'cut' : '',
    state & LINK_STATE.delayed ? 'delayed' : '',
    state & LINK_STATE.lossy ? 'losing packets' : '',
    state & LINK_STATE.narrowed ? 'narrowed' : '',
  ].filter(Boolean);
  return (
    <>
      {broken.length > 0 && <p className="warning">This connection is {broken.join(' and ')}.</p>}
      <Figures
        figures={[
          { label: 'Sent since the start', value: formatNumber(sent) },
          {
            label: 'Failed since the start',
            value: failed > 0 ? `${formatNumber(failed)} (${formatShare(failed / sent)})` : '0',
            bad: failed > 0,
          },
          ...(link.policy ? policyFigures(link.policy) : []),
        ]}
      />
    </>
  );
}
