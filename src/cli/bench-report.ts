/** What `npm run bench` says, in a terminal and in docs/performance.md. */
import type { BenchCase } from './bench-cases';
import type { Figures } from './bench-measure';
import { textTable } from './text-table';

export interface BenchResults {
  readonly runs: number;
  readonly machine: {
    readonly cpu: string;
    readonly cores: number;
    /** Processes that wanted a processor before the bench began, on average over a minute. */
    readonly loadBefore: number;
    readonly node: string;
  };
  readonly holdsPerSec: number;
  readonly cases: readonly {
    readonly name: string;
    readonly target: BenchCase['target'];
    readonly off: Figures;
    readonly on: Figures;
  }[];
  readonly scaling: readonly { readonly name: string; readonly small: Figures; readonly large: Figures }[];
  readonly peakMemoryBytes: number;
}

/** More than this share of the events per second lost to twice the size is too much. */
const MOST_LOST = 0.2;
/** More than this share lost to being watched is too much. */
const MOST_FOR_TRACING = 0.25;

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;
const count = (value: number): string => Math.round(value).toString();
const share = (value: number): string => `${(value * 100).toFixed(0)} %`;
const millions = (value: number): string => `${(value / 1e6).toFixed(2)} M`;

/** By the ratio to the hold loop, because the machine may have become slower meanwhile. */
const lost = (before: Figures, after: Figures): number => 1 - after.ratio / before.ratio;

export function benchText({ runs, holdsPerSec, cases, scaling, peakMemoryBytes }: BenchResults): string {
  const line = (name: string, { requests, events, ratio, simulated, peakBytes, peakPending }: Figures): string[] => [
    name,
    count(requests),
    count(events),
    ratio.toFixed(3),
    count(simulated),
    megabytes(peakBytes),
    count(peakPending),
  ];
  const headings = ['', 'requests/s', 'events/s', 'events ÷ hold', 'simulated ÷ real', 'peak heap', 'peak pending'];
  const rows = cases.flatMap(({ name, off, on }) => [
    line(name, off),
    line(`    traced (${share(lost(off, on))} slower)`, on),
  ]);
  const scalingRows = scaling.map(({ name, small, large }) => [
    name,
    count(small.events),
    count(large.events),
    share(lost(small, large)),
    lost(small, large) <= MOST_LOST ? 'ok' : 'TOO MUCH',
  ]);
  return (
    `${textTable([headings, ...rows]).join('\n')}\n\n` +
    `${textTable([['', 'events/s before', 'events/s after', 'lost', 'verdict'], ...scalingRows]).join('\n')}\n\n` +
    `medians of ${runs} runs, in seconds of processor time; the hold loop makes ${count(holdsPerSec)} events/s alone; ` +
    `peak memory of the process ${megabytes(peakMemoryBytes)}\n`
  );
}

const table = (headings: readonly string[], rows: readonly (readonly string[])[]): string =>
  [headings, headings.map((_, i) => (i === 0 ? '---' : '--:')), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');

function caseRow({ name, target, off, on }: BenchResults['cases'][number]): string[] {
  const [median, best] = target.of === 'requests' ? [off.requests, off.bestRequests] : [off.events, off.bestEvents];
  const verdict = median >= target.perSec ? 'met' : best >= target.perSec ? 'met by the fastest run' : 'missed';
  const tracing = lost(off, on);
  return [
    name,
    millions(off.requests),
    millions(off.events),
    millions(off.bestEvents),
    off.ratio.toFixed(2),
    `${millions(target.perSec)} ${target.of}/s: ${verdict}`,
    `${share(tracing)}${tracing <= MOST_FOR_TRACING ? '' : ', too much'}`,
    count(off.simulated),
    megabytes(off.peakBytes),
    `${count(off.peakPending)} / ${count(off.peakCalls)}`,
  ];
}

export function benchMarkdown({ runs, machine, holdsPerSec, cases, scaling, peakMemoryBytes }: BenchResults): string {
  const { cpu, cores, loadBefore, node } = machine;
  const scalingRows = scaling.map(({ name, small, large }) => [
    name,
    millions(small.events),
    millions(large.events),
    share(lost(small, large)),
    lost(small, large) <= MOST_LOST ? 'ok' : 'too much',
  ]);
  return `# Performance

Written by \`npm run bench -- --publish\`; do not edit. One core, nobody watching unless said so, ${runs === 1 ? 'one run each' : `medians of ${runs} runs`}, in seconds of
processor time.

Machine: ${cpu}, ${cores} cores, Node ${node}. In the minute before the bench, ${loadBefore.toFixed(1)} processes wanted those
${cores} cores${loadBefore > cores ? ', so it was busy with other work: caches are shared, and the figures are lower than on a quiet machine' : ''}.
What can be compared between machines is the ratio to the **hold loop** that is timed beside each run: take the next of a thousand
pending events, draw one exponential time, put an event back. It made ${millions(holdsPerSec)} events a second.

${table(
  [
    'system',
    'requests/s',
    'events/s',
    'fastest run',
    'events ÷ hold',
    'target',
    'lost when watched',
    'simulated ÷ real time',
    'heap',
    'most events pending / calls under way',
  ],
  cases.map(caseRow),
)}

Watched means: dots and windows are recorded and taken out, as the page does when it plays. At most ${share(MOST_FOR_TRACING)} may be lost to it.

Cost grows in proportion. Twice the load, or twice the components, may lower the events a second by at most ${share(MOST_LOST)}:

${table(['system', 'events/s before', 'events/s after', 'lost', 'verdict'], scalingRows)}

Peak memory of the whole process: ${megabytes(peakMemoryBytes)}.
`;
}
