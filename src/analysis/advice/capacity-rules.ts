/** Advice on size: queues, single points, scaling, rollouts and how load is made. */
import type { Place } from '../../model/places';
import { plain, type Rule, seconds } from './rule';
import {
  isWaitedFor,
  isRouter,
  type Link,
  meanWorkMs,
  number,
  type Part,
  planOf,
  type SystemView,
  waysIn,
  workerCapacity,
} from './system-view';

export const CAPACITY_RULES: readonly Rule[] = [
  {
    number: 706,
    weight: 'loss',
    title: 'A queue longer than anybody waits',
    advice:
      'When it is full, every request is answered after its caller has given up: all busy, and of no use to anyone. Make it so short that it is worked off within the timeout, or drop what is too old.',
    find: (view) =>
      view.parts.flatMap((part) => {
        const { discipline } = part.config;
        if (!('workers' in part.config) || (discipline !== undefined && discipline !== 'fifo')) return [];
        if (part.in.some(({ config }) => config.propagateDeadline) || number(part, 'patienceMs') > 0) return [];
        const patience = Math.min(
          ...waysIn(part)
            .filter(({ link }) => isWaitedFor(link))
            .map((way) => way.patienceMs),
        );
        const copies = number(part, 'instances') || 1;
        const wait = (number(part, 'queueLimit') * copies * 1000) / workerCapacity(part);
        if (!(wait > patience)) return [];
        const detail = `“${part.label}” needs ${seconds(wait)} for a full queue; its callers wait ${seconds(patience)}.`;
        return [{ target: part.id, detail }];
      }),
  },
  {
    number: 708,
    weight: 'habit',
    title: 'A single point of failure',
    advice:
      'When it stops, so does everything that needs it. Have a second one that can take over, in another zone, or make do without it for a while.',
    find: (view) => [
      ...[...needed(view)].filter(isSingle).map((part) => ({
        target: part.id,
        detail: `Every request needs “${part.label}”, and there is one of it.`,
      })),
      ...view.parts.filter(isRouter).flatMap((part) => {
        const zone = commonZone(view, part.out.filter(isWaitedFor));
        if (!zone) return [];
        return [{ target: part.id, detail: `All backends of “${part.label}” stand in “${zone.label}”.` }];
      }),
    ],
  },
  {
    number: 719,
    weight: 'habit',
    title: 'Scaled by processor, while its workers only wait',
    advice:
      'When what it calls is slow, its workers wait, its processor has nothing to do, and instances are taken away. Scale by busy workers, request rate or queue length.',
    find: (view) =>
      scaled(view)
        .filter(({ autoscaler }) => autoscaler.config['metric'] === 'cpu')
        .filter(({ service }) => service.config['concurrency'] === 'threads')
        .flatMap(({ autoscaler, service }) => {
          const [own, others] = [meanWorkMs(service), waitsMs(service)];
          if (!(others > own)) return [];
          const detail = `A worker of “${service.label}” computes for ${seconds(own)} and waits ${seconds(others)} for others.`;
          return [{ target: autoscaler.id, detail }];
        }),
  },
  {
    number: 720,
    weight: 'habit',
    title: 'Scaling ends before the load does',
    advice: 'The highest planned load needs more instances than are allowed. Allow more, or plan what is turned away.',
    find: (view) =>
      scaled(view).flatMap(({ autoscaler, service }) => {
        const most = number(autoscaler, 'maxInstances');
        const { reads, writes, peak } = service.load;
        const [load, room] = [(reads + writes) * peak, workerCapacity(service, most)];
        if (!(load > room)) return [];
        const detail = `${most} instances of “${service.label}” can do ${plain(room)} requests a second; up to ${plain(load)} come.`;
        return [{ target: autoscaler.id, detail }];
      }),
  },
  {
    number: 729,
    weight: 'loss',
    title: 'A change that reaches everybody at once',
    advice: 'If it is bad, it is bad everywhere before anybody has seen it. Let it spread slowly, first to a few.',
    find: (view) =>
      view.scenario.faults
        .filter(({ fault, params }) => fault === 'config-push' && Number(params['spreadS'] ?? 0) === 0)
        .flatMap(({ target }) => {
          const part = view.parts.find(({ id }) => id === target);
          if (!part || number(part, 'instances') < 2) return [];
          const detail = `All ${number(part, 'instances')} instances of “${part.label}” get the planned configuration at once.`;
          return [{ target, detail }];
        }),
  },
  {
    number: 730,
    weight: 'habit',
    title: 'Load that waits for its answers',
    advice:
      'Users who wait before they ask again slow down with the system, so an overload does not show. Real visitors keep coming: test with open load as well.',
    find: (view) => {
      const sources = view.parts.filter(({ kind }) => kind.source);
      const waits = ({ config }: Part): boolean => config['workload'] === 'closed' || config['limit'] === 'wait';
      if (sources.length === 0 || !sources.every(waits)) return [];
      return sources.map((part) => ({
        target: part.id,
        detail:
          part.config['workload'] === 'closed'
            ? `“${part.label}” never has more than ${number(part, 'users')} requests under way.`
            : `“${part.label}” sends no more than ${number(part, 'connections')} requests at once; the others wait before they count.`,
      }));
    },
  },
];

