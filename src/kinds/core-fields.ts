import type { NumberField } from '../model/fields';

/** Own work of a component that mostly passes requests on, and the cores that do it. */
export function coreFields(cpuMicros: number, help: string) {
  return {
    cpuMicros: {
      type: 'number',
      integer: true,
      label: 'Own work',
      unit: 'µs',
      default: cpuMicros,
      ours: 'work',
      min: 0,
      max: 100_000,
      help,
    },
    cores: {
      type: 'number',
      integer: true,
      label: 'Cores',
      unit: '',
      default: 4,
      ours: 'work',
      min: 1,
      max: 64,
      help: 'How many requests it works on at the same time. The others wait in the order of their arrival.',
    },
  } as const satisfies Record<string, NumberField>;
}
