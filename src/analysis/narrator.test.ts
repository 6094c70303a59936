import { describe, expect, it } from 'vitest';
import { CAUSE_COUNT, causeCode } from '../model/outcome';
import { Narrator, plainText, type Sight, type Window } from './narrator';

const QUARTER = 250_000;

function sight(part: Partial<Sight>): Sight {
  return { id: 'a', label: 'orders-1', down: false, capacity: 'workers', windows: [], targets: [], ...part };
}

/** One quarter second after the other, with these utilisations and deaths in a window by cause id. */
function windows(
  from: number,
  utilisation: readonly number[],
  deaths: Readonly<Record<string, readonly number[]>> = {},
): Window[] {
  return utilisation.map((percent, i) => {
    const byCause = new Float64Array(CAUSE_COUNT);
    for (const [cause, counts] of Object.entries(deaths)) {
      byCause[causeCode(cause as Parameters<typeof causeCode>[0])] = (counts[i] ?? 0) * 4;
    }
    return { time: (from + i + 1) * QUARTER, utilisation: percent, deaths: byCause };
  });
}

/** What a narrator says about these observations, "seconds sentence". */
function told(...observations: [seconds: number, ...sights: Sight[]][]): string[] {
  const narrator = new Narrator();
  return observations
    .flatMap(([seconds, ...sights]) => narrator.observe(seconds * 1e6, sights))
    .map(({ atMicros, by, words }) => `${by ? 'by ' : ''}${atMicros / 1e6} ${plainText(words)}`);
}

describe('Narrator', () => {
  it('says nothing about a calm system', () => {
    expect(told([1, sight({ windows: windows(0, [40, 50, 60, 40]) })])).toEqual([]);
  });

  it('tells saturation from its first full window, once, and its end', () => {
    expect(
      told(
        [2, sight({ windows: windows(0, [50, 100, 98, 100, 100, 100, 100, 99]) })],
        [3, sight({ windows: windows(8, [100, 60, 100, 100]) })],
        [4, sight({ windows: windows(12, [60, 50, 40, 30]) })],
      ),
    ).toEqual(['0.25 orders-1 is saturated: all workers are busy', '4 orders-1 has room again: 30 % busy']);
  });

  it('tells the first death by a cause, how many there were when it stops, and when it starts again', () => {
    const deaths = { 'queue-full': [0, 3, 9, 0] };
    expect(
      told(
        [1, sight({ windows: windows(0, [90, 90, 90, 90], deaths) })],
        [4, sight({ windows: windows(4, Array<number>(12).fill(50)) })],
        [4.25, sight({ windows: windows(16, [50], { 'queue-full': [1] }) })],
      ),
    ).toEqual([
      'by 0.5 orders-1: the first call fails (queue full)',
      '0.75 orders-1: nothing fails any more (queue full), after 12 calls',
      'by 4.25 orders-1: calls fail again (queue full)',
    ]);
  });

  it('tells once of what fails every few seconds, and again only after a long quiet', () => {
    const dies = (second: number): boolean => (second < 100 ? second % 5 === 0 : second === 130);
    const seconds = Array.from({ length: 140 }, (_, at): [number, Sight] => {
      const deaths = { 'queue-full': [0, 0, dies(at) ? 1 : 0, 0] };
      return [at + 1, sight({ windows: windows(at * 4, [50, 50, 50, 50], deaths) })];
    });
    expect(told(...seconds)).toEqual([
      'by 0.75 orders-1: the first call fails (queue full)',
      '95.75 orders-1: nothing fails any more (queue full), after 20 calls',
      'by 130.75 orders-1: calls fail again (queue full)',
    ]);
  });

  it('tells when a target is taken out and comes back, sharply only when frames are close', () => {
    const targets = (healthy: boolean) =>
      sight({ label: 'balancer', targets: [{ id: 'o2', label: 'orders-2', healthy }] });
    expect(told([0.1, targets(true)], [0.2, targets(false)], [9, targets(true)])).toEqual([
      '0.2 balancer took orders-2 out',
      'by 9 balancer sends requests to orders-2 again',
    ]);
  });

  it('does not blame the targets when the balancer itself is down', () => {
    const targets = (healthy: boolean, down: boolean) =>
      sight({ down, targets: [{ id: 'o2', label: 'orders-2', healthy }] });
    expect(told([0.1, targets(true, false)], [0.2, targets(false, true)])).toEqual([]);
  });

  it('orders what it tells by time', () => {
    const times = told([
      2,
      sight({ windows: windows(0, Array<number>(8).fill(100), { timeout: [0, 0, 1] }) }),
      sight({ id: 'b', label: 'postgres', windows: windows(0, Array<number>(8).fill(20), { error: [0, 1] }) }),
    ]);
    expect(times.map((line) => parseFloat(line.replace('by ', '')))).toEqual([0, 0.5, 0.75]);
  });
});
