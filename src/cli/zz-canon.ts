import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { readScenario, writeScenario } from '../format/scenario-codec';
for (const f of readdirSync('/work/main/scenarios/starters')) {
  if (!f.endsWith('.scenario.json')) continue;
  const p = `/work/main/scenarios/starters/${f}`; const r = readScenario(readFileSync(p, 'utf8'));
  if (!r.ok) { console.log(f, JSON.stringify(r.problems).slice(0, 300)); continue; }
  const t = writeScenario(r.value); if (t !== readFileSync(p, 'utf8')) { writeFileSync(p, t); console.log('rewrote', f); }
}
