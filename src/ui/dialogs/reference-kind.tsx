import type { Kind } from '../../kinds/kind';
import { KIND_PRICES, PRICES_LABEL } from '../../model/cost';
import type { FaultSpec } from '../../model/faults';
import { BASE_SERIES, type MetricSpec } from '../../model/metrics';
import { KindIcon } from '../shared/kind-icon';
import { FieldTable, Source } from './field-table';

/** The reference page of a kind: all of it is read from the kind's declaration. */
export function KindPage({ kind }: { kind: Kind }) {
  const { docs, fields, metrics, faults } = kind;
  const price = KIND_PRICES[kind.id];
  return (
    <>
      <h2>
        <KindIcon kind={kind.id} size={22} /> {kind.title}
      </h2>
      <p className="reference-lead">{kind.summary}</p>
      <h3>What it models</h3>
      <Sentences of={docs.models} />
      <h3>What it leaves out</h3>
      <Sentences of={docs.leavesOut} />
      <h3>Settings</h3>
      <FieldTable fields={fields} caption={`Settings of ${kind.title}`} />
      <h3>What is counted</h3>
      <MetricTable metrics={metrics} />
      <h3>What can go wrong</h3>
      <FaultList faults={faults} />
      {price && (
        <>
          <h3>What it costs</h3>
          <p>
            {price.basis}
            {price.source !== '' && (
              <>
                {' '}
                <Source url={price.source}>Price list</Source>
              </>
            )}
          </p>
          <p className="reference-range">In dollars. {PRICES_LABEL}</p>
        </>
      )}
      <h3>Try this</h3>
      <Sentences of={docs.tryThis} />
      <h3>Sources</h3>
      <ul>
        {docs.sources.map(({ title, url }) => (
          <li key={url + title}>
            <Source url={url}>{title}</Source>
          </li>
        ))}
      </ul>
    </>
  );
}

function Sentences({ of }: { of: readonly string[] }) {
  return (
    <ul>
      {of.map((sentence) => (
        <li key={sentence}>{sentence}</li>
      ))}
    </ul>
  );
}

function MetricTable({ metrics }: { metrics: readonly MetricSpec[] }) {
  return (
    <>
      <p>
        For every kind: {BASE_SERIES.map(({ label }) => label).join('; ')}; and deaths by cause.
        {metrics.length > 0 && ' For this one also:'}
      </p>
      {metrics.length > 0 && (
        <table className="reference-table">
          <caption className="visually-hidden">Metrics of its own</caption>
          <thead>
            <tr>
              <th scope="col">Metric</th>
              <th scope="col">Unit</th>
              <th scope="col">Known as</th>
            </tr>
          </thead>
          <tbody>
            {metrics.map(({ id, label, type, unit, help, realName }) => (
              <tr key={id}>
                <th scope="row">
                  {label}
                  <p>{help}</p>
                </th>
                <td>{type === 'counter' ? `${unit} per second` : type === 'ratio' ? '%' : unit}</td>
                <td>{realName !== undefined && <code>{realName}</code>}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}

/** Faults with what they do; their numbers can be chosen when they are injected. */
export function FaultList({ faults }: { faults: readonly FaultSpec[] }) {
  if (faults.length === 0) return <p className="reference-none">Nothing of its own.</p>;
  return (
    <dl className="reference-list">
      {faults.map(({ id, label, undo, help, params }) => {
        const settings = Object.values(params).map((param) => param.label.toLowerCase());
        return (
          <div key={id}>
            <dt>{label}</dt>
            <dd>
              {help}
              {settings.length > 0 && ` Can be set: ${settings.join(', ')}.`}
              {undo === undefined ? ' Happens in a moment.' : ` Ended by: ${undo}.`}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}
