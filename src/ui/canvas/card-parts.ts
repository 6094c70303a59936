/** The elements of a face, made ready for drawing: running from the numbers of a frame, resting from the settings. */
import type { Kind } from '../../kinds/kind';
import type { FaceElement, FaceReading } from '../../model/face';
import { type Config, fieldApplies } from '../../model/fields';
import { formatNumber, formatRate, formatShare, NOTHING } from '../shared/format-number';
import { type MembersPart, readMembers, restingMembers } from './card-members';
import { compact, roundedMaximum, shareOf } from './card-numbers';

export interface Lane {
  readonly name: string;
  /** Who leads a replicated partition, or empty; and whether something is wrong with its replicas. */
  readonly note: string;
  readonly troubled: boolean;
  /** One bar for each consumer group, 0 … 1 of the common scale. */
  readonly shares: readonly number[];
  readonly text: string;
  readonly tip: string;
}

export interface Target {
  readonly name: string;
  /** Short enough to stand beside its mark, or empty. */
  readonly short: string;
  readonly health: 'idle' | 'healthy' | 'down';
}

export type CardPart =
  | {
      readonly type: 'cells';
      readonly label: string;
      readonly busy: number;
      readonly total: number;
      readonly tip: string;
    }
  /** `share` null: no limit, so only the number is shown. */
  | {
      readonly type: 'bar';
      readonly label: string;
      readonly share: number | null;
      readonly text: string;
      readonly tip: string;
    }
  | {
      readonly type: 'ratio';
      readonly label: string;
      readonly share: number;
      readonly text: string;
      readonly tip: string;
    }
  | { readonly type: 'lanes'; readonly lanes: readonly Lane[] }
  | { readonly type: 'targets'; readonly label: string; readonly targets: readonly Target[]; readonly more: string }
  | MembersPart
  | { readonly type: 'words'; readonly text: string };

/** By the number that the face gives. What a mark cannot show stands in its tip. */
const TARGET_STATES = [
  { health: 'down', words: '' },
  { health: 'healthy', words: '' },
  { health: 'down', words: ' (ejected)' },
  { health: 'idle', words: ' (draining)' },
  { health: 'healthy', words: ' (slow start)' },
  { health: 'idle', words: ' (not listed)' },
] as const satisfies readonly { readonly health: Target['health']; readonly words: string }[];

/** More slots than this are a bar. */
const MAX_CELLS = 32;
const RESTING_CELLS = 16;
/** More partitions than this are summed up. */
const MAX_LANES = 8;
/** Targets with a name beside their mark, and targets with a mark at all. */
const NAMED_TARGETS = 4;
const MARKED_TARGETS = 12;

/** Puts the numbers of a reading into the phrase they choose. */
export function words(phrases: readonly string[], values: readonly number[]): string {
  let next = 1;
  let last = NaN;
  return (phrases[values[0] ?? 0] ?? '').replace(/\{\}|\[(.*?)\|(.*?)\]/g, (blank, one: string, many: string) => {
    if (blank !== '{}') return last === 1 ? one : many;
    last = values[next++] ?? NaN;
    return formatNumber(last);
  });
}

/** The body of a card while there is a run. */
export function readParts(
  readings: readonly FaceReading[],
  peer: (connection: number) => string,
  down: boolean,
): CardPart[] {
  return readings.flatMap(({ element, values }): CardPart[] => {
    const [first = NaN, second = NaN] = values;
    switch (element.type) {
      case 'cells':
        return [cells(element.label, first, second)];
      case 'bar':
        return [bar(element, first, second, down)];
      case 'ratio':
        return [
          {
            type: 'ratio',
            label: element.label,
            share: first < 0 || down ? 0 : shareOf(first, 1),
            text: first < 0 || down ? NOTHING : formatShare(Math.round(first * 100) / 100),
            tip:
              first < 0
                ? `${element.label}: nothing counted yet`
                : `${element.label}: ${formatShare(first)} of ${formatRate(second)}`,
          },
        ];
      case 'steps':
        return [
          {
            type: 'lanes',
            lanes: steps(
              Array.from({ length: first }, (_, i) => {
                const [link = NaN, others = 0, count = 0] = values.slice(1 + 3 * i);
                return { name: others > 0 ? `${peer(link)} +${others}` : peer(link), count };
              }),
              element.unit,
            ),
          },
        ];
      case 'partitions':
        return [{ type: 'lanes', lanes: replicatedLanes(first, second, values.slice(2)) }];
      case 'targets': {
        const names = Array.from({ length: first }, (_, i) => peer(values[1 + 2 * i]!));
        const stateOf = (i: number) => TARGET_STATES[values[2 + 2 * i]!] ?? TARGET_STATES[0];
        return [
          targets(
            element.label,
            names,
            (i) => stateOf(i).health,
            (i) => stateOf(i).words,
          ),
        ];
      }
      case 'members':
        return first > 0 ? [readMembers(element, values)] : [];
      case 'words':
        return element.place === 'body' ? [{ type: 'words', text: words(element.phrases, values) }] : [];
    }
  });
}

