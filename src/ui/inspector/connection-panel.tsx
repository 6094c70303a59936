import { ArrowRight } from 'lucide-react';
import { connectionConfig } from '../../kinds/connect';
import { connectionFieldNames } from '../../model/connection-fields';
import { MEANING_WORDS } from '../../model/meaning';
import type { Connection } from '../../model/scenario';
import { connectionRuleOf } from '../../store/document-store';
import { liveRun } from '../../store/live-run';
import { select } from '../../store/view-store';
import { LINK_STATE } from '../../worker/protocol';
import { FIGURE_MS, usePulse } from '../charts/pulse';
import { useDocument } from '../hooks/use-stores';
import { formatNumber, formatShare } from '../shared/format-number';
import { ConnectionField } from './connection-field';
import { FaultSection } from './fault-section';
import { Figures } from './figures';

/** One connection: what it means, how it is set, how to break it, and what went over it. */
export function ConnectionPanel({ connection }: { connection: Connection }) {
  const scenario = useDocument((state) => state.scenario);
  const rule = connectionRuleOf(scenario, connection);
  const label = (id: string): string => scenario.components.find((each) => each.id === id)?.label ?? id;
  const { id, from, to } = connection;
  if (!rule) return null;
  const config = connectionConfig(rule, connection.config);
  const defaults = connectionConfig(rule, {});
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
        <div className="fields">
          {connectionFieldNames(rule.use, rule.meaning).map((name) => (
            <ConnectionField
              key={name}
              name={name}
              target={{ connection: id, meaning: rule.meaning, config }}
              defaults={defaults}
              use={rule.use}
            />
          ))}
        </div>
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
  const broken = [state & LINK_STATE.cut ? 'cut' : '', state & LINK_STATE.delayed ? 'delayed' : ''].filter(Boolean);
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
        ]}
      />
    </>
  );
}
