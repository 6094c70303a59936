import type { FaceWriter } from '../../model/face';
import type { Instance } from './instance';
import type { Plant } from './plant';

const UNITS = ['workers', 'event loops', 'workers', 'loops'];

/** Headlines by what there is to say. What matters most stands first: the rest shows where a card has room for it. */
export const HEADLINES: readonly string[] = [
  '{} [worker|workers]',
  '{} event loops',
  '{} × {} [worker|workers]',
  '{} × {} [loop|loops]',
  ...UNITS.map((unit, i) => `${i < 2 ? '' : '{} × '}{} ${unit}, {} cores`),
  '{} of {} MB',
  '{} of {} cold: warming up',
  '{} of {} stopped: collecting garbage',
  '{} of {} ready: starting',
  '{} of {} ready: out of memory',
  '{} of {} ready: bad configuration',
];

const ON_CORES = 4;
const MEMORY = 8;
const WARMING = 9;
const COLLECTING = 10;
const STARTING = 11;
const KILLED = 12;
const DOOMED = 13;

export function writeHeadline(writer: FaceWriter, plant: Plant, instances: readonly Instance[]): void {
  const { config } = plant;
  const present = instances.slice(0, plant.instances);
  const killed = present.some(({ life }) => life.state === 'killed');
  if (killed || present.some(({ life }) => life.state === 'starting')) {
    const misled = present.some(({ life }) => life.state === 'killed' && life.misled);
    put(writer, killed ? (misled ? DOOMED : KILLED) : STARTING, plant.ready, plant.instances);
  } else if (plant.collecting > 0) put(writer, COLLECTING, plant.collecting, instances.length);
  else if (present.some(({ life }) => life.warming)) {
    put(writer, WARMING, present.filter(({ life }) => life.warming).length, plant.instances);
  } else if (plant.memory) {
    const fullest = Math.max(0, ...present.map(({ heap, inside }) => heap.usedMb(config, inside)));
    put(writer, MEMORY, Math.round(fullest), config.limitMb);
  } else putCapacity(writer, plant);
}

function putCapacity(writer: FaceWriter, { config, cores, instances }: Plant): void {
  const several = instances !== 1;
  const which = (several ? 2 : 0) + (config.concurrency === 'event-loop' ? 1 : 0);
  const limited = cores !== Infinity;
  writer.put(which + (limited ? ON_CORES : 0));
  if (several) writer.put(instances);
  writer.put(config.workers);
  if (limited) writer.put(cores);
}

function put(writer: FaceWriter, which: number, ...numbers: readonly number[]): void {
  writer.put(which);
  for (const number of numbers) writer.put(number);
}
