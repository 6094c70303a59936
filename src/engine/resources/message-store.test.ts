import { describe, expect, it } from 'vitest';
import { RandomStream } from '../random';
import { Calls, type CallId, NO_CALL } from '../calls';
import type { Context } from '../behaviour';
import { type MessageId, MessageStore, NO_MESSAGE } from './message-store';
import { ReadyLine } from './ready-line';

/** A context that has calls and a clock, and notes what is sent: key, operation, priority, bytes, user and root. */
function bench() {
  const calls = new Calls();
  const sent: number[][] = [];
  const context = {
    now: 0,
    calls,
    traits: calls.traits,
    send(link: number, parent: CallId, verb: number, write: number, key: number, ticket: number): CallId {
      const call = calls.open(link, 0, 0, verb, write, key, ticket, parent, context.now);
      const about = [calls.key(call), calls.operation(call), calls.priority(call), calls.bytes(call), calls.user(call)];
      sent.push([...about, calls.rootSerial(call)]);
      return call;
    },
  };
  const store = new MessageStore(context as unknown as Context);
  const publish = (key: number): MessageId => store.add(context.send(0, NO_CALL, 0, 1, key, 0), 1);
  return { calls, context, sent, store, publish };
}

describe('messages', () => {
  it('are about what their call was about, and belong to its request', () => {
    const { calls, context, sent, store } = bench();
    Object.assign(calls.traits, { operation: 3, priority: 2, bytes: 700, user: 9 });
    const parent = context.send(0, NO_CALL, 0, 1, 42, 0);
    const publishing = context.send(0, parent, 0, 1, 42, 0);
    const message = store.add(publishing, 1);
    Object.assign(calls.traits, { operation: 0, priority: 1, bytes: 1, user: 0 });
    calls.close(publishing);
    calls.close(parent);
    store.send(message, 1, 0, 5);
    expect(sent.at(-1)).toEqual([42, 3, 2, 700, 9, 1]);
    // Whoever sends next begins a request of its own.
    context.send(0, NO_CALL, 0, 1, 1, 0);
    expect(sent.at(-1)!.at(-1)).toBe(4);
  });

  it('count themselves and their bytes, and records are used again', () => {
    const { calls, store, publish } = bench();
    const messages = Array.from({ length: 100 }, (_, key) => {
      calls.traits.bytes = 10;
      return publish(key);
    });
    expect([store.length, store.bytesKept, store.used]).toEqual([100, 1000, 100]);
    for (const message of messages) store.drop(message);
    expect([store.length, store.bytesKept]).toEqual([0, 0]);
    const again = messages.map((_, key) => publish(1000 + key));
    expect(store.used).toBe(100);
    expect(new Set(again).size).toBe(100);
    expect(again.map((message) => store.key(message))).toEqual(again.map((_, key) => 1000 + key));
  });

  it('have a copy with a life of its own', () => {
    const { store, publish } = bench();
    const original = publish(7);
    const copy = store.copy(original, 2);
    store.drop(original);
    expect([store.key(copy), store.state(copy), store.state(original), store.length]).toEqual([7, 2, 0, 1]);
    expect(store.serial(copy)).toBeGreaterThan(1);
  });
});

describe('the line of those that are ready', () => {
  it('gives what came back its old place', () => {
    const { store, publish } = bench();
    const line = new ReadyLine(store);
    const [a, b, c, d] = [1, 2, 3, 4].map(publish) as [number, number, number, number];
    for (const message of [a, b, c, d]) line.push(message);
    expect([line.shift(), line.shift(), line.shift()]).toEqual([a, b, c]);
    line.giveBack(c);
    line.giveBack(a);
    expect(line.length).toBe(3);
    expect(line.first()).toBe(a);
    expect([line.shift(), line.shift(), line.shift(), line.shift()]).toEqual([a, c, d, NO_MESSAGE]);
  });

  it.each([1, 2, 3])('is always in the order of arrival, whatever comes and goes (seed %i)', (seed) => {
    const chance = new RandomStream(seed, '', 'line');
    const { store, publish } = bench();
    const line = new ReadyLine(store);
    const waiting = new Set<MessageId>();
    const out: MessageId[] = [];
    for (let step = 0; step < 3000; step++) {
      const what = chance.integer(4);
      if (what === 0) {
        const message = publish(step);
        line.push(message);
        waiting.add(message);
      } else if (what === 1 && out.length > 0) {
        const [message] = out.splice(chance.integer(out.length), 1) as [MessageId];
        line.giveBack(message);
        waiting.add(message);
      } else if (what === 2 && out.length > 0) store.drop(out.splice(chance.integer(out.length), 1)[0]!);
      else if (waiting.size > 0) {
        const oldest = [...waiting].reduce((a, b) => (store.serial(a) < store.serial(b) ? a : b));
        expect(line.shift()).toBe(oldest);
        waiting.delete(oldest);
        out.push(oldest);
      }
      expect(line.length).toBe(waiting.size);
    }
  });
});
