import { describe, expect, it } from 'vitest';
import { RandomStream } from '../random';
import { FLIGHT, Flights } from './flights';

describe('flights', () => {
  it('let those who joined leave in their order, each with its serial', () => {
    const flights = new Flights();
    const slot = flights.open(42);
    flights.join(slot, 7, 700);
    flights.join(slot, 8, 800);
    expect(flights.open(42)).toBe(slot);
    expect([flights.leave(slot), flights.serial, flights.leave(slot), flights.serial]).toEqual([7, 700, 8, 800]);
    expect(flights.leave(slot)).toBe(-1);
  });

  it('are over when nothing is under way for a key', () => {
    const flights = new Flights();
    const slot = flights.open(1);
    flights.addLoads(slot, 1);
    flights.closeIfDone(slot);
    expect(flights.find(1)).toBe(slot);
    flights.addLoads(slot, -1);
    flights.setState(slot, FLIGHT.loading);
    flights.closeIfDone(slot);
    expect(flights.size).toBe(1);
    flights.setState(slot, FLIGHT.idle);
    flights.closeIfDone(slot);
    expect([flights.size, flights.find(1), flights.open(2)]).toEqual([0, -1, slot]);
  });

  it('number the leases of a key, in 7 bits', () => {
    const flights = new Flights();
    const slot = flights.open(1);
    for (let i = 0; i < 130; i++) flights.newToken(slot);
    expect(flights.token(slot)).toBe(2);
  });

  it.each([1, 2, 3])('do as a map of lists would (seed %i)', (seed) => {
    const random = new RandomStream(seed, '', 'flights');
    const flights = new Flights();
    const lists = new Map<number, number[]>();
    for (let step = 0; step < 5000; step++) {
      const key = random.integer(60);
      const list = lists.get(key);
      expect(flights.find(key) >= 0).toBe(list !== undefined);
      if (random.chance(0.7)) {
        const slot = flights.open(key);
        flights.setState(slot, FLIGHT.loading);
        flights.join(slot, step, step * 2);
        if (list) list.push(step);
        else lists.set(key, [step]);
      } else if (list) {
        const slot = flights.find(key);
        for (const call of list) expect([flights.leave(slot), flights.serial]).toEqual([call, call * 2]);
        flights.setState(slot, FLIGHT.idle);
        flights.closeIfDone(slot);
        lists.delete(key);
      }
      expect(flights.size).toBe(lists.size);
    }
    flights.clear();
    expect([flights.size, flights.find(0)]).toEqual([0, -1]);
  });
});
