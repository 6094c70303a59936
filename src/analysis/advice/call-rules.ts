/** Advice on calls: timeouts, retries, breakers and how they fit together. */
import { plain, type Rule, seconds } from './rule';
import { isRouter, isWaitedFor, type Link, longestWait, type SystemView, waysIn } from './system-view';

const retries = ({ config }: Link): boolean => config.retry !== 'none' && config.maxAttempts > 1;

function waited(view: SystemView): Link[] {
  return view.links.filter(isWaitedFor);
}

interface Attempts {
  /** Connections that retry, and the product of their attempts, on the way with most of them. */
  readonly layers: number;
  readonly attempts: number;
}

/** For each connection, the worst way that ends with it. Ways in a circle are followed for a while only. */
function attemptsOnTheWay(links: readonly Link[]): Map<Link, Attempts> {
  const own = (link: Link): Attempts =>
    retries(link) ? { layers: 1, attempts: link.config.maxAttempts } : { layers: 0, attempts: 1 };
  let worst = new Map(links.map((link) => [link, own(link)]));
  for (let round = 0; round < LONGEST_WAY; round++) {
    const before = worst;
    worst = new Map(
      links.map((link) => {
        const { layers, attempts } = own(link);
        let above: Attempts = { layers: 0, attempts: 1 };
        for (const each of link.from.in) {
          const found = before.get(each);
          if (found && found.attempts > above.attempts) above = found;
        }
        return [link, { layers: layers + above.layers, attempts: attempts * above.attempts }];
      }),
    );
  }
  return worst;
}

const LONGEST_WAY = 8;

export const CALL_RULES: readonly Rule[] = [
  {
    number: 701,
    weight: 'loss',
    title: 'A call without a timeout',
    advice:
      'Whoever is called may hang, and then its callers hang with it and keep their workers. Set a timeout a little above the slowest answer that is still useful.',
    find: (view) =>
      waited(view)
        .filter((link) => longestWait(link) === Infinity)
        .map(({ id, from, to }) => ({
          target: id,
          detail: `“${from.label}” waits for “${to.label}” without limit.`,
        })),
  },
  {
    number: 702,
    weight: 'habit',
    title: 'Inner timeouts are not shorter than outer ones',
    advice:
      'The caller has gone before the inner call gives up, so the work that is left is for nobody. Let timeouts shrink from the outside to the inside, or pass the deadline on.',
    find: (view) =>
      waited(view).flatMap((link) => {
        if (link.rule.use !== 'plan' || longestWait(link) === Infinity) return [];
        const outer = waysIn(link.from)
          .filter((way) => !(way.link.config.propagateDeadline && link.config.propagateDeadline))
          .reduce((least, { patienceMs }) => Math.min(least, patienceMs), Infinity);
        const inner = longestWait(link);
        if (inner < outer) return [];
        const detail = `“${link.from.label}” waits up to ${seconds(inner)} for “${link.to.label}”, and its own caller waits ${seconds(outer)}.`;
        return [{ target: link.id, detail }];
      }),
  },
  {
    number: 703,
    weight: 'habit',
    title: 'Retries in more than one layer',
    advice:
      'Attempts multiply from layer to layer just when the last one has trouble. Retry in one layer, next to the trouble or at the edge, and limit the share of retries with a budget.',
    find: (view) => {
      const links = waited(view);
      return [...attemptsOnTheWay(links)].flatMap(([link, { layers, attempts }]) => {
        if (!retries(link) || layers < 2) return [];
        const detail = `One request can become ${plain(attempts)} calls to “${link.to.label}”, through ${layers} layers that retry.`;
        return [{ target: link.id, detail }];
      });
    },
  },
  {
    number: 704,
    weight: 'habit',
    title: 'Retries that nothing spreads or limits',
    advice:
      'All callers come back at the same moment, and so often that the overload feeds itself. Let the pauses grow and vary (jitter), and limit retries with a budget.',
    find: (view) =>
      waited(view)
        .filter(({ config }) => config.budget === 'none' && (config.backoffMs === 0 || config.jitterKind === 'none'))
        .filter(retries)
        .map(({ id, from, to, config }) => ({
          target: id,
          detail: `“${from.label}” asks “${to.label}” up to ${config.maxAttempts} times, ${
            config.backoffMs === 0 ? 'without a pause' : `always ${seconds(config.backoffMs)} apart`
          } and without a budget.`,
        })),
  },
  {
    number: 705,
    weight: 'loss',
    title: 'A write is tried again that may have happened',
    advice:
      'After a timeout nobody knows whether the first attempt was done. Give the write a key by which the other side knows it (idempotency), or do not retry it.',
    find: (view) =>
      waited(view)
        .filter((link) => retries(link) && link.config.retryWrites && link.config.retryOn !== 'connect')
        .filter(({ load, meaning }) => load.writes > 0 && meaning !== 'cache')
        .filter(({ to }) => !isRouter(to) && !knowsRepeats(to.config))
        .map(({ id, from, to }) => ({
          target: id,
          detail: `“${from.label}” repeats writes to “${to.label}”, which does them again.`,
        })),
  },
  {
    number: 723,
    weight: 'habit',
    title: 'gRPC through a balancer that sees connections only',
    advice:
      'All calls share one connection that stays open, so the balancer chooses once and one backend does all the work. Balance requests (layer 7), or renew connections.',
    find: (view) =>
      waited(view)
        .filter(({ to, config }) => to.config['layer'] === '4' && config.protocol === 'grpc')
        .filter(({ to, config }) => config.maxConnectionAgeS === 0 && to.out.filter(isWaitedFor).length > 1)
        .map(({ id, from, to }) => ({
          target: id,
          detail: `Every call of “${from.label}” through “${to.label}” goes to the same of ${to.out.filter(isWaitedFor).length} backends.`,
        })),
  },
  {
    number: 727,
    weight: 'habit',
    title: 'A circuit breaker that never has enough calls to judge by',
    advice: 'It stays closed while everything fails. Let it judge by fewer calls, or over a longer time.',
    find: (view) =>
      waited(view).flatMap((link) => {
        const { config, from, to } = link;
        if (config.breaker === 'none') return [];
        const perSec = link.load.reads + link.load.writes;
        if (!(perSec > 0)) return [];
        // A window by calls that is shorter than the minimum judges when it is full.
        const calls =
          config.breaker === 'time' ? config.breakerMinCalls : Math.min(config.breakerMinCalls, config.breakerWindow);
        const enough = (calls / perSec) * 1000;
        const within = config.breaker === 'time' ? config.breakerWindow * 1000 : TOO_LONG_MS;
        if (enough <= within) return [];
        const detail = `“${from.label}” makes about ${plain(perSec)} calls a second to “${to.label}”: it takes ${seconds(enough)} until there are ${calls}${
          config.breaker === 'time' ? `, and it remembers ${config.breakerWindow} s` : ''
        }.`;
        return [{ target: link.id, detail }];
      }),
  },
];

/** A breaker by calls that needs longer than this to see anything comes too late. */
const TOO_LONG_MS = 20_000;

/** Kinds declare in a field of this name how they know what they have done already. */
function knowsRepeats(config: SystemView['parts'][number]['config']): boolean {
  const how = config['idempotency'] ?? config['idempotent'];
  return how !== undefined && how !== 'none' && how !== false;
}
