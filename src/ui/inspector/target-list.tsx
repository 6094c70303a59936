import { Pencil } from 'lucide-react';
import { useState } from 'react';
import type { ConnectionConfig, ConnectionFieldName, ConnectionUse } from '../../model/connection-fields';
import { formatShare } from '../shared/format-number';
import { ConnectionField } from './connection-field';
import type { OutgoingTarget } from './outgoing';

interface TargetListProps {
  title: string;
  targets: readonly OutgoingTarget[];
  use: ConnectionUse;
  /** Settings of each connection that can be changed here. */
  fields: readonly ConnectionFieldName[];
  /** Said when there is no target. */
  empty: string;
}

/** Where a component sends to, one line for each target; its settings one click away. */
export function TargetList({ title, targets, use, fields, empty }: TargetListProps) {
  const [open, setOpen] = useState<string | null>(null);
  return (
    <section className="plan" aria-label={title}>
      <h3>{title}</h3>
      {targets.length === 0 && <p className="quiet">{empty}</p>}
      <ul className="targets">
        {targets.map((target) => (
          <li key={target.connection} className="plan-step">
            <span className="plan-words">
              <b>{target.label}</b>
              <span className="quiet"> {targetWords(use, target, targets, fields)}</span>
            </span>
            {fields.length > 0 && (
              <button
                type="button"
                className="plan-edit"
                aria-expanded={open === target.connection}
                aria-label={`Change the connection to ${target.label}`}
                data-tip="Change"
                onClick={() => setOpen(open === target.connection ? null : target.connection)}
              >
                <Pencil size={13} aria-hidden="true" />
              </button>
            )}
            {open === target.connection && (
              <div className="step-editor">
                {fields.map((name) => (
                  <ConnectionField key={name} name={name} target={target} defaults={target.defaults} use={use} />
                ))}
              </div>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function targetWords(
  use: ConnectionUse,
  target: OutgoingTarget,
  targets: readonly OutgoingTarget[],
  fields: readonly ConnectionFieldName[],
): string {
  if (use === 'route') return shareWords(target, targets);
  return use === 'transact' ? turnWords(target, targets) : groupWords(target, fields);
}

/** When a participant of a transaction is asked; they stand in the order of the plan. */
function turnWords(target: OutgoingTarget, targets: readonly OutgoingTarget[]): string {
  if (target === targets[0]) return 'is asked first';
  return target.config.parallel ? 'at the same time' : 'is asked then';
}

/** "33 %, writes only": the part of the requests that fit it. */
function shareWords(target: OutgoingTarget, targets: readonly OutgoingTarget[]): string {
  const rivals = targets.filter(({ config }) => config.on === target.config.on || config.on === 'all');
  const sum = rivals.reduce((total, { config }) => total + config.weight, 0);
  const only = target.config.on === 'read' ? ', reads only' : target.config.on === 'write' ? ', writes only' : '';
  return `${formatShare(sum > 0 ? target.config.weight / sum : NaN)}${only}`;
}

/** "3 consumers, prefetch 50": what the settings that can be changed here are. */
function groupWords({ config }: OutgoingTarget, fields: readonly ConnectionFieldName[]): string {
  return fields.flatMap((name) => SETTING_WORDS[name]?.(config) ?? []).join(', ');
}

const SETTING_WORDS: Partial<Record<ConnectionFieldName, (config: ConnectionConfig) => string[]>> = {
  consumers: ({ consumers }) => [consumers === 1 ? 'one consumer' : `${consumers} consumers`],
  attempts: ({ attempts }) => [attempts === 1 ? 'one attempt a message' : `${attempts} attempts a message`],
  prefetch: ({ prefetch, acknowledge }) =>
    acknowledge === 'on-delivery' ? [] : [prefetch === 0 ? 'no prefetch limit' : `prefetch ${prefetch}`],
  deadLetters: ({ deadLetters }) => (deadLetters ? ['dead letters only'] : []),
  batch: ({ batch }) => [`${batch} at once`],
  acknowledge: ({ acknowledge }) => (acknowledge === 'on-delivery' ? ['acknowledged on delivery'] : []),
};
