import type { ConnectionConfig, ConnectionFieldName, ConnectionUse } from '../../model/connection-fields';
import type { PlanTarget } from '../../model/plan';
import { configureConnection, endGesture } from '../../store/document-store';
import { FieldRow } from './field-row';
import { shownSetting } from './outgoing';

interface ConnectionFieldProps {
  name: ConnectionFieldName;
  target: Pick<PlanTarget, 'connection' | 'meaning' | 'config'>;
  defaults: ConnectionConfig;
  use: ConnectionUse;
}

/** One setting of a connection. */
export function ConnectionField({ name, target, defaults, use }: ConnectionFieldProps) {
  const { field, value, defaultValue, toSetting } = shownSetting(name, target, defaults, use);
  return (
    <FieldRow
      field={field}
      value={value}
      defaultValue={defaultValue}
      onChange={(next) => configureConnection(target.connection, name, toSetting(next))}
      onEnd={endGesture}
    />
  );
}
