import { useEffect, useState } from 'react';
import { findKind } from '../../kinds/registry';
import { BASE_SERIES } from '../../model/metrics';
import { placesOf } from '../../model/places';
import type { Component, Scenario } from '../../model/scenario';
import { addComponent, canConnect, connect, renameComponent } from '../../store/document-store';
import { liveRun } from '../../store/live-run';
import { addPlace } from '../../store/place-edits';
import { select } from '../../store/view-store';
import { useDocument, useView } from '../hooks/use-stores';
import { formatRate, NOTHING } from '../shared/format-number';
import { HEALTH_WORDS, HealthMark, healthOf } from '../shared/health';
import { KindIcon } from '../shared/kind-icon';
import { PLACE_SIZES, placeEntry } from '../shared/placeable';
import { AddComponent } from './outline-add';
import { DialogFrame } from './dialog-frame';
import { OutlineActions, OutlineName, OutlineTable } from './outline-parts';
import { PlaceChoice, PlaceTable } from './outline-places';
import './outline.css';

const ARRIVALS = BASE_SERIES.findIndex(({ id }) => id === 'arrivals');
/** A table that changes faster cannot be read, least of all by ear. */
const REFRESH_MS = 1_000;

/** The system as tables, editable without a pointer: the accessible twin of the canvas. */
export function Outline() {
  const scenario = useDocument((state) => state.scenario);
  const [, refresh] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => refresh((count) => count + 1), REFRESH_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <DialogFrame
      title="Outline"
      intro={`${scenario.title}, as a table. Everything on the canvas can be done here too.`}
      size="large"
    >
      <AddComponent
        onAdd={(what) => {
          const place = placeEntry(what);
          const [x, y] = freePlace(scenario);
          select([place ? addPlace(place.id, { x, y, ...PLACE_SIZES[place.id] }) : addComponent(what, x, y)]);
        }}
      />
      {scenario.components.length === 0 ? (
        <p className="outline-empty">The system is empty. Add a client and a service, and connect them.</p>
      ) : (
        <ComponentTable scenario={scenario} />
      )}
      {placesOf(scenario).length > 0 && <PlaceTable scenario={scenario} />}
      {scenario.connections.length > 0 && <ConnectionTable scenario={scenario} />}
    </DialogFrame>
  );
}

/** Below everything that is there, where nothing overlaps. */
function freePlace({ components, places = [] }: Scenario): [x: number, y: number] {
  if (components.length + places.length === 0) return [0, 0];
  const left = Math.min(...[...components, ...places].map(({ x }) => x));
  const bottoms = [...components.map(({ y }) => y + 160), ...places.map(({ y, height }) => y + height + 40)];
  return [left, Math.max(...bottoms)];
}

function ComponentTable({ scenario }: { scenario: Scenario }) {
  return (
    <OutlineTable
      caption="Components"
      columns={[
        { title: 'Name' },
        { title: 'Kind' },
        { title: 'State' },
        { title: 'Requests in', number: true },
        ...(placesOf(scenario).length > 0 ? [{ title: 'Stands in' }] : []),
        { title: 'Connect to' },
      ]}
    >
      {scenario.components.map((component) => (
        <ComponentRow key={component.id} component={component} scenario={scenario} />
      ))}
    </OutlineTable>
  );
}

function ComponentRow({ component, scenario }: { component: Component; scenario: Scenario }) {
  const { id, kind, label } = component;
  const selected = useView((view) => view.selection.has(id));
  const series = liveRun.history.of(id);
  const health = healthOf(liveRun.face(id), series);
  const targets = scenario.components.filter((other) => canConnect(scenario, id, other.id));
  return (
    <tr className={selected ? 'is-selected' : undefined}>
      <OutlineName label={label} onRename={(name) => renameComponent(id, name)} />
      <td>
        <span className="outline-kind">
          <KindIcon kind={kind} size={17} />
          {findKind(kind)?.title ?? kind}
        </span>
      </td>
      <td>
        <span className="outline-kind">
          <HealthMark health={health} explained />
          {HEALTH_WORDS[health]}
        </span>
      </td>
      <td className="is-number">{series ? formatRate(series.recent(ARRIVALS)) : NOTHING}</td>
      {placesOf(scenario).length > 0 && (
        <td>
          <PlaceChoice id={id} label={label} scenario={scenario} />
        </td>
      )}
      <td>
        {targets.length > 0 ? (
          <select
            className="text-input outline-connect"
            aria-label={`Connect ${label} to`}
            value=""
            onChange={(event) => {
              if (event.currentTarget.value !== '') connect(id, event.currentTarget.value);
            }}
          >
            <option value="">Choose…</option>
            {targets.map((target) => (
              <option key={target.id} value={target.id}>
                {target.label}
              </option>
            ))}
          </select>
        ) : (
          <span className="outline-none">nothing left</span>
        )}
      </td>
      <OutlineActions id={id} name={label} />
    </tr>
  );
}

function ConnectionTable({ scenario }: { scenario: Scenario }) {
  const labels = new Map(scenario.components.map(({ id, label }) => [id, label]));
  return (
    <OutlineTable
      caption="Connections"
      columns={[{ title: 'From' }, { title: 'To' }, { title: 'Sent', number: true }, { title: 'Failed', number: true }]}
    >
      {scenario.connections.map(({ id, from, to }) => {
        const face = liveRun.link(id);
        const name = `${labels.get(from)} to ${labels.get(to)}`;
        return (
          <tr key={id}>
            <td>{labels.get(from)}</td>
            <td>{labels.get(to)}</td>
            <td className="is-number">{face?.sent ?? NOTHING}</td>
            <td className="is-number">{face?.failed ?? NOTHING}</td>
            <OutlineActions id={id} name={`the connection from ${name}`} />
          </tr>
        );
      })}
    </OutlineTable>
  );
}
