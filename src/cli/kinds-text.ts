import type { Kind } from '../kinds/kind';
import { KINDS } from '../kinds/registry';
import { type Field, type Fields, OURS } from '../model/fields';
import { textTable, wrapped } from './text-table';

const WIDTH = 100;

/** All kinds in one table. */
export function kindList(): string {
  const rows = KINDS.map(({ id, title, category, summary }) => [id, title, category, summary]);
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) => row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ') + '\n').join('');
}

/** The reference page of a kind. */
export function kindReference(kind: Kind): string {
  const { docs } = kind;
  const lines = [
    `${kind.title} (${kind.id}, version ${kind.version})`,
    ...wrapped(kind.summary, WIDTH),
    ...section('What it models', bullets(docs.models)),
    ...section('What it leaves out', bullets(docs.leavesOut)),
    ...section('Try this', bullets(docs.tryThis)),
    ...section('Fields', fieldLines(kind.fields)),
    ...section(
      'Metrics',
      kind.metrics.flatMap(({ id, label, type, unit, help, realName }) => [
        `  ${id} (${type}${unit === '' ? '' : `, ${unit}`}${realName ? `, known as ${realName}` : ''})`,
        ...wrapped(`${label}: ${help}`, WIDTH, '    '),
      ]),
    ),
    ...section(
      'Faults',
      kind.faults.flatMap(({ id, label, undo, help, params }) => [
        `  ${id}: ${label}${undo ? `, ended by ${undo}` : ''}`,
        ...wrapped(help, WIDTH, '    '),
        ...fieldLines(params).map((line) => `  ${line}`),
      ]),
    ),
    ...section(
      'Sources',
      docs.sources.flatMap(({ title, url }) => [`  ${title}`, `    ${url}`]),
    ),
  ];
  return `${lines.join('\n')}\n`;
}

function section(heading: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', heading, ...lines];
}

function bullets(sentences: readonly string[]): string[] {
  return sentences.flatMap((sentence) => {
    const [first = '', ...rest] = wrapped(sentence, WIDTH, '    ');
    return [`  - ${first.trimStart()}`, ...rest];
  });
}

function fieldLines(fields: Fields): string[] {
  const rows = Object.entries(fields).map(([name, field]) => [`  ${name}`, `${String(field.default)}`, accepts(field)]);
  const heads = textTable(rows);
  return Object.values(fields).flatMap((field, i) => [heads[i]!, ...notes(field)]);
}

function accepts(field: Field): string {
  switch (field.type) {
    case 'number': {
      const unit = field.unit === '' ? '' : ` ${field.unit}`;
      return `${field.min} to ${field.max}${unit}${field.integer ? ', whole' : ''}`;
    }
    case 'choice':
      return field.options.map(({ value }) => value).join(' | ');
    case 'toggle':
      return 'true | false';
  }
}

function notes(field: Field): string[] {
  const lines = wrapped(`${field.label}: ${field.help}`, WIDTH, '    ');
  const { real, ours, when } = field;
  if (when) lines.push(`    Only while ${when.field} is ${when.is.map(String).join(' or ')}.`);
  if (real) lines.push(...wrapped(`Real default: ${real.value} (${real.product}, ${real.source})`, WIDTH, '    '));
  if (ours) lines.push(`    Our default: ${OURS[ours]}.`);
  return lines;
}
