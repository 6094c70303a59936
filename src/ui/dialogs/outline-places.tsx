import { membersOf, type Place, placesOf } from '../../model/places';
import type { Scenario } from '../../model/scenario';
import { moveToPlace, renamePlace } from '../../store/place-edits';
import { activeFaults } from '../canvas/active-faults';
import { useRun, useView } from '../hooks/use-stores';
import { KindIcon } from '../shared/kind-icon';
import { placeableTitle } from '../shared/placeable';
import { OutlineActions, OutlineName, OutlineTable } from './outline-parts';

/** Zones and regions as a table: what stands in them and what is wrong with them. */
export function PlaceTable({ scenario }: { scenario: Scenario }) {
  return (
    <OutlineTable
      caption="Places"
      columns={[
        { title: 'Name' },
        { title: 'Kind' },
        { title: 'State' },
        { title: 'Lies in' },
        { title: 'Components', number: true },
      ]}
    >
      {placesOf(scenario).map((place) => (
        <PlaceRow key={place.id} place={place} scenario={scenario} />
      ))}
    </OutlineTable>
  );
}

function PlaceRow({ place, scenario }: { place: Place; scenario: Scenario }) {
  const { id, type, label, parent } = place;
  const selected = useView((view) => view.selection.has(id));
  // What is wrong follows from what was done to the run.
  useRun((state) => state.marks.length);
  const broken = activeFaults(id).map(({ fault }) => fault.done);
  return (
    <tr className={selected ? 'is-selected' : undefined}>
      <OutlineName label={label} onRename={(name) => renamePlace(id, name)} />
      <td>
        <span className="outline-kind">
          <KindIcon kind={type} size={17} />
          {placeableTitle(type)}
        </span>
      </td>
      <td>{broken.length > 0 ? broken.join(', ') : 'well'}</td>
      <td>{placesOf(scenario).find((other) => other.id === parent)?.label ?? ''}</td>
      <td className="is-number">{membersOf(scenario, id).length}</td>
      <OutlineActions id={id} name={label} />
    </tr>
  );
}

const NOWHERE = '';

/** Where a component stands, and the way into another place. */
export function PlaceChoice({ id, label, scenario }: { id: string; label: string; scenario: Scenario }) {
  const place = scenario.components.find((component) => component.id === id)?.place ?? NOWHERE;
  return (
    <select
      className="text-input outline-connect"
      aria-label={`Place of ${label}`}
      value={place}
      onChange={({ currentTarget: { value } }) => moveToPlace(id, value === NOWHERE ? undefined : value)}
    >
      <option value={NOWHERE}>none</option>
      {placesOf(scenario).map((other) => (
        <option key={other.id} value={other.id}>
          {other.label}
        </option>
      ))}
    </select>
  );
}
