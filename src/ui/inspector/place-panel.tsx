import { choice } from '../../model/fields';
import { distanceOf, membersOf, type Place, REGION_TABLE_SOURCE, REGIONS } from '../../model/places';
import { endGesture } from '../../store/document-store';
import { locateRegion, renamePlace, setPlaceType } from '../../store/place-edits';
import { select } from '../../store/view-store';
import { useDocument } from '../hooks/use-stores';
import { formatNumber } from '../shared/format-number';
import { FaultSection } from './fault-section';
import { FieldRow } from './field-row';
import { NameField } from './name-field';

const TYPE = choice({
  label: 'What it is',
  default: 'zone',
  options: [
    { value: 'zone', label: 'zone', help: 'One or a few data centres close together: 0.25 ms there and back inside.' },
    { value: 'region', label: 'region', help: 'Several zones of one area: 1 ms from zone to zone.' },
  ],
  help: 'Where components stand decides the round trips between them.',
});

const NOWHERE = 'nowhere';
const REGION = choice({
  label: 'Where it is',
  default: NOWHERE,
  options: [
    { value: NOWHERE, label: 'nowhere', help: 'Connections to other regions keep their own round-trip time.' },
    ...REGIONS.map(({ id, label }) => ({ value: id as string, label, help: id })),
  ],
  help: `Decides the round trips to other regions: ${REGION_TABLE_SOURCE.product}, ${REGION_TABLE_SOURCE.date}.`,
});

/** A zone or region: its name, where it is, what stands in it, and how to take it down. */
export function PlacePanel({ place }: { place: Place }) {
  const scenario = useDocument((state) => state.scenario);
  const { id, type, region } = place;
  const members = membersOf(scenario, id);
  const label = (member: string): string => scenario.components.find((part) => part.id === member)?.label ?? member;
  const parent = scenario.places?.find((other) => other.id === place.parent);
  const inside = new Set(members);
  const crossing = scenario.connections.filter(({ from, to }) => inside.has(from) !== inside.has(to));
  return (
    <div className="inspector-panel">
      <header className="inspector-head">
        <NameField key={place.label} label={place.label} onRename={(name) => renamePlace(id, name)} />
        <p className="inspector-sentence">
          {type === 'zone' ? 'Zone' : 'Region'}
          {parent && ` of ${parent.label}`} · {members.length === 1 ? '1 component' : `${members.length} components`}
        </p>
      </header>
      <div className="tab-panel">
        <div className="fields">
          <FieldRow
            field={TYPE}
            value={type}
            defaultValue={type}
            onChange={(value) => setPlaceType(id, value === 'region' ? 'region' : 'zone')}
            onEnd={endGesture}
          />
          {type === 'region' && (
            <FieldRow
              field={REGION}
              value={region ?? NOWHERE}
              defaultValue={NOWHERE}
              onChange={(value) => locateRegion(id, value === NOWHERE ? undefined : String(value))}
              onEnd={endGesture}
            />
          )}
        </div>
        <FaultSection target={id} />
        <h3 className="part-title">Inside</h3>
        {members.length === 0 && <p className="quiet">Nothing yet. Drag components into it, or drag it by its name.</p>}
        <ul className="plain-list">
          {members.map((member) => (
            <li key={member}>
              <button type="button" className="link-button" onClick={() => select([member])}>
                {label(member)}
              </button>
            </li>
          ))}
        </ul>
        {crossing.length > 0 && (
          <>
            <h3 className="part-title">Across its border</h3>
            <ul className="plain-list">
              {crossing.map((connection) => (
                <li key={connection.id}>
                  <button type="button" className="link-button" onClick={() => select([connection.id])}>
                    {label(connection.from)} → {label(connection.to)}
                  </button>
                  <span className="quiet">
                    {' '}
                    {roundTrip(connection.config['rttMs'], distanceOf(scenario, connection))}
                  </span>
                </li>
              ))}
            </ul>
          </>
        )}
      </div>
    </div>
  );
}

function roundTrip(own: unknown, distance: { rttMs: number; words: string } | null): string {
  if (own !== undefined) return `${formatNumber(Number(own))} ms, its own setting`;
  return distance ? `${formatNumber(distance.rttMs)} ms, ${distance.words}` : 'no distance known';
}