/**
 * The body of a card before there is a run: its mechanism, empty. How many slots or partitions there are is told by the
 * field that has the element's name, where there is one.
 */
export function restingParts(kind: Kind, config: Config, peers: readonly string[]): CardPart[] {
  const count = (name: string): number | undefined => {
    const value = config[name];
    return typeof value === 'number' ? value : undefined;
  };
  return kind.face.flatMap((element): CardPart[] => {
    switch (element.type) {
      case 'cells': {
        const total = count(element.label);
        return [cells(element.label, 0, total === undefined ? RESTING_CELLS : total * (count('instances') ?? 1))];
      }
      case 'bar':
      case 'ratio':
        return [{ type: 'bar', label: element.label, share: 0, text: NOTHING, tip: `${element.label}: not running` }];
      case 'partitions':
        return [{ type: 'lanes', lanes: lanes(count(element.label) ?? 3, 0, []) }];
      case 'steps':
        return [
          {
            type: 'lanes',
            lanes: steps(
              peers.map((name) => ({ name, count: 0 })),
              element.unit,
            ),
          },
        ];
      case 'targets':
        return [targets(element.label, peers, () => 'idle')];
      case 'members':
        return element.many(config) > 0 ? [restingMembers(element, element.many(config))] : [];
      case 'words':
        return element.place === 'body' ? [{ type: 'words', text: firstSetting(kind, config) }] : [];
    }
  });
}

/** The first number that is set: "900 per second", "50 users". */
function firstSetting(kind: Kind, config: Config): string {
  for (const [name, field] of Object.entries(kind.fields)) {
    const value = config[name];
    if (field.type !== 'number' || typeof value !== 'number' || !fieldApplies(field, config)) continue;
    return `${formatNumber(value)} ${field.unit || field.label.toLowerCase()}`;
  }
  return '';
}

function cells(label: string, busy: number, total: number): CardPart {
  const text = `${compact(busy)} of ${compact(total)}`;
  const tip = `${label}: ${formatNumber(busy)} of ${formatNumber(total)} in use`;
  if (total > MAX_CELLS || total === 0) return { type: 'bar', label, share: shareOf(busy, total), text, tip };
  return { type: 'cells', label, busy: Math.min(busy, total), total, tip };
}

function bar(element: FaceElement & { type: 'bar' }, value: number, limit: number, down: boolean): CardPart {
  const { label, unit } = element;
  if (down) return { type: 'bar', label, share: 0, text: NOTHING, tip: `${label}: down` };
  const amount = Math.floor(value);
  if (limit === 0) {
    return {
      type: 'bar',
      label,
      share: null,
      text: compact(amount),
      tip: `${label}: ${formatNumber(amount)} ${unit}, no limit`,
    };
  }
  return {
    type: 'bar',
    label,
    share: shareOf(amount, limit),
    text: `${compact(amount)} of ${compact(limit)}`,
    tip: `${label}: ${formatNumber(amount)} of at most ${formatNumber(limit)} ${unit}`,
  };
}

