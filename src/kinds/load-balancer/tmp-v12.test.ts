import { it } from 'vitest';
import { MICROS_PER_SECOND as SECOND } from '../../model/units';
import { assemble } from '../assemble';
import { INSTANT, smallSystem } from '../small-system';
it('v12', () => {
  let s = 0.5; for (let i = 0; i < 5000; i++) s = (9 / (9 + 1 - s)) ** 10;
  console.log('theory E10/M/1', 1 / (1 - s));
  const ids = Array.from({ length: 10 }, (_, i) => `s${i}`);
  const out: number[] = [], load: number[] = [];
  for (let seed = 101; seed <= 140; seed++) {
    const simulation = assemble(smallSystem({
      components: {
        client: ['client', { arrivals: 'poisson', ratePerSec: 900, readPercent: 100 }],
        lb: ['load-balancer', { healthChecks: false, policy: 'round-robin', cpuMicros: 0 }],
        ...Object.fromEntries(ids.map((id) => [id, ['service', { serviceTime: 'exponential', meanMs: 10, workers: 1, queueLimit: 1_000_000 }] as const])),
      },
      connections: { 'client>lb': { ...INSTANT, timeoutMs: 0 }, ...Object.fromEntries(ids.map((id) => [`lb>${id}`, INSTANT])) },
      seed,
    }));
    simulation.advance(10 * SECOND);
    simulation.resetTotals();
    simulation.advance(110 * SECOND);
    const { meanInSystem, arrivals, span } = simulation.system.totals(simulation.now);
    out.push((meanInSystem * span) / arrivals / 10_000);
    const each = ids.map((id) => simulation.component(id)!.stats.totals(simulation.now));
    load.push(each.reduce((a, b) => a + b.utilisation!, 0) / 10);
    if (seed === 101) console.log('spread of arrivals', Math.max(...each.map((e) => e.arrivals)) - Math.min(...each.map((e) => e.arrivals)), 'failures', simulation.system.totals(simulation.now).failures);
  }
  const stat = (l: number[]) => { const m = l.reduce((a, b) => a + b, 0) / l.length; const sd = Math.sqrt(l.reduce((a, b) => a + (b - m) ** 2, 0) / (l.length - 1)); return `mean ${m.toFixed(4)} +- ${(2.02 * sd / Math.sqrt(l.length)).toFixed(4)} sd ${sd.toFixed(3)}`; };
  console.log('round robin', stat(out)); console.log('load mean', stat(load));
}, 280000);
