import { distanceOf } from '../../model/places';
import type { Connection } from '../../model/scenario';
import { useDocument } from '../hooks/use-stores';
import { formatNumber } from '../shared/format-number';

/** Where the round-trip time of a connection between places comes from. */
export function DistanceLine({ connection }: { connection: Connection }) {
  const scenario = useDocument((state) => state.scenario);
  const distance = distanceOf(scenario, connection);
  if (!distance) return null;
  const own = connection.config['rttMs'];
  const rtt = `${formatNumber(distance.rttMs)} ms (${distance.words})`;
  return (
    <p className="quiet">
      {own === undefined
        ? `The round trip follows from where both ends stand: ${rtt}.`
        : `Both ends stand ${rtt} apart; this connection has a round trip of its own.`}
    </p>
  );
}