// — what everything needs —

/** Components without which no request of some client is answered. */
function needed(view: SystemView): Set<Part> {
  const found = new Set<Part>();
  const follow = (part: Part): void => {
    if (found.has(part)) return;
    if (!part.kind.source) found.add(part);
    const routes = part.out.filter(({ rule, meaning }) => rule.use === 'route' && meaning !== 'cache');
    if (routes.length === 1) follow(routes[0]!.to);
    for (const link of part.out) if (isWaitedFor(link) && isIndispensable(part, link)) follow(link.to);
  };
  for (const part of view.parts) if (part.kind.source) follow(part);
  return found;
}

/** A step that every request takes, whose failure is the failure of the request. */
function isIndispensable(part: Part, link: Link): boolean {
  const { config, rule, meaning } = link;
  if (rule.use === 'transact') return true;
  if (rule.use !== 'plan' || meaning === 'cache' || config.fallback !== 'fail') return false;
  if (config.probabilityPercent < 100 || config.operation !== 'any') return false;
  // A store behind a cache is asked for what the cache does not have.
  return planOf(part)
    .stages.flat()
    .some(
      (step) => (step.type === 'call' ? step.target : step.type === 'cache-aside' ? step.store : null)?.id === link.id,
    );
}

function isSingle(part: Part): boolean {
  switch (part.kind.id) {
    case 'service':
    case 'worker':
      return (number(part, 'instances') || 1) === 1;
    case 'sql-database':
      return number(part, 'replicas') === 0 || part.config['failover'] === 'none';
    case 'consensus-store':
    case 'quorum-store':
      return number(part, 'nodes') < 3;
    case 'kafka':
      return Math.min(number(part, 'brokers'), number(part, 'replicationFactor')) === 1;
    case 'queue':
      return part.config['type'] === 'classic';
    case 'transaction-coordinator':
      return true;
    default:
      return false;
  }
}

/** The zone in which all of them stand, when there is more than one of them and more than one zone. */
function commonZone({ scenario }: SystemView, links: readonly Link[]): Place | null {
  const zones = (scenario.places ?? []).filter(({ type }) => type === 'zone');
  if (zones.length < 2 || links.length < 2) return null;
  const [first] = links;
  const zone = zones.find(({ id }) => id === first!.to.component.place);
  return zone && links.every(({ to }) => to.component.place === zone.id) ? zone : null;
}

// — scaling —

function scaled(view: SystemView): { autoscaler: Part; service: Part }[] {
  return view.links
    .filter(({ meaning }) => meaning === 'scale')
    .map(({ from, to }) => ({ autoscaler: from, service: to }));
}

/** Mean time for which a request of a service waits for what it calls, when nobody is busy. */
function waitsMs(service: Part): number {
  return service.out
    .filter((link) => link.rule.use === 'plan' && isWaitedFor(link))
    .reduce((sum, { to, config }) => {
      const work = meanWorkMs(to);
      return sum + ((config.rttMs + (Number.isNaN(work) ? 0 : work)) * config.probabilityPercent) / 100;
    }, 0);
}
