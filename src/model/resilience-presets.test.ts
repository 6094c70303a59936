import { describe, expect, it } from 'vitest';
import { CONNECTION_FIELDS } from './connection-fields';
import { completeConfig, fieldProblem } from './fields';
import { RESILIENCE_GROUPS, RESILIENCE_NAMES } from './resilience-fields';
import { matchingPreset, presetValues, RESILIENCE_PRESETS } from './resilience-presets';

const DEFAULTS = completeConfig(CONNECTION_FIELDS, {});
const preset = (id: string) => RESILIENCE_PRESETS.find((each) => each.id === id)!;
const chosen = (id: string, config = DEFAULTS) => ({
  ...config,
  ...Object.fromEntries(presetValues(preset(id), config, DEFAULTS)),
});

describe('presets of resilience', () => {
  it.each(RESILIENCE_PRESETS.map(({ id }) => id))('%s has valid values and is recognised after it was chosen', (id) => {
    for (const [name, value] of Object.entries(preset(id).settings)) {
      const field = CONNECTION_FIELDS[name as keyof typeof CONNECTION_FIELDS];
      expect(fieldProblem(field, value), name).toBeNull();
    }
    expect(matchingPreset(chosen(id), DEFAULTS)?.id).toBe(id);
  });

  it('replace one another wholly', () => {
    expect(chosen('aws-2026', chosen('resilience4j'))).toEqual(chosen('aws-2026'));
    expect(chosen('none', chosen('hystrix'))).toEqual(DEFAULTS);
  });

  it('are not recognised once a setting differs', () => {
    expect(matchingPreset({ ...chosen('grpc'), maxAttempts: 5 }, DEFAULTS)).toBeUndefined();
  });

  it('leave a timeout of one’s own alone, and take back the one they brought', () => {
    const own = { ...DEFAULTS, timeoutMs: 300 };
    expect(chosen('aws-2026', own)['timeoutMs']).toBe(300);
    expect(chosen('envoy', own)['timeoutMs']).toBe(15_000);
    expect(chosen('aws-2026', chosen('naive', own))['timeoutMs']).toBe(1000);
  });
});

describe('groups of resilience fields', () => {
  it('hold every field once', () => {
    const names = RESILIENCE_GROUPS.flatMap((group) => group.names).filter((name) => name !== 'timeoutMs');
    expect([...names].sort()).toEqual([...RESILIENCE_NAMES].sort());
  });
});
