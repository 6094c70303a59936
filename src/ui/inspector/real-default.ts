/** What real products ship with, beside our own default. */
import type { Field } from '../../model/fields';

/** What products call a limit or a mechanism that is not there; here that is 0 or “none”. */
const NOT_THERE = ['off', 'none', 'no limit', 'unlimited', 'infinite', 'for ever'];

const TIME_IN_MS: Readonly<Record<string, number>> = { µs: 0.001, ms: 1, s: 1000, min: 60_000, h: 3_600_000 };

/** Whether the real default says something else than ours: "2 s" is 2000 ms, "Round robin" is "round robin". */
export function differsFromReal(field: Field, ours: Field['default']): boolean {
  const real = field.real?.value.trim();
  if (real === undefined) return false;
  switch (field.type) {
    case 'choice': {
      if (ours === 'none' && NOT_THERE.includes(real)) return false;
      const label = field.options.find(({ value }) => value === ours)?.label ?? '';
      return ![label.toLowerCase(), String(ours)].includes(real.toLowerCase());
    }
    case 'toggle':
      return real.toLowerCase() !== (ours === true ? 'on' : 'off');
    case 'number': {
      if (ours === 0 && NOT_THERE.includes(real)) return false;
      const match = /^([\d\s,.]+?)\s*(\D*)$/.exec(real);
      if (!match) return true;
      const [, digits = '', unit = ''] = match;
      const value = Number(digits.replace(/[\s,]/g, ''));
      const scale = TIME_IN_MS[unit];
      const ourScale = TIME_IN_MS[field.unit];
      if (scale !== undefined && ourScale !== undefined) return value * scale !== Number(ours) * ourScale;
      // "20 %" is 20 “% of the calls under way”.
      return value !== ours || (unit !== '' && !field.unit.startsWith(unit));
    }
  }
}

/** Characters of a real default that may stand under every field; longer ones are part of the help. */
const SHORT = 32;

/** Whether the real default is worth a line of its own: it differs, and is a plain value rather than a story. */
export function showsReal(field: Field, ours: Field['default']): boolean {
  const real = field.real?.value.trim() ?? '';
  const story = real.length > SHORT || /^\d[\d.,\s]*[^\d\s]+\s+\S/.test(real);
  return !story && differsFromReal(field, ours);
}
