// Keeps the words about kinds (help, real defaults, metrics, reference pages) out of the page's first load. A kind is
// declared in one place, with all its words; but the canvas needs only its shape, and there are many kinds. So the built
// page gets the declarations of kinds and faults twice: without words at once, and whole when somebody reads. Only what
// src/ui/shared/described-kinds.ts imports is whole.
//
// Tests, the command line, the worker and the development server always see whole declarations.
import { join, sep } from 'node:path';

const WORDS = '?words';
const source = join(import.meta.dirname, '../src')
  .split(sep)
  .join('/');
const described = `${source}/ui/shared/described-kinds.ts`;
const isDeclaration = (id) =>
  id.startsWith(`${source}/kinds/`) || (id.startsWith(`${source}/model/`) && id.endsWith('faults.ts'));
const NO_DOCS = 'docs: { models: [], leavesOut: [], tryThis: [], sources: [] }';
// Whoever counts metrics must have them all: an empty list would be a quiet mistake.
const NO_METRICS =
  "get metrics() { throw new Error('Declared without words: import described-kinds.ts for the metrics.'); }";
/** What stands in place of a property, by its name. */
const CUTS = new Map([
  ['help', "help: ''"],
  ['real', 'real: undefined'],
  ['docs', NO_DOCS],
  ['metrics', NO_METRICS],
]);

/** What a whole declaration imports from the kinds is whole too. Before Vite finds files. */
const wholeDeclarations = {
  name: 'kinds-with-words',
  apply: 'build',
  enforce: 'pre',
  async resolveId(request, importer, options) {
    const whole = importer === described || importer?.endsWith(WORDS);
    if (!whole || !request.startsWith('.')) return null;
    const resolved = await this.resolve(request, importer, { ...options, skipSelf: true });
    return resolved && isDeclaration(resolved.id) ? resolved.id + WORDS : resolved;
  },
};

/** After TypeScript has become JavaScript. */
const shortDeclarations = {
  name: 'kinds-without-words',
  apply: 'build',
  enforce: 'post',
  transform(code, id) {
    if (!isDeclaration(id) || id.endsWith(WORDS)) return null;
    const cuts = [];
    findWords(this.parse(code), cuts);
    if (cuts.length === 0) return null;
    let short = code;
    for (const { start, end, text } of cuts.sort((one, other) => other.start - one.start)) {
      short = short.slice(0, start) + text + short.slice(end);
    }
    return { code: short, map: null };
  },
};

/** @returns {import('vite').Plugin[]} */
export function kindsWithoutWords() {
  return [wholeDeclarations, shortDeclarations];
}

/** Collects what to cut, and what to put in its place. */
function findWords(node, cuts) {
  if (Array.isArray(node)) return node.forEach((each) => findWords(each, cuts));
  if (node === null || typeof node !== 'object') return undefined;
  if (node.type === 'ObjectExpression') {
    for (const property of node.properties) {
      const text = CUTS.get(property.key?.name);
      if (text === undefined) findWords(property, cuts);
      else cuts.push({ start: property.start, end: property.end, text });
    }
    return undefined;
  }
  for (const value of Object.values(node)) if (typeof value === 'object') findWords(value, cuts);
  return undefined;
}
