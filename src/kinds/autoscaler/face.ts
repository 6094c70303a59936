/** By what is measured, in the order of the field's options; then the same before anything was. */
export const HEADLINES: readonly string[] = [
  'processor {} %, target {} %',
  'workers {} %, target {} %',
  '{} requests/s each, target {}',
  '{} waiting each, target {}',
  'nothing measured, target {} %',
  'nothing measured, target {} %',
  'nothing measured, target {}',
  'nothing measured, target {}',
];

/** Why the number is what it is. */
export const REASONS: readonly string[] = [
  'looks at it soon',
  'within the tolerance',
  'changed just now',
  'may take away in {} s',
  'may not change so fast',
  'at most so many',
  'at least so many',
  'blind: changes nothing',
  '{} on their way',
  'nothing to scale',
];

export const REASON = {
  soon: 0,
  near: 1,
  changed: 2,
  stabilising: 3,
  limited: 4,
  most: 5,
  least: 6,
  blind: 7,
  provisioning: 8,
  idle: 9,
} as const;
