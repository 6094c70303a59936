import { KIND_PRICES, PRICES_LABEL } from '../../model/cost';
import type { Component, Scenario } from '../../model/scenario';
import { openReference } from '../../store/view-store';
import { FIGURE_MS, usePulse } from '../charts/pulse';
import { useDocument } from '../hooks/use-stores';
import { Figures } from './figures';
import { componentCostFigures, liveCost, systemCostFigures } from './live-cost';

/** What the whole system costs at its present rates. */
export function SystemCost({ scenario }: { scenario: Scenario }) {
  usePulse(FIGURE_MS);
  return (
    <section aria-label="Cost">
      <h3 className="part-title">Cost, at the rates of the last two seconds</h3>
      <Figures figures={systemCostFigures(liveCost(scenario))} />
      <PricesNote />
    </section>
  );
}

/** What one component costs; nothing for a kind that costs nothing. */
export function ComponentCost({ component }: { component: Component }) {
  usePulse(FIGURE_MS);
  const scenario = useDocument((state) => state.scenario);
  const price = KIND_PRICES[component.kind];
  if (!price?.capacity && !price?.usage) return null;
  const cost = liveCost({ ...scenario, components: [component] }).components[0]!;
  return (
    <>
      <h3 className="part-title">Cost, at the rates of the last two seconds</h3>
      <Figures figures={componentCostFigures(cost, price.basis)} />
      <PricesNote />
    </>
  );
}

function PricesNote() {
  return (
    <p className="quiet">
      {PRICES_LABEL}{' '}
      <button type="button" className="link-button" onClick={() => openReference('prices')}>
        Prices
      </button>
    </p>
  );
}
