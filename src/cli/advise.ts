import { type Advice, adviceOn } from '../analysis/advice/advice';
import type { RunRecord } from '../model/scenario';

/** The advice on a scenario as text: the numbered title, where, and what to do. */
export function adviceText({ scenario }: RunRecord): string {
  const all = adviceOn(scenario);
  return all.length === 0 ? 'No advice.\n' : all.map(entry).join('\n');
}

function entry({ number, title, findings, advice }: Advice): string {
  const places = findings.map(({ target, detail }) => `  ${target}: ${detail}\n`);
  return `BP${number} ${title}\n${places.join('')}  ${advice}\n`;
}
