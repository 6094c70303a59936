import { describe, expect, it } from 'vitest';
import type { Scenario } from '../../model/scenario';
import { EMPTY_SCENARIO } from '../../model/scenario';
import { layOut } from './auto-layout';
import { along, CARD_WIDTH, curveBetween, PORT_Y } from './curve';
import { isCovered, trackBetween } from './dot-tracks';
import { tabOrder } from './tab-order';

const component = (id: string, kind: string, x: number, y: number) => ({ id, kind, label: id, x, y, config: {} });
const connection = (from: string, to: string) => ({ id: `${from}-${to}`, from, to, config: {} });

const chain: Scenario = {
  ...EMPTY_SCENARIO,
  components: [
    component('users', 'client', 0, 0),
    component('shop', 'service', 300, 0),
    component('db', 'sql-database', 600, 0),
  ],
  connections: [connection('users', 'shop'), connection('shop', 'db')],
};

describe('the curve of a connection', () => {
  it('leads from the right edge of one card to the left edge of the other', () => {
    const curve = curveBetween(new Float64Array(8), 0, 0, 300, 80);
    expect([along(curve, 0, 0), along(curve, 0, 1)]).toEqual([CARD_WIDTH, PORT_Y]);
    expect([along(curve, 1, 0), along(curve, 1, 1)]).toEqual([300, 80 + PORT_Y]);
  });

  it('leads back below a row of cards, and not behind them', () => {
    const back = curveBetween(new Float64Array(8), 900, 0, 0, 0);
    expect(along(back, 0.5, 1)).toBeGreaterThan(PORT_Y + 80);
    const higher = curveBetween(new Float64Array(8), 900, 300, 0, 0);
    const lower = curveBetween(new Float64Array(8), 900, 0, 0, 300);
    expect(along(higher, 0.5, 1)).toBe(PORT_Y + 150);
    expect(along(lower, 0.5, 1)).toBe(PORT_Y + 150);
    // Where it passes the card that it arrives at from the left, it is well above it, or below.
    expect(along(lower, 0.7, 1)).toBeLessThan(300);
    expect(along(higher, 0.7, 1)).toBeGreaterThan(110);
  });

  it('is hidden where another card lies over it', () => {
    const boxes = [
      { id: 'a', x: 0, y: 0, height: 100 },
      { id: 'between', x: 400, y: 0, height: 100 },
      { id: 'b', x: 800, y: 0, height: 100 },
    ];
    const track = trackBetween(boxes[0]!, boxes[2]!, boxes);
    expect(isCovered(track, 0.05)).toBe(false);
    expect(isCovered(track, 0.5)).toBe(true);
    expect(isCovered(track, 1)).toBe(false);
  });
});

describe('the tab order', () => {
  it('goes from a card to what leaves it', () => {
    expect(tabOrder(chain, null)).toEqual(['users', 'users-shop', 'shop', 'shop-db', 'db']);
  });

  it('knows only possible targets while a connection is drawn', () => {
    expect(tabOrder(chain, 'users')).toEqual(['db']);
  });
});

describe('auto layout', () => {
  it('puts what is called to the right, in a row and on the grid', () => {
    const moved = { ...chain, components: chain.components.map((part, i) => ({ ...part, x: -300 * i, y: 97 * i })) };
    const places = layOut(moved, new Map([['db', 180]]));
    const [users, shop, db] = ['users', 'shop', 'db'].map((id) => places.get(id)!);
    expect(users!.x).toBeLessThan(shop!.x);
    expect(shop!.x).toBeLessThan(db!.x);
    expect(new Set([users!.y, shop!.y, db!.y]).size).toBe(1);
    expect([...places.values()].every(({ x, y }) => x % 20 === 0 && y % 20 === 0)).toBe(true);
  });
});
