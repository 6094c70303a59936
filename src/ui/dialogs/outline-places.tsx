import { Trash2 } from 'lucide-react';
import { membersOf, type Place, placesOf } from '../../model/places';
import type { Scenario } from '../../model/scenario';
import { endGesture, removeParts } from '../../store/document-store';
import { moveToPlace, renamePlace } from '../../store/place-edits';
import { openDialog, select } from '../../store/view-store';
import { activeFaults } from '../canvas/active-faults';
import { useRun, useView } from '../hooks/use-stores';
import { IconButton } from '../shared/icon-button';
import { KindIcon } from '../shared/kind-icon';
import { placeableTitle } from '../shared/placeable';

/** Zones and regions as a table: what stands in them and what is wrong with them. */
export function PlaceTable({ scenario }: { scenario: Scenario }) {
  return (
    <div className="outline-scroll">
      <table className="outline-table">
        <caption>Places</caption>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Kind</th>
            <th scope="col">State</th>
            <th scope="col">Lies in</th>
            <th scope="col" className="is-number">
              Components
            </th>
            <th scope="col">
              <span className="visually-hidden">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {placesOf(scenario).map((place) => (
            <PlaceRow key={place.id} place={place} scenario={scenario} />
          ))}
        </tbody>
      </table>
    </div>
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
      <td>
        <input
          className="text-input outline-name"
          aria-label={`Name of ${label}`}
          value={label}
          maxLength={60}
          onChange={(event) => renamePlace(id, event.currentTarget.value)}
          onBlur={endGesture}
        />
      </td>
      <td>
        <span className="outline-kind">
          <KindIcon kind={type} size={17} />
          {placeableTitle(type)}
        </span>
      </td>
      <td>{broken.length > 0 ? broken.join(', ') : 'well'}</td>
      <td>{placesOf(scenario).find((other) => other.id === parent)?.label ?? ''}</td>
      <td className="is-number">{membersOf(scenario, id).length}</td>
      <td className="outline-actions">
        <button
          type="button"
          className="button is-quiet"
          aria-label={`Select ${label} and show it in the inspector`}
          onClick={() => {
            select([id]);
            openDialog(null);
          }}
        >
          Select
        </button>
        <IconButton icon={Trash2} size={16} label={`Delete ${label}`} onClick={() => removeParts(new Set([id]))} />
      </td>
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
