import js from '@eslint/js';
import reactHooks from 'eslint-plugin-react-hooks';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** Layers 0–4: the same run must give the same result in every browser, in Node, today and next year. */
const pureLayers = ['model', 'engine', 'kinds', 'format', 'analysis', 'lessons', 'validation'].map(
  (layer) => `src/${layer}/**/*.ts`,
);

const enginesDiffer =
  'JavaScript engines round it differently, so runs would not be the same everywhere: use the deterministic math of src/engine.';
const notSimulatedTime = 'a run knows only simulated time; wall-clock time would make it unrepeatable.';
const notPure = 'the pure layers have no effects: return data and let the caller (worker, cli, ui) act on it.';
const localeDiffers = 'the result depends on the reader’s language settings, so runs would not be the same everywhere.';

const transcendentals =
  'log log2 log10 log1p exp expm1 pow sin cos tan asin acos atan atan2 sinh cosh tanh asinh acosh atanh cbrt hypot'.split(
    ' ',
  );

const bannedProperties = [
  ...transcendentals.map((property) => ({ object: 'Math', property, message: enginesDiffer })),
  {
    object: 'Math',
    property: 'random',
    message: 'it cannot be seeded, so a run could not be replayed: draw from a random stream of the run.',
  },
  ...['localeCompare', 'toLocaleString', 'toLocaleLowerCase', 'toLocaleUpperCase'].map((property) => ({
    property,
    message: localeDiffers,
  })),
];

const bannedGlobals = [
  ...['Date', 'performance'].map((name) => ({ name, message: notSimulatedTime })),
  ...['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'requestAnimationFrame'].map((name) => ({
    name,
    message: `${notSimulatedTime} Schedule an event of the simulation instead.`,
  })),
  ...['console', 'fetch'].map((name) => ({ name, message: notPure })),
  { name: 'crypto', message: 'it cannot be seeded, so a run could not be replayed.' },
  { name: 'Intl', message: localeDiffers },
  { name: 'globalThis', message: 'it would be a way around the bans on single globals.' },
];

const noDefaultExport = [
  {
    selector: 'ExportDefaultDeclaration',
    message: 'A default export has a new name at every import: export it by name.',
  },
  {
    selector: "ExportSpecifier[exported.name='default']",
    message: 'A default export has a new name at every import: export it by name.',
  },
];

const bannedSyntax = [
  { selector: "BinaryExpression[operator='**']", message: `\`**\`: ${enginesDiffer}` },
  { selector: "AssignmentExpression[operator='**=']", message: `\`**=\`: ${enginesDiffer}` },
  {
    selector: "VariableDeclarator[id.type='Identifier'] > Identifier.init[name='Math']",
    message: 'An alias of Math would be a way around the bans on its functions.',
  },
];

export default defineConfig(
  globalIgnores(['dist/', 'test-results/', 'playwright-report/']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.recommended],
    rules: {
      eqeqeq: 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  {
    // Lint rules that need type information are slow, so only those run that find what the compiler does not: a promise
    // nobody waits for. The pure layers are synchronous.
    files: ['**/*.ts', '**/*.tsx'],
    ignores: pureLayers,
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
    },
  },
  {
    files: ['src/**/*.{ts,tsx}'],
    rules: { 'no-restricted-syntax': ['error', ...noDefaultExport] },
  },
  {
    files: pureLayers,
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-syntax': ['error', ...noDefaultExport, ...bannedSyntax],
      'no-restricted-properties': ['error', ...bannedProperties],
      'no-restricted-globals': ['error', ...bannedGlobals],
    },
  },
  {
    files: ['src/**/*.tsx', 'src/**/use-*.ts'],
    extends: [reactHooks.configs.flat.recommended],
  },
  {
    files: ['**/*.{js,mjs}'],
    languageOptions: {
      globals: {
        console: 'readonly',
        process: 'readonly',
        URL: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
      },
    },
  },
);
