import { ExternalLink } from 'lucide-react';
import { type Field, type Fields, type FieldValue, OURS } from '../../model/fields';

/** A link out of the page. */
export function Source({ url, children }: { url: string; children: string }) {
  return (
    <a href={url} target="_blank" rel="noopener noreferrer">
      {children}
      <ExternalLink size={11} aria-label=" (opens in a new tab)" />
    </a>
  );
}

/** Every setting with what it does, what it is here by default, and what the real world ships with. */
export function FieldTable({ fields, caption }: { fields: Fields; caption: string }) {
  const entries = Object.entries(fields);
  if (entries.length === 0) return <p className="reference-none">It has none.</p>;
  return (
    <table className="reference-table">
      <caption className="visually-hidden">{caption}</caption>
      <thead>
        <tr>
          <th scope="col">Setting</th>
          <th scope="col">Here</th>
          <th scope="col">In the real world</th>
        </tr>
      </thead>
      <tbody>
        {entries.map(([name, field]) => (
          <tr key={name}>
            <th scope="row">
              {field.label}
              <Help field={field} all={fields} />
            </th>
            <td>{valueWords(field, field.default)}</td>
            <td>
              {field.real ? (
                <>
                  {field.real.value}
                  <br />
                  <Source url={field.real.source}>{field.real.product}</Source>
                </>
              ) : (
                <span className="reference-none">{field.ours ? OURS[field.ours] : 'our choice'}</span>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Help({ field, all }: { field: Field; all: Fields }) {
  return (
    <>
      <p>{field.help}</p>
      {field.type === 'choice' && (
        <ul>
          {field.options.map(({ value, label, help }) => (
            <li key={value}>
              <b>{label}</b>: {help}
            </li>
          ))}
        </ul>
      )}
      {field.type === 'number' && <p className="reference-range">{range(field)}</p>}
      {field.when && <p className="reference-range">{condition(field.when, all)}</p>}
    </>
  );
}

function range({ min, max, unit, integer }: Field & { type: 'number' }): string {
  return `${grouped(min)} to ${grouped(max)}${unit === '' ? '' : ` ${unit}`}${integer ? ', whole' : ''}`;
}

function condition({ field: name, is }: NonNullable<Field['when']>, all: Fields): string {
  const other = all[name];
  if (!other) return '';
  const values = is.map((value) => valueWords(other, value));
  return `Only with ${other.label}: ${values.join(' or ')}.`;
}

function grouped(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: 6 }).replaceAll(',', '\u202f');
}

/** A value as people read it. */
function valueWords(field: Field, value: FieldValue): string {
  switch (field.type) {
    case 'number':
      return field.unit === '' ? grouped(Number(value)) : `${grouped(Number(value))} ${field.unit}`;
    case 'choice':
      return field.options.find((option) => option.value === value)?.label ?? String(value);
    case 'toggle':
      return value === true ? 'on' : 'off';
  }
}
