import { beforeEach, describe, expect, it } from 'vitest';
import { distanceOf, type Place } from '../model/places';
import { EMPTY_SCENARIO, type Scenario } from '../model/scenario';
import {
  addComponent,
  configureConnection,
  connect,
  documentStore,
  moveComponents,
  pasteParts,
  copyParts,
  removeParts,
  replaceDocument,
  setFaults,
  undo,
} from './document-store';
import { addPlace, locateRegion, movePlace, moveToPlace, renamePlace, resizePlace, setPlaceType } from './place-edits';

const now = (): Scenario => documentStore.getState().scenario;
const place = (id: string): Place => now().places!.find((other) => other.id === id)!;
const where = (id: string): string | undefined => now().components.find((other) => other.id === id)?.place;

let client = '';
let service = '';

beforeEach(() => {
  replaceDocument(EMPTY_SCENARIO);
  client = addComponent('client', 0, 0);
  service = addComponent('service', 400, 0);
});

describe('places', () => {
  it('take in what stands in them; undo takes them away', () => {
    const zone = addPlace('zone', { x: 380, y: -60, width: 240, height: 240 });
    expect([where(client), where(service)]).toEqual([undefined, zone]);
    undo();
    expect(now().places).toBeUndefined();
    expect(where(service)).toBeUndefined();
  });

  it('components are put into one without a pointer: side by side, and it grows for those that do not fit', () => {
    const zone = addPlace('zone', { x: 1000, y: 0, width: 480, height: 200 });
    const third = addComponent('redis', 0, 400);
    for (const id of [client, service, third]) moveToPlace(id, zone);
    const spots = now().components.map(({ x, y }) => [x, y]);
    expect(spots).toEqual([
      [1030, 50],
      [1250, 50],
      [1030, 190],
    ]);
    expect([client, service, third].map(where)).toEqual([zone, zone, zone]);
    expect(place(zone)).toMatchObject({ x: 1000, y: 0, width: 480, height: 330 });
    moveToPlace(service, undefined);
    expect(where(service)).toBeUndefined();
    expect(now().components.find(({ id }) => id === service)!.y).toBeGreaterThan(330);
    undo();
    expect(where(service)).toBe(zone);
  });

  it('a zone drawn in a region belongs to it, and a region drawn around a zone takes it in', () => {
    const region = addPlace('region', { x: -100, y: -100, width: 1000, height: 600 });
    const inner = addPlace('zone', { x: 380, y: -60, width: 240, height: 240 });
    expect(place(inner).parent).toBe(region);
    expect([where(client), where(service)]).toEqual([region, inner]);
    const outside = addPlace('zone', { x: 2000, y: 0, width: 300, height: 300 });
    const around = addPlace('region', { x: 1900, y: -100, width: 600, height: 600 });
    expect(place(outside).parent).toBe(around);
  });

  it('components come and go by being dragged over the border, added, or pasted', () => {
    const zone = addPlace('zone', { x: 380, y: -60, width: 240, height: 240 });
    moveComponents(new Map([[client, { x: 400, y: 60 }]]), 'drag');
    expect(where(client)).toBe(zone);
    moveComponents(new Map([[client, { x: 0, y: 60 }]]), 'drag');
    expect(where(client)).toBeUndefined();
    expect(where(addComponent('service', 410, 20))).toBe(zone);
    const [copy] = pasteParts(copyParts(new Set([service])), 1000, 0);
    expect(where(copy!)).toBeUndefined();
  });

  it('what a document says stands in them stays there while no border is passed', () => {
    const scenario = now();
    replaceDocument({
      ...scenario,
      places: [{ id: 'far', type: 'zone', label: 'Far', x: 5000, y: 0, width: 300, height: 300 }],
      components: scenario.components.map((part) => ({ ...part, place: 'far' })),
    });
    moveComponents(new Map([[client, { x: 20, y: 0 }]]), 'drag');
    expect(where(client)).toBe('far');
  });

  it('move with their zones and members as one step', () => {
    const region = addPlace('region', { x: -100, y: -100, width: 1000, height: 600 });
    const zone = addPlace('zone', { x: 380, y: -60, width: 240, height: 240 });
    const steps = documentStore.getState().past.length;
    movePlace(region, 20, 40, 'a');
    movePlace(region, 20, 0, 'a');
    expect(documentStore.getState().past.length).toBe(steps + 1);
    expect(place(zone)).toMatchObject({ x: 420, y: -20 });
    expect(now().components.map(({ x, y }) => [x, y])).toEqual([
      [40, 40],
      [440, 40],
    ]);
    undo();
    expect(place(zone)).toMatchObject({ x: 380, y: -60 });
  });

  it('grow over components and shrink away from them', () => {
    const zone = addPlace('zone', { x: -40, y: -60, width: 240, height: 240 });
    expect([where(client), where(service)]).toEqual([zone, undefined]);
    resizePlace(zone, { width: 700, height: 240 }, 'a');
    expect([where(client), where(service)]).toEqual([zone, zone]);
    resizePlace(zone, { width: 10, height: 10 }, 'b');
    expect(place(zone)).toMatchObject({ width: 220, height: 160 });
    expect(where(service)).toBeUndefined();
  });

  it('when deleted, leave what stood in them, and take their faults along', () => {
    const region = addPlace('region', { x: -100, y: -100, width: 1000, height: 600 });
    const zone = addPlace('zone', { x: 380, y: -60, width: 240, height: 240 });
    const outage = (target: string) => ({ atMs: 0, target, fault: 'outage', params: {} });
    setFaults([outage(region), outage(zone)]);
    removeParts(new Set([zone]));
    expect(now().components).toHaveLength(2);
    expect(where(service)).toBe(region);
    expect(now().faults).toEqual([outage(region)]);
    removeParts(new Set([region]));
    expect(now()).not.toHaveProperty('places');
    expect(where(service)).toBeUndefined();
    expect(now().faults).toEqual([]);
  });

  it('of another type lose what does not fit it', () => {
    const region = addPlace('region', { x: -100, y: -100, width: 1000, height: 600 });
    const zone = addPlace('zone', { x: 380, y: -60, width: 240, height: 240 });
    locateRegion(region, 'eu-de');
    renamePlace(region, 'Europe');
    expect(place(region)).toMatchObject({ region: 'eu-de', label: 'Europe' });
    setPlaceType(region, 'zone');
    expect(place(region)).not.toHaveProperty('region');
    expect(place(zone)).not.toHaveProperty('parent');
  });

  it('decide what the default round trip of a connection is', () => {
    const link = connect(client, service)!;
    addPlace('zone', { x: -40, y: -60, width: 240, height: 240 });
    addPlace('zone', { x: 380, y: -60, width: 240, height: 240 });
    const config = () => now().connections[0]!.config;
    expect(distanceOf(now(), now().connections[0]!)?.rttMs).toBe(1);
    configureConnection(link, 'rttMs', 0.25);
    expect(config()).toEqual({ rttMs: 0.25 });
    configureConnection(link, 'rttMs', 1);
    expect(config()).toEqual({});
  });

  it('are drawn around their components again after a layout', () => {
    const region = addPlace('region', { x: -100, y: -100, width: 1000, height: 600 });
    const zone = addPlace('zone', { x: 380, y: -60, width: 240, height: 240 });
    moveComponents(
      new Map([
        [client, { x: 2000, y: 1000 }],
        [service, { x: 2300, y: 1000 }],
      ]),
      'auto layout',
    );
    expect([where(client), where(service)]).toEqual([region, zone]);
    expect(place(zone)).toMatchObject({ x: 2270, y: 950, width: 244, height: 200 });
    expect(place(region).x).toBeLessThan(2000);
    expect(place(region).x + place(region).width).toBeGreaterThan(2514);
  });
});
