/** Advice on state: databases, caches, replicas and quorums. */
import { plain, type Rule, seconds } from './rule';
import { type Link, lognormalMean, number, type Part, planOf, type SystemView } from './system-view';

const of = (view: SystemView, ...kinds: readonly string[]): Part[] =>
  view.parts.filter(({ kind }) => kinds.includes(kind.id));

/** Reads a second that the servers of a database can do. */
function readCapacity(part: Part): number {
  const servers = part.config['readFrom'] === 'primary' ? 1 : 1 + number(part, 'replicas');
  return (
    (servers * number(part, 'cores') * 1000) / lognormalMean(number(part, 'readMedianMs'), number(part, 'readP99Ms'))
  );
}

export const STORE_RULES: readonly Rule[] = [
  {
    number: 707,
    weight: 'loss',
    title: 'Pools that together want more connections than a server accepts',
    advice:
      'It shows when all are busy at once: connections are refused, at the worst moment. Make the pools smaller, or put a shared pool between.',
    find: (view) =>
      of(view, 'sql-database').flatMap((part) => {
        const callers = part.in.filter(({ meaning }) => meaning === 'query').length;
        const wanted = callers * number(part, 'poolSize');
        if (wanted <= number(part, 'maxConnections')) return [];
        const detail = `${callers} ${callers === 1 ? 'pool' : 'pools'} of ${number(part, 'poolSize')} are ${wanted}; a server of “${part.label}” accepts ${number(part, 'maxConnections')}.`;
        return [{ target: part.id, detail }];
      }),
  },
  {
    number: 709,
    weight: 'loss',
    title: 'A database that cannot live without its cache',
    advice:
      'When the cache is empty, every read reaches the database, which then never gets far enough to fill the cache again. Make room for a cold cache, or turn away what the database cannot do.',
    find: (view) =>
      view.parts.flatMap((part) =>
        planOf(part)
          .stages.flat()
          .flatMap((step) => {
            if (step.type !== 'cache-aside' || step.store.to.kind.id !== 'sql-database') return [];
            const database = step.store.to;
            const [reads, room] = [database.load.reads * database.load.peak, readCapacity(database)];
            if (!(reads > room)) return [];
            const detail = `With “${step.cache.to.label}” empty, “${database.label}” gets ${plain(reads)} reads a second and can do ${plain(room)}.`;
            return [{ target: database.id, detail }];
          }),
      ),
  },
  {
    number: 710,
    weight: 'habit',
    title: 'Everything expires after the same time',
    advice:
      'What was stored together goes together, and is all loaded again in one second. Let the times to live vary by some ten percent.',
    find: (view) =>
      of(view, 'redis')
        .filter((part) => number(part, 'ttlSeconds') > 0 && number(part, 'ttlJitterPercent') === 0)
        .map((part) => ({
          target: part.id,
          detail: `All items of “${part.label}” live for exactly ${seconds(number(part, 'ttlSeconds') * 1000)}.`,
        })),
  },
  {
    number: 716,
    weight: 'habit',
    title: 'An even number of voters',
    advice: 'One node fewer survives as many failures and has to ask fewer. Use three, five or seven.',
    find: (view) =>
      [...of(view, 'consensus-store').map((part) => [part, number(part, 'nodes')] as const)]
        .concat(
          of(view, 'queue')
            .filter(({ config }) => config['type'] === 'quorum')
            .map((part) => [part, number(part, 'replicas')] as const),
        )
        .filter(([, nodes]) => nodes % 2 === 0)
        .map(([part, nodes]) => ({
          target: part.id,
          detail: `${nodes} nodes of “${part.label}” survive ${nodes / 2 - 1} failures, as ${nodes - 1} would.`,
        })),
  },
  {
    number: 717,
    weight: 'loss',
    title: 'A replica takes over that may lack acknowledged writes',
    advice:
      'What the old primary had acknowledged and not yet sent is gone. Let commits wait for a standby, or allow a smaller lag on failover and accept that nobody may be promoted.',
    find: (view) =>
      of(view, 'sql-database')
        .filter(({ config }) => config['failover'] === 'lease' && config['replication'] === 'nobody')
        .filter((part) => number(part, 'replicas') > 0)
        .map((part) => ({
          target: part.id,
          detail: `“${part.label}” promotes a replica that lacks up to ${plain((number(part, 'maxLagOnFailoverKb') * 1000) / number(part, 'logBytes'))} writes.`,
        })),
  },
  {
    number: 722,
    weight: 'loss',
    title: 'Two writes with nothing that holds them together',
    advice:
      'Who crashes between the database and the message has changed something of which nobody hears. Put the message into the same transaction: publish through an outbox.',
    find: (view) => {
      const direct = (link: Link): boolean => link.meaning === 'publish' && link.config.through === 'direct';
      return view.parts.flatMap((part) => {
        const stores = part.out.filter(({ meaning, config, rule }) => {
          return rule.use === 'plan' && meaning === 'query' && config.on !== 'read';
        });
        const [store] = stores;
        if (!store || !(part.load.writes > 0)) return [];
        return part.out
          .filter((link) => link.rule.use === 'plan' && direct(link))
          .map((link) => ({
            target: link.id,
            detail: `“${part.label}” writes to “${store.to.label}” and then publishes to “${link.to.label}”.`,
          }));
      });
    },
  },
  {
    number: 725,
    weight: 'habit',
    title: 'Reads that may miss what was just written',
    advice:
      'A replica is behind by its lag, so users may not find their own changes. Read from the primary for a while after a write (sticky), or let commits wait until replicas have applied them.',
    find: (view) =>
      of(view, 'sql-database')
        .filter((part) => number(part, 'replicas') > 0 && part.load.reads > 0 && part.load.writes > 0)
        .filter(({ config }) => ['replicas', 'least-lag', 'bounded'].includes(String(config['readFrom'])))
        .filter((part) => !appliedEverywhere(part))
        .map((part) => ({
          target: part.id,
          detail: `“${part.label}” answers reads from ${number(part, 'replicas') === 1 ? 'a replica' : 'replicas'} that get writes later.`,
        })),
  },
  {
    number: 726,
    weight: 'habit',
    title: 'Elections that begin before the leader can be heard',
    advice:
      'Heartbeats that are a little late depose a healthy leader, again and again. Make the election timeout at least ten round trips, and several heartbeats, long.',
    find: (view) =>
      of(view, 'consensus-store').flatMap((part) => {
        const [least, rtt, beat] = ['electionMinMs', 'rttMs', 'heartbeatMs'].map((name) => number(part, name));
        if (least! >= 10 * rtt! && least! >= 2 * beat!) return [];
        const detail = `“${part.label}” waits ${seconds(least!)} for a heartbeat; they come every ${seconds(beat!)}, and a round trip takes ${seconds(rtt!)}.`;
        return [{ target: part.id, detail }];
      }),
  },
  {
    number: 728,
    weight: 'habit',
    title: 'One commit over several places',
    advice:
      'All of them keep their locks until the coordinator has decided; when it is gone, they keep them until it is back. Where steps can be undone, a saga does not block.',
    find: (view) =>
      of(view, 'transaction-coordinator')
        .filter(({ config, out }) => config['protocol'] === 'two-phase' && out.length > 1)
        .map((part) => ({
          target: part.id,
          detail: `“${part.label}” makes ${part.out.length} participants hold their locks for two round trips and the writing of its decision.`,
        })),
  },
];

/** Whether every replica has applied a write before it is acknowledged. */
function appliedEverywhere(part: Part): boolean {
  const { replication, confirmedWhen } = part.config;
  if (confirmedWhen !== 'applied') return false;
  const waits = replication === 'quorum' ? number(part, 'quorum') : replication === 'standby' ? 1 : 0;
  return waits >= number(part, 'replicas');
}
