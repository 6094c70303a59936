import { KINDS } from '../../kinds/registry';
import { CONNECTION_FIELDS } from '../../model/connection-fields';
import { KIND_PRICES, PRICES_LABEL } from '../../model/cost';
import { completeConfig, type Fields } from '../../model/fields';
import { CONNECTION_FAULTS } from '../shared/described-kinds';
import { CAUSES } from '../../model/outcome';
import { RESILIENCE_GROUPS } from '../../model/resilience-fields';
import { RESILIENCE_PRESETS } from '../../model/resilience-presets';
import { FieldTable, Source } from './field-table';
import { FaultList } from './reference-kind';

const ALL: Fields = CONNECTION_FIELDS;

function picked(names: readonly string[]): Fields {
  return Object.fromEntries(names.flatMap((name) => (ALL[name] ? [[name, ALL[name]] as const] : [])));
}

const GROUPED: ReadonlySet<string> = new Set(RESILIENCE_GROUPS.flatMap(({ names }) => names));
const OTHERS = picked(Object.keys(ALL).filter((name) => !GROUPED.has(name)));

/** Connections: what they are, how a caller copes with failures, and the presets with their sources. */
export function ConnectionsPage() {
  return (
    <>
      <h2>Connections</h2>
      <p className="reference-lead">
        A connection carries calls from one component to another over a network with delay, jitter and loss. What a call
        means follows from what the other side accepts.
      </p>
      <h3>What is simulated</h3>
      <ul>
        <li>Every message travels on its own. Packet loss shows as delay, as TCP makes it.</li>
        <li>A timeout ends the waiting of the caller; the other side works on, unless cancelling is on.</li>
        <li>
          Retries, budgets, breakers, limits and hedges are state machines with the rules of the libraries they are
          named after. Each further attempt is a real message with a real cost.
        </li>
      </ul>
      <h3>What is left out</h3>
      <ul>
        <li>Packets, congestion control and handshakes. Bandwidth, where it is set, is a queue for each direction.</li>
        <li>Processor time of encryption and of encoding, apart from what the components’ own work contains.</li>
      </ul>
      <h3>Network and use</h3>
      <FieldTable fields={OTHERS} caption="Settings of the network and of how a connection is used" />
      <p className="reference-range">Which of them apply depends on the two ends.</p>
      <h3>When a call fails</h3>
      {RESILIENCE_GROUPS.map(({ id, title, names }) => (
        <section key={id}>
          <h4>{title}</h4>
          <FieldTable fields={picked(names)} caption={title} />
        </section>
      ))}
      <h3>Presets</h3>
      <p>A preset replaces all settings above, apart from a timeout that it does not name.</p>
      <dl className="reference-list">
        {RESILIENCE_PRESETS.map(({ id, label, help, source, settings }) => (
          <div key={id}>
            <dt>{label}</dt>
            <dd>
              {help} <Source url={source}>Source</Source>
              <p className="reference-range">{settingWords(settings)}</p>
            </dd>
          </div>
        ))}
      </dl>
      <h3>What can go wrong</h3>
      <FaultList faults={CONNECTION_FAULTS} />
    </>
  );
}

/** Settings as "Retries: with exponential backoff, Attempts at most: 3". */
function settingWords(settings: Readonly<Record<string, number | string | boolean>>): string {
  const config = completeConfig(ALL, settings);
  const parts = Object.keys(settings).flatMap((name) => {
    const field = ALL[name];
    const value = config[name]!;
    if (!field) return [];
    if (field.type === 'choice') {
      return [`${field.label}: ${field.options.find((option) => option.value === value)?.label ?? String(value)}`];
    }
    if (field.type === 'toggle') return [`${field.label}: ${value === true ? 'on' : 'off'}`];
    return [`${field.label}: ${String(value)}${field.unit === '' ? '' : ` ${field.unit}`}`];
  });
  return parts.length === 0 ? 'Everything else is off.' : `${parts.join(' · ')}.`;
}

/** Why requests die. */
export function CausesPage() {
  return (
    <>
      <h2>Why requests die</h2>
      <p className="reference-lead">
        A cause is set where a request dies, and carried unchanged to everybody who waited for it. It is counted on the
        component where it arose.
      </p>
      <table className="reference-table">
        <caption className="visually-hidden">Causes</caption>
        <thead>
          <tr>
            <th scope="col">Cause</th>
            <th scope="col">HTTP</th>
          </tr>
        </thead>
        <tbody>
          {CAUSES.filter(({ id }) => id !== 'ok').map(({ id, label, help, status }) => (
            <tr key={id}>
              <th scope="row">
                {label}
                <p>{help}</p>
              </th>
              <td>{status}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

/** What things cost. */
export function PricesPage() {
  return (
    <>
      <h2>Prices</h2>
      <p className="reference-lead">{PRICES_LABEL}</p>
      <p>
        They are there to compare designs: what idle capacity costs, what retries cost, what a failed request costs. In
        US dollars. Traffic between zones and out to users, storage and staff are not counted.
      </p>
      <ul>
        <li>Per hour: what stands there, busy or idle, and what is used at the present rates.</li>
        <li>Per million good requests: the same, divided by the requests that were answered in time.</li>
        <li>Idle capacity: the part of what stands there that was not used.</li>
        <li>
          Retries and hedges: the part of the use, and of the busy capacity, that went into attempts after the first.
          What they caused further down is not followed.
        </li>
      </ul>
      <dl className="reference-list">
        {KINDS.map(({ id, title }) => {
          const price = KIND_PRICES[id];
          return (
            <div key={id}>
              <dt>{title}</dt>
              <dd>
                {price ? price.basis : 'Not priced.'}{' '}
                {price && price.source !== '' && <Source url={price.source}>Price list</Source>}
              </dd>
            </div>
          );
        })}
      </dl>
    </>
  );
}
