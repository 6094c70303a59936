import { readFileSync } from 'node:fs';
import { argv } from 'node:process';
import { readScenario } from '../format/scenario-codec';
import { assemble } from '../kinds/assemble';
import { applySet } from './apply-set';
const [file, until, step, ...sets] = argv.slice(2);
const r = readScenario(readFileSync(`scenarios/starters/${file}.scenario.json`, 'utf8'));
if (!r.ok) { console.log(r.problems); process.exit(1); }
let { scenario } = r.value;
for (const s of sets) {
  if (s === '-faults') { scenario = { ...scenario, faults: [] }; continue; }
  const c = applySet(scenario, s); if (!c.ok) { console.log(c.problems); process.exit(1); } scenario = c.value; }
const sim = assemble(scenario);
const names = sim.components.map((c) => c.id);
console.log('t', 'offered', 'good', 'failed', '|', names.join(' | '));
let before = sim.system.totals(0);
const comp = () => sim.components.map((c) => c.stats.totals(sim.now));
let cb = comp();
for (let t = Number(step); t <= Number(until); t += Number(step)) {
  sim.advance(t * 1e6);
  sim.settle();
  const now = sim.system.totals(sim.now); const cn = comp();
  const row = sim.system.row;
  console.log(String(t).padStart(4), now.arrivals - before.arrivals, now.completions - before.completions, now.failures - before.failures, 'p99', Math.round(row[5] ?? 0), '|',
    cn.map((x, i) => `${x.arrivals - cb[i]!.arrivals}>${x.completions - cb[i]!.completions} u${(((x.utilisation ?? 0) * x.span - (cb[i]!.utilisation ?? 0) * cb[i]!.span) / (x.span - cb[i]!.span) * 100).toFixed(0)} q${x.inSystem}`).join(' | '),
    sim.connections.filter((c) => c.policy).map((c) => `${c.id}:r${c.policy!.retries} rej${c.policy!.rejected} b${c.policy!.breakerState}`).join(' '));
  before = now; cb = cn;
}
