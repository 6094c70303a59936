/** How much of a fault there is, in the little room of a chip or a menu: "×4", "10 %". */
import type { FaultSpec } from '../../model/faults';
import type { Settings } from '../../model/fields';
import { formatNumber } from '../shared/format-number';

/** Units of how much. A number with another one, or none, says which or how many: that stands on the timeline. */
const UNITS = new Set(['×', '%', 'ms', 's', 'Mbit/s']);

/** In the order of its parameters, those that do something; parameters that are not given have their defaults. */
export function amountsOf(fault: FaultSpec, params: Settings): string[] {
  return Object.entries(fault.params).flatMap(([name, field]) => {
    if (field.type !== 'number' || !UNITS.has(field.unit)) return [];
    const value = params[name] ?? field.default;
    if (typeof value !== 'number' || value === 0 || (field.unit === '×' && value === 1)) return [];
    return [field.unit === '×' ? `×${formatNumber(value)}` : `${formatNumber(value)} ${field.unit}`];
  });
}
