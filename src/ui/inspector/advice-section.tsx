import { ChevronRight, Lightbulb } from 'lucide-react';
import { useMemo } from 'react';
import { type Advice, adviceAbout, adviceOn } from '../../analysis/advice/advice';
import type { Scenario } from '../../model/scenario';
import { select } from '../../store/view-store';
import { useDocument } from '../hooks/use-stores';
import './advice.css';

/** What an experienced colleague would say of the whole system. Nothing is forbidden: it may run and fail. */
export function SystemAdvice() {
  const scenario = useDocument((state) => state.scenario);
  const all = useMemo(() => adviceOn(scenario), [scenario]);
  if (all.length === 0) return null;
  return (
    <section aria-label="Advice">
      <h3 className="part-title">Advice, from the settings alone</h3>
      {all.map((advice) => (
        <Entry key={advice.number} advice={advice} scenario={scenario} />
      ))}
    </section>
  );
}

/** The advice that is about one component or connection. */
export function AdviceAbout({ target }: { target: string }) {
  const scenario = useDocument((state) => state.scenario);
  const about = useMemo(() => adviceAbout(adviceOn(scenario), target), [scenario, target]);
  if (about.length === 0) return null;
  return (
    <section aria-label="Advice">
      {about.map((advice) => (
        <Entry key={advice.number} advice={advice} scenario={null} />
      ))}
    </section>
  );
}

/** More places than these are only counted. */
const SHOWN = 6;

/** One piece of advice, folded; with the places it is about when a scenario names them. */
function Entry({ advice, scenario }: { advice: Advice; scenario: Scenario | null }) {
  const { number, title, findings, weight } = advice;
  return (
    <details className={weight === 'loss' ? 'advice is-loss' : 'advice'}>
      <summary>
        <Lightbulb size={14} aria-hidden="true" />
        <span className="advice-title">
          {title}
          {scenario && findings.length > 1 && <span className="quiet"> · {findings.length} places</span>}
        </span>
        <ChevronRight size={13} aria-hidden="true" />
      </summary>
      <ul>
        {findings.slice(0, SHOWN).map(({ target, detail }) => (
          <li key={`${target} ${detail}`}>
            {detail}{' '}
            {scenario && (
              <button type="button" className="link-button" onClick={() => select([target])}>
                Show
                <span className="visually-hidden"> {nameOf(scenario, target)}</span>
              </button>
            )}
          </li>
        ))}
        {findings.length > SHOWN && <li className="quiet">And {findings.length - SHOWN} more places.</li>}
      </ul>
      <p>
        {advice.advice} <span className="quiet">BP{number}</span>
      </p>
    </details>
  );
}

function nameOf({ components, connections }: Scenario, target: string): string {
  const label = (id: string): string => components.find((each) => each.id === id)?.label ?? id;
  const connection = connections.find(({ id }) => id === target);
  return connection ? `${label(connection.from)} to ${label(connection.to)}` : label(target);
}
