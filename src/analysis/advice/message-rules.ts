/** Advice on messages: partitions, acknowledgements, repeated and poisoned deliveries. */
import { zipfShares } from '../caching-theory';
import { plain, type Rule, seconds } from './rule';
import { number, type Part, p99WorkMs, type SystemView } from './system-view';

const of = (view: SystemView, ...kinds: readonly string[]): Part[] =>
  view.parts.filter(({ kind }) => kinds.includes(kind.id));

const consumersOf = (part: Part) => part.out.filter(({ meaning }) => meaning === 'deliver');

export const MESSAGE_RULES: readonly Rule[] = [
  {
    number: 711,
    weight: 'habit',
    title: 'More consumers than partitions',
    advice: 'A partition is read by one consumer of a group, so the others have nothing to do. Add partitions first.',
    find: (view) =>
      of(view, 'kafka').flatMap((part) => {
        const groups = new Map<string, { consumers: number; link: string }>();
        for (const { id, config } of consumersOf(part)) {
          // Connections without a group of their own are a group each.
          const key = config.group === 0 ? id : `group ${config.group}`;
          const group = groups.get(key) ?? { consumers: 0, link: id };
          groups.set(key, { ...group, consumers: group.consumers + config.consumers });
        }
        const partitions = number(part, 'partitions');
        return [...groups.values()]
          .filter(({ consumers }) => consumers > partitions)
          .map(({ consumers, link }) => ({
            target: link,
            detail: `${consumers} consumers share ${partitions} partitions of “${part.label}”: ${consumers - partitions} are idle.`,
          }));
      }),
  },
  {
    number: 712,
    weight: 'loss',
    title: 'Messages come back while they are being worked on',
    advice:
      'After the visibility timeout a message is handed out again, whoever still works on it: it is done twice. Make it longer than the slowest work, or let consumers extend it.',
    find: (view) =>
      of(view, 'cloud-queue')
        .filter(({ config }) => config['extend'] === false)
        .flatMap((part) =>
          consumersOf(part)
            .filter(({ to }) => p99WorkMs(to) >= number(part, 'visibilitySeconds') * 1000)
            .map(({ id, to }) => ({
              target: id,
              detail: `One in a hundred takes “${to.label}” longer than ${seconds(p99WorkMs(to))}; “${part.label}” waits ${seconds(number(part, 'visibilitySeconds') * 1000)}.`,
            })),
        ),
  },
  {
    number: 713,
    weight: 'habit',
    title: 'Nowhere to put a message that cannot be done',
    advice:
      'It is handed out again and again and holds up others, or is thrown away unseen. Connect a queue for dead letters, and look into it.',
    find: (view) =>
      of(view, 'queue', 'cloud-queue', 'kafka', 'topic')
        .filter((part) => consumersOf(part).length > 0)
        .filter(
          ({ out }) => !out.some(({ meaning, rule, config }) => isForDeadLetters(meaning, rule.useFields, config)),
        )
        .map((part) => ({ target: part.id, detail: `“${part.label}” has consumers and no dead letters.` })),
  },
  {
    number: 714,
    weight: 'loss',
    title: 'Records are acknowledged that only one broker has',
    advice:
      'When that broker dies, they are gone and nobody was told. Let all in-sync replicas acknowledge, and ask for two of them.',
    find: (view) =>
      of(view, 'kafka')
        .filter((part) => copies(part) > 1)
        .filter((part) => part.config['acks'] !== 'all' || number(part, 'minInsyncReplicas') === 1)
        .map((part) => ({
          target: part.id,
          detail:
            part.config['acks'] === 'all'
              ? `“${part.label}” keeps ${copies(part)} copies, but one in-sync replica is enough to acknowledge.`
              : `“${part.label}” keeps ${copies(part)} copies, but acknowledges ${part.config['acks'] === '0' ? 'before any broker has the record' : 'as soon as its leader has the record'}.`,
        })),
  },
  {
    number: 715,
    weight: 'loss',
    title: 'One broker down stops all writes',
    advice: 'Every copy has to be in sync for a write to be accepted. Ask for one fewer than there are copies.',
    find: (view) =>
      of(view, 'kafka')
        .filter((part) => part.config['acks'] === 'all' && number(part, 'minInsyncReplicas') >= copies(part))
        .filter((part) => copies(part) > 1)
        .map((part) => ({
          target: part.id,
          detail: `“${part.label}” asks for ${number(part, 'minInsyncReplicas')} in-sync replicas and has ${copies(part)} copies.`,
        })),
  },
  {
    number: 724,
    weight: 'habit',
    title: 'A key that one partition cannot share',
    advice:
      'All records of a key go to one partition, and more partitions or consumers do not help it. Split the key, or spread the records where order does not matter.',
    find: (view) =>
      of(view, 'kafka')
        .filter((part) => part.config['partitioner'] === 'key' && number(part, 'partitions') > 1)
        .flatMap((part) => {
          const partitions = number(part, 'partitions');
          const worst = Math.max(0, ...sourcesOf(part).map(topShare));
          if (worst * partitions < FAIR_SHARES) return [];
          const detail = `The most frequent key has ${plain(worst * 100)} % of the records of “${part.label}”; a fair share of a partition is ${plain(100 / partitions)} %.`;
          return [{ target: part.id, detail }];
        }),
  },
];

/** A key this many times the fair share of a partition makes it a hot one. */
const FAIR_SHARES = 1.5;

function copies(part: Part): number {
  return Math.min(number(part, 'replicationFactor'), number(part, 'brokers'));
}

/** Queues and logs send dead letters over any connection that publishes; a topic only where it is told so. */
function isForDeadLetters(
  meaning: string,
  useFields: readonly string[] | null,
  config: { deadLetters: boolean },
): boolean {
  return meaning === 'publish' && (!useFields?.includes('deadLetters') || config.deadLetters);
}

/** Where the keys of what reaches a part come from. */
function sourcesOf(part: Part, seen = new Set<Part>()): Part[] {
  if (seen.has(part)) return [];
  seen.add(part);
  if (part.kind.source) return [part];
  return part.in.filter(({ rule }) => rule.use !== 'control').flatMap(({ from }) => sourcesOf(from, seen));
}

function topShare(source: Part): number {
  const count = number(source, 'keyCount');
  if (source.config['keys'] !== 'zipf') return 1 / count;
  return zipfShares(count, number(source, 'zipfExponent'))[0]!;
}
