// Keeps what the first view does not need of the kinds out of the page's first load: words (help, real defaults,
// reference pages), metrics, and which values a field may take. A kind is declared in one place, whole; but the canvas
// needs only its shape, and there are many kinds. So the built page gets the declarations of kinds and faults twice: the
// shapes at once, and whole when somebody reads, chooses or checks. Whole is what the READERS import; in the interface
// that is src/ui/shared/described-kinds.ts.
//
// Tests, the command line, the worker and the development server always see whole declarations.
import { join, sep } from 'node:path';

const WHOLE = '?whole';
const source = join(import.meta.dirname, '../src')
  .split(sep)
  .join('/');
/** Loaded on demand. Documents are checked against whole declarations, and what happened is told in their words. */
const READERS = [`${source}/ui/shared/described-kinds.ts`, `${source}/analysis/mark-words.ts`, `${source}/format/`];
const isDeclaration = (id) =>
  id.startsWith(`${source}/kinds/`) || (id.startsWith(`${source}/model/`) && id.endsWith('faults.ts'));
const NO_DOCS = 'docs: { models: [], leavesOut: [], tryThis: [], sources: [] }';
// Whoever counts metrics must have them all: an empty list would be a quiet mistake.
const NO_METRICS =
  "get metrics() { throw new Error('Only the shape is here: import described-kinds.ts for the metrics.'); }";
/** What stands in place of a property, by its name; nothing at all where it may be absent. */
const CUTS = new Map([
  ['help', "help: ''"],
  ['real', ''],
  ['ours', ''],
  ['docs', NO_DOCS],
  ['metrics', NO_METRICS],
  ['min', ''],
  ['max', ''],
  ['integer', ''],
  ['options', 'options: []'],
]);

/** What a whole declaration imports from the kinds is whole too. Before Vite finds files. */
const wholeDeclarations = {
  name: 'whole-kinds',
  apply: 'build',
  enforce: 'pre',
  async resolveId(request, importer, options) {
    const whole = importer?.endsWith(WHOLE) || READERS.some((reader) => importer?.startsWith(reader));
    if (!whole || !request.startsWith('.')) return null;
    const resolved = await this.resolve(request, importer, { ...options, skipSelf: true });
    return resolved && isDeclaration(resolved.id) ? resolved.id + WHOLE : resolved;
  },
};

/** After TypeScript has become JavaScript. */
const shortDeclarations = {
  name: 'shapes-of-kinds',
  apply: 'build',
  enforce: 'post',
  transform(code, id) {
    if (!isDeclaration(id) || id.endsWith(WHOLE)) return null;
    const cuts = [];
    findCuts(this.parse(code), cuts);
    if (cuts.length === 0) return null;
    let short = code;
    for (const { start, end, text } of cuts.sort((one, other) => other.start - one.start)) {
      const rest = short.slice(end);
      short = short.slice(0, start) + text + (text === '' ? rest.replace(/^\s*,/, '') : rest);
    }
    return { code: short, map: null };
  },
};

/** @returns {import('vite').Plugin[]} */
export function shapesOfKinds() {
  return [wholeDeclarations, shortDeclarations];
}

/** Collects what to cut, and what to put in its place. */
function findCuts(node, cuts) {
  if (Array.isArray(node)) return node.forEach((each) => findCuts(each, cuts));
  if (node === null || typeof node !== 'object') return undefined;
  if (node.type === 'ObjectExpression') {
    for (const property of node.properties) {
      const text = CUTS.get(property.key?.name);
      if (text === undefined) findCuts(property, cuts);
      else cuts.push({ start: property.start, end: property.end, text });
    }
    return undefined;
  }
  for (const value of Object.values(node)) if (typeof value === 'object') findCuts(value, cuts);
  return undefined;
}
