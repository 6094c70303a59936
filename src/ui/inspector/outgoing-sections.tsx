import { useMemo } from 'react';
import { requestPlan, stepTarget } from '../../model/plan';
import type { Component } from '../../model/scenario';
import { kindOf } from '../../kinds/registry';
import { useDocument } from '../hooks/use-stores';
import { outgoing } from './outgoing';
import { RequestPlan } from './request-plan';
import { TargetList } from './target-list';

const GROUP_FIELDS = ['consumers', 'attempts'] as const;

/** What a component does with its outgoing connections: its plan, its routes, its consumer groups. */
export function OutgoingSections({ component }: { component: Component }) {
  const scenario = useDocument((state) => state.scenario);
  const { id } = component;
  const plan = useMemo(() => requestPlan(outgoing(scenario, id, 'plan')), [scenario, id]);
  const routes = useMemo(() => outgoing(scenario, id, 'route'), [scenario, id]);
  const groups = useMemo(() => outgoing(scenario, id, 'deliver'), [scenario, id]);
  const participants = useMemo(() => {
    const { stages } = requestPlan(outgoing(scenario, id, 'transact'));
    return stages.flat().map(stepTarget);
  }, [scenario, id]);
  const ports = kindOf(component.kind).out;
  const uses = new Set(ports.map(({ use }) => use));
  return (
    <>
      {uses.has('plan') && <RequestPlan plan={plan} />}
      {uses.has('route') && (
        <TargetList
          title="Where requests go"
          targets={routes}
          use="route"
          fields={['weight', 'on']}
          empty="Nowhere yet: draw a connection to what should answer."
        />
      )}
      {uses.has('transact') && (
        <TargetList
          title="Who takes part"
          targets={participants}
          use="transact"
          fields={['order', 'parallel']}
          empty="Nobody yet: connect databases or services that are to change together."
        />
      )}
      {ports
        .filter(({ use }) => use === 'deliver')
        .map(({ id: port, label, sends, useFields }) => (
          <TargetList
            key={port}
            title={label}
            targets={groups.filter(({ meaning }) => sends.includes(meaning))}
            use="deliver"
            fields={useFields ?? GROUP_FIELDS}
            empty={
              sends.includes('deliver')
                ? 'Nobody reads yet: connect a service, and its consumers read from here.'
                : 'Nowhere yet: connect a queue or a topic to keep them.'
            }
          />
        ))}
    </>
  );
}
