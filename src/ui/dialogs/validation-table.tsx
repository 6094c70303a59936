import { Fragment, Suspense, use, useState } from 'react';
import { loadValidation, type ValidationRow, type ValidationVector } from './validation-data';

/** What theory says and what was measured, as the last `npm run validate` of this version has written it. */
export function ValidationTable() {
  const [vectors] = useState(loadValidation);
  return (
    <Suspense fallback={<p className="reference-none">Loading the table…</p>}>
      <Loaded promise={vectors} />
    </Suspense>
  );
}

function Loaded({ promise }: { promise: Promise<ValidationVector[] | null> }) {
  const vectors = use(promise);
  if (!vectors || vectors.length === 0) {
    return (
      <p className="warning">
        The table is not here: either you are offline, or this copy of the site was built without it. In the repository,
        <code> npm run validate </code> measures it anew.
      </p>
    );
  }
  const failed = vectors.filter(({ passed }) => !passed);
  const rows = vectors.reduce((sum, vector) => sum + vector.rows.length, 0);
  return (
    <>
      <p className="reference-lead">
        {failed.length === 0
          ? `All ${vectors.length} cases agree with theory, in ${rows} measurements.`
          : `${vectors.length - failed.length} of ${vectors.length} cases agree with theory; ${failed
              .map(({ id }) => id)
              .join(', ')} ${failed.length === 1 ? 'does' : 'do'} not.`}
      </p>
      <div className="validation-scroll">
        <table className="reference-table validation">
          <caption className="visually-hidden">Theory and measurement</caption>
          <thead>
            <tr>
              <th scope="col">Measured</th>
              <th scope="col">Theory</th>
              <th scope="col">Simulation</th>
              <th scope="col">95 % interval</th>
              <th scope="col">Verdict</th>
            </tr>
          </thead>
          {vectors.map((vector) => (
            <tbody key={vector.id}>
              <tr className="validation-head">
                <th scope="rowgroup" colSpan={5}>
                  <b>{vector.id}</b> {vector.title}
                  {vector.shows !== '' && <p>{vector.shows}</p>}
                  {vector.missing !== '' && <p>Not shown: {vector.missing}</p>}
                </th>
              </tr>
              {vector.rows.map((row, i) => (
                <Fragment key={i}>
                  {row.setup !== '' && row.setup !== vector.rows[i - 1]?.setup && (
                    <tr className="validation-setup">
                      <td colSpan={5}>{row.setup}</td>
                    </tr>
                  )}
                  <Row row={row} />
                </Fragment>
              ))}
            </tbody>
          ))}
        </table>
      </div>
    </>
  );
}

function Row({ row }: { row: ValidationRow }) {
  const { what, unit, theory, measured, interval, tolerance, passed } = row;
  const withUnit = (value: number | null): string => {
    if (value === null) return '–';
    return unit === '' || unit === 'share' ? String(value) : `${value} ${unit}`;
  };
  return (
    <tr className={passed ? undefined : 'is-failed'}>
      <td>{what}</td>
      <td>{withUnit(theory)}</td>
      <td>{withUnit(measured)}</td>
      <td>{interval}</td>
      <td title={tolerance === null ? undefined : `Tolerance ${Number((tolerance * 100).toPrecision(3))} %`}>
        {passed ? 'agrees' : '✕ differs'}
      </td>
    </tr>
  );
}
