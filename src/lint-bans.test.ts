// Proves that the lint rules guarding determinism fire where they must and nowhere else. A ban that silently stopped
// firing would show only months later, as a link that plays differently in another browser.
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { describe, expect, it } from 'vitest';

// The sources below exist only in memory, so the rules that need type information are off.
const eslint = new ESLint({ overrideConfig: tseslint.configs.disableTypeChecked });

const banRules = ['no-restricted-syntax', 'no-restricted-properties', 'no-restricted-globals'];

/** Messages of the bans that fire on `source` if it were the content of `filePath`. */
async function bansIn(source: string, filePath: string): Promise<string[]> {
  const [result] = await eslint.lintText(source, { filePath });
  const fatal = result.messages.find((message) => message.fatal);
  if (fatal) throw new Error(`${source} does not parse: ${fatal.message}`);
  return result.messages
    .filter((message) => message.ruleId !== null && banRules.includes(message.ruleId))
    .map((message) => message.message);
}

const differsBetweenEngines = [
  'log',
  'log2',
  'log10',
  'log1p',
  'exp',
  'expm1',
  'pow',
  'sin',
  'cos',
  'tan',
  'asin',
  'acos',
  'atan',
  'atan2',
  'sinh',
  'cosh',
  'tanh',
  'cbrt',
  'hypot',
].map((name) => [`export const x = Math.${name}(1, 2);`, /engines round it differently/] as const);

const banned: (readonly [source: string, why: RegExp])[] = [
  ...differsBetweenEngines,
  ['export const x = 2 ** 3;', /engines round it differently/],
  ['export function f(x: number) { x **= 2; return x; }', /engines round it differently/],
  ["export const x = Math['log'](2);", /engines round it differently/],
  ['const { exp } = Math; export const x = exp(2);', /engines round it differently/],
  ['const m = Math; export const x = m.exp(2);', /way around/],
  ['export const x = globalThis.performance.now();', /way around/],
  ['export const x = Math.random();', /cannot be seeded/],
  ['export const x = crypto.randomUUID();', /cannot be seeded/],
  ['export const x = Date.now();', /only simulated time/],
  ['export const x = new Date();', /only simulated time/],
  ['export const x = performance.now();', /only simulated time/],
  ['setTimeout(() => {}, 1);', /only simulated time/],
  ['setInterval(() => {}, 1);', /only simulated time/],
  ["console.log('x');", /no effects/],
  ["export const x = fetch('x');", /no effects/],
  ["export const x = 'a'.localeCompare('b');", /language settings/],
  ['export const x = (1).toLocaleString();', /language settings/],
  ['export const x = new Intl.NumberFormat();', /language settings/],
];

const allowed = [
  'export const x = Math.sqrt(2) + Math.floor(2.5) + Math.imul(2, 3) + Math.min(1, 2) + Math.abs(-1) + Math.max(1, 2);',
  'export const log = (x: number) => x; export const y = log(2);',
  'export const x = 2 * 3;',
];

describe('in the pure layers', () => {
  it.each(banned)('%s is refused', async (source, why) => {
    const messages = await bansIn(source, 'src/engine/in-memory.ts');
    expect(messages).toEqual([expect.stringMatching(why)]);
  });

  it.each(allowed)('%s is accepted', async (source) => {
    expect(await bansIn(source, 'src/engine/in-memory.ts')).toEqual([]);
  });

  it.each(['model', 'engine', 'kinds', 'kinds/redis', 'format', 'analysis', 'lessons'])(
    'src/%s is covered',
    async (folder) => {
      expect(await bansIn('export const x = Math.log(2);', `src/${folder}/in-memory.ts`)).toHaveLength(1);
    },
  );
});

describe('outside the pure layers', () => {
  const sources = banned.map(([source]) => source);

  it.each([
    'src/engine/in-memory.test.ts',
    'src/kinds/redis/redis.property.test.ts',
    'src/worker/in-memory.ts',
    'src/cli/in-memory.ts',
    'src/ui/canvas/in-memory.tsx',
    'e2e/in-memory.spec.ts',
  ])('%s may use all of them', async (filePath) => {
    for (const source of sources) {
      expect(await bansIn(source, filePath), source).toEqual([]);
    }
  });
});

describe('in all of src', () => {
  it.each(['src/engine/in-memory.ts', 'src/ui/in-memory.tsx', 'src/engine/in-memory.test.ts'])(
    '%s may not have a default export',
    async (filePath) => {
      expect(await bansIn('export default 1;', filePath)).toHaveLength(1);
      expect(await bansIn('const x = 1; export { x as default };', filePath)).toHaveLength(1);
    },
  );

  it('configuration files may, because their tools ask for it', async () => {
    expect(await bansIn('export default {};', 'vite.config.ts')).toEqual([]);
  });
});
