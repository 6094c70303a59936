import { ChevronRight } from 'lucide-react';
import { useId, useState } from 'react';
import { CONNECTION_FIELDS, type ConnectionConfig, type ConnectionUse } from '../../model/connection-fields';
import { type ChoiceField, fieldApplies } from '../../model/fields';
import type { PlanTarget } from '../../model/plan';
import { RESILIENCE_GROUPS, type ResilienceGroup } from '../../model/resilience-fields';
import { matchingPreset, presetValues, RESILIENCE_PRESETS } from '../../model/resilience-presets';
import { configureConnections, type ConnectionChange, endGesture } from '../../store/document-store';
import { openReference } from '../../store/view-store';
import { ChoiceSelect } from './choice-select';
import { ConnectionField } from './connection-field';
import { groupWords } from './resilience-words';
import './resilience.css';

interface ResilienceProps {
  target: Pick<PlanTarget, 'connection' | 'meaning' | 'config'>;
  defaults: ConnectionConfig;
  use: ConnectionUse;
}

const OWN = 'own';

/** How the caller copes when calls fail: a preset with a name, and every setting of it under its heading. */
export function ResilienceSection({ target, defaults, use }: ResilienceProps) {
  const { config, connection } = target;
  // Choosing a preset opens what it has switched on: the groups begin anew.
  const [chosen, setChosen] = useState(0);
  const preset = matchingPreset(config, defaults);
  const id = useId();
  const choose = (presetId: string): void => {
    const next = RESILIENCE_PRESETS.find((each) => each.id === presetId);
    if (!next) return;
    const changes = [...presetValues(next, config, defaults)].map(
      ([field, value]) => ({ id: connection, field, value }) as ConnectionChange,
    );
    endGesture();
    configureConnections('choose a preset', changes);
    setChosen(chosen + 1);
  };
  return (
    <section className="resilience" aria-labelledby={`${id}-title`}>
      <h3 className="part-title" id={`${id}-title`}>
        When a call fails
      </h3>
      <div className="field is-wide">
        <div className="field-label">
          <label htmlFor={id}>Preset</label>
        </div>
        <div className="field-control">
          <ChoiceSelect
            id={id}
            field={preset ? PRESETS : PRESETS_AND_OWN}
            value={preset?.id ?? OWN}
            onChange={choose}
          />
        </div>
        <p className="field-notes">
          {preset ? preset.help : 'Set by hand. Choosing a preset replaces all of it, in one step that can be undone.'}{' '}
          {preset && (
            <a href={preset.source} target="_blank" rel="noopener noreferrer">
              Source
            </a>
          )}
        </p>
      </div>
      {RESILIENCE_GROUPS.map((group) => (
        <Group key={`${group.id} ${chosen}`} group={group} target={target} defaults={defaults} use={use} />
      ))}
      <button type="button" className="link-button" onClick={() => openReference('connections')}>
        All settings of connections, with sources
      </button>
    </section>
  );
}

const PRESETS: ChoiceField = {
  type: 'choice',
  label: 'Preset',
  help: '',
  default: 'none',
  options: RESILIENCE_PRESETS.map(({ id, label, help }) => ({ value: id, label, help })),
};
const PRESETS_AND_OWN: ChoiceField = {
  ...PRESETS,
  options: [{ value: OWN, label: 'Own settings', help: 'As they are now.' }, ...PRESETS.options],
};

function Group({ group, target, defaults, use }: ResilienceProps & { group: ResilienceGroup }) {
  const { config } = target;
  const words = groupWords(group.id, config);
  const [open] = useState(words !== '' && group.id !== 'deadlines');
  return (
    <details className="resilience-group" open={open}>
      <summary>
        <ChevronRight size={13} aria-hidden="true" />
        <span>{group.title}</span>
        <span className={words === '' ? 'resilience-words is-off' : 'resilience-words'}>{words || 'off'}</span>
      </summary>
      <div className="fields">
        {group.names
          .filter((name) => fieldApplies(CONNECTION_FIELDS[name], config))
          .map((name) => (
            <ConnectionField key={name} name={name} target={target} defaults={defaults} use={use} />
          ))}
      </div>
    </details>
  );
}