/** One lane for each partition; when there are many, one for each group with the sum of its lags. */
function lanes(partitions: number, groups: number, lags: readonly number[]): Lane[] {
  const lag = (partition: number, group: number): number => lags[partition * groups + group] ?? 0;
  const all = [...Array(groups).keys()];
  const each = [...Array(partitions).keys()];
  if (partitions <= MAX_LANES) {
    const scale = roundedMaximum(Math.max(0, ...lags));
    return each.map((p) => {
      const own = all.map((group) => lag(p, group));
      return {
        name: `p${p}`,
        note: '',
        troubled: false,
        shares: own.map((value) => shareOf(value, scale)),
        text: groups > 0 ? compact(Math.max(...own)) : NOTHING,
        tip:
          groups > 0
            ? `partition ${p}: ${own.map((value, g) => `${groups > 1 ? `group ${g + 1} ` : ''}lag ${formatNumber(value)}`).join(', ')}`
            : `partition ${p}: no consumers`,
      };
    });
  }
  if (groups === 0)
    return [
      {
        name: `${partitions} p`,
        note: '',
        troubled: false,
        shares: [],
        text: NOTHING,
        tip: `${partitions} partitions, no consumers`,
      },
    ];
  const sums = all.map((group) => each.reduce((sum, p) => sum + lag(p, group), 0));
  const scale = roundedMaximum(Math.max(...sums));
  return sums.map((sum, group) => {
    const worst = each.reduce((a, b) => (lag(b, group) > lag(a, group) ? b : a), 0);
    return {
      name: groups > 1 ? `g${group + 1}` : `${partitions} p`,
      note: '',
      troubled: false,
      shares: [shareOf(sum, scale)],
      text: compact(sum),
      tip: `group ${group + 1}: lag ${formatNumber(sum)} over ${partitions} partitions, most in partition ${worst} (${formatNumber(lag(worst, group))})`,
    };
  });
}

/** One lane for each step, named after who does it; those beyond the last lane are added up in it. */
function steps(each: readonly { readonly name: string; readonly count: number }[], unit: string): Lane[] {
  const shown = each.slice(0, MAX_LANES).map(({ count }) => count);
  const rest = each.slice(MAX_LANES).reduce((sum, { count }) => sum + count, 0);
  if (rest > 0) shown[MAX_LANES - 1]! += rest;
  const scale = roundedMaximum(Math.max(0, ...shown));
  return shown.map((value, i) => ({
    name: each[i]!.name,
    note: '',
    troubled: false,
    shares: [shareOf(value, scale)],
    text: compact(value),
    tip: `step ${i + 1}, ${each[i]!.name}: ${formatNumber(value)} ${unit}`,
  }));
}

/** Lanes that also say which broker leads, and how many replicas are in sync when some are not. */
function replicatedLanes(partitions: number, groups: number, values: readonly number[]): Lane[] {
  const stride = 3 + groups;
  const each = [...Array(partitions).keys()];
  const lags = each.flatMap((p) => values.slice(p * stride + 3, (p + 1) * stride));
  const plain = lanes(partitions, groups, lags);
  const about = (p: number): [leader: number, inSync: number, replicas: number] => [
    values[p * stride] ?? 0,
    values[p * stride + 1] ?? 0,
    values[p * stride + 2] ?? 0,
  ];
  const isTroubled = (p: number): boolean => about(p)[0] === 0 || about(p)[1] < about(p)[2];
  if (partitions > MAX_LANES) {
    const troubled = each.filter(isTroubled).length;
    const words = troubled === 0 ? 'all replicas in sync' : `${troubled} without all replicas in sync`;
    return plain.map((lane) => ({ ...lane, troubled: troubled > 0, tip: `${lane.tip}; ${words}` }));
  }
  return plain.map((lane, p) => {
    const [leader, inSync, replicas] = about(p);
    const short = inSync < replicas ? ` ${inSync}/${replicas}` : '';
    const who = leader === 0 ? 'no leader' : `led by broker ${leader}`;
    return {
      ...lane,
      note: leader === 0 ? 'none' : `b${leader}${short}`,
      troubled: isTroubled(p),
      tip: `${lane.tip}; ${who}, ${inSync} of ${replicas} replicas in sync`,
    };
  });
}

function targets(
  label: string,
  names: readonly string[],
  healthAt: (i: number) => Target['health'],
  wordsAt: (i: number) => string = () => '',
): CardPart {
  const list = names.map((name, i): Target => ({ name: name + wordsAt(i), short: '', health: healthAt(i) }));
  if (list.length > MARKED_TARGETS) {
    const healthy = list.filter(({ health }) => health === 'healthy').length;
    return { type: 'targets', label, targets: [], more: `${healthy} of ${list.length}` };
  }
  if (list.length > NAMED_TARGETS) return { type: 'targets', label, targets: list, more: '' };
  const short = shortNames(names);
  return { type: 'targets', label, targets: list.map((target, i) => ({ ...target, short: short[i]! })), more: '' };
}

/** What tells the names apart in little room: their last number, or their place. One name alone stands as it is. */
function shortNames(names: readonly string[]): string[] {
  if (names.length === 1) return [...names];
  const numbers = names.map((name) => /(\d{1,3})$/.exec(name)?.[1] ?? '');
  const apart = numbers.every((number) => number !== '') && new Set(numbers).size === names.length;
  return apart ? numbers : names.map((_, i) => String(i + 1));
}
