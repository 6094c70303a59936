import { beforeEach, describe, expect, it } from 'vitest';
import { EMPTY_SCENARIO } from '../model/scenario';
import {
  addComponent,
  canConnect,
  configureComponent,
  configureConnection,
  connect,
  copyParts,
  documentStore,
  endGesture,
  moveComponents,
  pasteParts,
  redo,
  removeParts,
  renameComponent,
  replaceDocument,
  setFaults,
  undo,
} from './document-store';

const scenario = () => documentStore.getState().scenario;
const ids = () => scenario().components.map(({ id }) => id);

/** client-1 → service-1. */
function pair(): { users: string; app: string; link: string } {
  const users = addComponent('client', 0, 0);
  const app = addComponent('service', 300, 0);
  return { users, app, link: connect(users, app)! };
}

beforeEach(() => replaceDocument(EMPTY_SCENARIO));

describe('the document', () => {
  it('gives new components ids and names of their own', () => {
    expect([addComponent('service', 0, 0), addComponent('service', 0, 0), addComponent('client', 0, 0)]).toEqual([
      'service-1',
      'service-2',
      'client-1',
    ]);
    expect(scenario().components.map(({ label }) => label)).toEqual(['Service 1', 'Service 2', 'Client 1']);
  });

  it('connects what fits, once, and nothing with itself', () => {
    const { users, app, link } = pair();
    expect(link).toBe('client-1-service-1');
    expect(connect(users, app)).toBeNull();
    expect(connect(app, users)).toBeNull();
    expect(canConnect(scenario(), app, app)).toBe(false);
    expect(scenario().connections).toHaveLength(1);
  });

  it('saves a setting only while it differs from the default', () => {
    const { app, link } = pair();
    configureComponent(app, 'workers', 4);
    expect(scenario().components[1]!.config).toEqual({ workers: 4 });
    configureComponent(app, 'workers', 16);
    expect(scenario().components[1]!.config).toEqual({});
    configureConnection(link, 'timeoutMs', 250);
    expect(scenario().connections[0]!.config).toEqual({ timeoutMs: 250 });
    configureConnection(link, 'timeoutMs', 1000);
    expect(scenario().connections[0]!.config).toEqual({});
  });

  it('removes connections and planned faults with what they belong to', () => {
    const { users, app, link } = pair();
    setFaults([
      { atMs: 1000, target: app, fault: 'crash', params: {} },
      { atMs: 1000, target: link, fault: 'cut', params: {} },
    ]);
    removeParts(new Set([app]));
    expect(ids()).toEqual([users]);
    expect(scenario().connections).toEqual([]);
    expect(scenario().faults).toEqual([]);
  });

  it('pastes copies with their inner connections under fresh ids', () => {
    const { users, app } = pair();
    configureComponent(app, 'workers', 3);
    const pasted = pasteParts(copyParts(new Set([users, app])), 40, 40);
    expect(pasted).toEqual(['client-2', 'service-2']);
    expect(scenario().components[3]).toMatchObject({
      label: 'Service 2',
      x: 340,
      y: 40,
      config: { workers: 3 },
    });
    expect(scenario().connections[1]).toMatchObject({ id: 'client-2-service-2', from: 'client-2', to: 'service-2' });
    expect(pasteParts(copyParts(new Set([app])), 0, 0)).toEqual(['service-3']);
    expect(scenario().connections).toHaveLength(2);
  });
});

describe('undo', () => {
  it('takes back one edit at a time and repeats it', () => {
    const { app } = pair();
    renameComponent(app, 'orders');
    undo();
    expect(scenario().components[1]!.label).toBe('Service 1');
    undo();
    expect(scenario().connections).toEqual([]);
    redo();
    redo();
    expect(scenario().components[1]!.label).toBe('orders');
    redo();
    expect(scenario().components[1]!.label).toBe('orders');
  });

  it('treats a drag as one step, and two drags as two', () => {
    const { app } = pair();
    const steps = documentStore.getState().past.length;
    for (const x of [310, 320, 330]) moveComponents(new Map([[app, { x, y: 0 }]]), 'drag');
    endGesture();
    moveComponents(new Map([[app, { x: 400, y: 0 }]]), 'drag');
    expect(documentStore.getState().past).toHaveLength(steps + 2);
    undo();
    expect(scenario().components[1]!.x).toBe(330);
    undo();
    expect(scenario().components[1]!.x).toBe(300);
  });

  it('forgets what was undone once something else is done', () => {
    pair();
    undo();
    addComponent('service', 0, 0);
    redo();
    expect(ids()).toEqual(['client-1', 'service-1', 'service-2']);
  });

  it('does nothing where there is nothing', () => {
    undo();
    redo();
    expect(scenario()).toBe(EMPTY_SCENARIO);
  });
});
