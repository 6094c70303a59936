import { PLACE_FAULTS } from '../shared/described-kinds';
import { REGION_TABLE_SOURCE, regionRtt, REGIONS, SAME_REGION_MS, SAME_ZONE_MS } from '../../model/places';
import { formatNumber } from '../shared/format-number';
import { Source } from './field-table';
import { FaultList } from './reference-kind';

/** Zones and regions: how far apart things are, and what goes down together. */
export function PlacesPage() {
  return (
    <>
      <h2>Zones and regions</h2>
      <p className="reference-lead">
        A zone is one or a few data centres close together, a region is several zones of one area. A component stands in
        the smallest place drawn around it.
      </p>
      <h3>What is simulated</h3>
      <ul>
        <li>
          Distance. {SAME_ZONE_MS} ms there and back within a zone, {SAME_REGION_MS} ms from zone to zone of a region,
          and what was measured between regions. A connection with a round-trip time of its own keeps it.
        </li>
        <li>
          Failing together. An outage takes down every component inside, a partition cuts every connection across the
          border. Whoever comes in while they last is hit too.
        </li>
        <li>
          Chance. Random outages of a place hit all inside at once, however often each fails on its own: replicas are
          independent only where they share nothing.
        </li>
      </ul>
      <h3>What is left out</h3>
      <ul>
        <li>
          Routes around a broken link between regions, and links that fill up: each connection is a path of its own.
        </li>
        <li>
          Capacity of a place. A zone that takes over the work of another finds the machines you have drawn in it.
        </li>
      </ul>
      <h3>Try this</h3>
      <ul>
        <li>Put two services behind a load balancer into two zones, and let one zone go dark.</li>
        <li>Move the database into another region than its service, and look at the response time.</li>
      </ul>
      <h3>What can go wrong</h3>
      <FaultList faults={PLACE_FAULTS} />
      <h3>Round trips between regions</h3>
      <div className="reference-scroll">
        <table className="reference-table">
          <caption>
            Milliseconds there and back: {REGION_TABLE_SOURCE.product}, {REGION_TABLE_SOURCE.date}, the mean of both
            directions
          </caption>
          <thead>
            <tr>
              <th scope="col">From, to</th>
              {REGIONS.map(({ id, label }) => (
                <th key={id} scope="col" className="is-number">
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {REGIONS.map((from) => (
              <tr key={from.id}>
                <th scope="row">{from.label}</th>
                {REGIONS.map((to) => (
                  <td key={to.id} className="is-number">
                    {formatNumber(regionRtt(from.id, to.id) ?? 0)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p>
        <Source url={REGION_TABLE_SOURCE.source}>Source of the table</Source>
      </p>
    </>
  );
}
