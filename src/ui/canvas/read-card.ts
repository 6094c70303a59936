/** What a card says, from what is known of its component: data in, words and shares out. */
import type { Kind } from '../../kinds/kind';
import { findKind } from '../../kinds/registry';
import { type FaceReading, readFace } from '../../model/face';
import type { FaultSpec } from '../../model/faults';
import { completeConfig, type Settings } from '../../model/fields';
import { CAUSES } from '../../model/outcome';
import type { Component, Scenario } from '../../model/scenario';
import type { Series } from '../../store/run-history';
import { type ComponentFace, STATE } from '../../worker/protocol';
import { formatMs, formatNumber, formatRate, NOTHING } from '../shared/format-number';
import { type Health, HEALTH_WORDS, healthOf } from '../shared/health';
import { type CardPart, readParts, restingParts, words } from './card-parts';
import { calm, compact } from './card-numbers';
import { amountsOf } from './fault-amounts';

export interface CardView {
  readonly health: Health;
  /** Small words beside the name. */
  readonly headline: string;
  readonly parts: readonly CardPart[];
  readonly rate: string;
  readonly footer: string;
  /** Faults that are on and do not stop the component. */
  readonly tags: readonly string[];
  /** What requests died of here since the start, most frequent first. */
  readonly deaths: readonly { readonly label: string; readonly count: string; readonly help: string }[];
  /** For screen readers: state, rate and deaths. */
  readonly spoken: { readonly state: string; readonly rate: string; readonly deaths: string };
}

export interface CardSources {
  readonly component: Component;
  readonly scenario: Scenario;
  readonly face: ComponentFace | undefined;
  readonly series: Series | undefined;
  /** Simulated microseconds. */
  readonly time: number;
  readonly faults: readonly { readonly fault: FaultSpec; readonly params: Settings }[];
  connectionId(index: number): string | undefined;
}

/** Columns of a window: see BASE_SERIES. */
const COMPLETIONS = 1;
const P99 = 5;

/** Short words for a fault that is on, where its own ("answers with errors") would be too long. */
const TAG_WORDS: Readonly<Record<string, string>> = {
  slow: 'slow',
  errors: 'errors',
  pause: 'frozen',
  'load-step': 'load',
};

export function readCard(sources: CardSources): CardView {
  const { component, face, series, time } = sources;
  const kind = findKind(component.kind);
  if (!kind) return unknownKind();
  const readings = face && readingsOf(kind, face);
  if (!face || !readings) {
    return {
      health: 'idle',
      headline: '',
      parts: restingParts(kind, completeConfig(kind.fields, component.config), peersOf(sources)),
      rate: NOTHING,
      footer: `p99 ${NOTHING}`,
      tags: [],
      deaths: [],
      spoken: { state: HEALTH_WORDS.idle, rate: '', deaths: '' },
    };
  }
  const said = (place: string): string => {
    const reading = readings.find(({ element }) => element.type === 'words' && element.place === place);
    return reading?.element.type === 'words' ? words(reading.element.phrases, reading.values) : '';
  };
  const health = healthOf(face, series);
  const down = health === 'down';
  const rate = series?.recent(COMPLETIONS) ?? NaN;
  const deaths = [...face.deaths].sort((a, b) => b[1] - a[1]);
  return {
    health,
    headline: down ? 'crashed' : said('headline'),
    parts: readParts(readings, (index) => peerName(sources, index), down),
    rate: formatRate(calm(rate)),
    footer: down
      ? `down ${seconds(time - face.downSince)}`
      : said('footer') || `p99 ${formatMs(calm(series?.recent(P99) ?? NaN))}`,
    tags: sources.faults.flatMap(({ fault, params }) => tagOf(fault, params, face)),
    deaths: deaths.map(([cause, count]) => ({
      label: CAUSES[cause]?.label ?? '',
      count: compact(count),
      help: CAUSES[cause]?.help ?? '',
    })),
    spoken: {
      state: HEALTH_WORDS[health],
      rate: Number.isFinite(rate) ? `${formatNumber(Number(rate.toPrecision(2)))} requests per second` : '',
      deaths: deaths.map(([cause, count]) => `${count} ${CAUSES[cause]?.label ?? ''}`).join(', '),
    },
  };
}

/** While an edit is on its way to the worker a face may still be that of another kind: then it says nothing. */
function readingsOf(kind: Kind, face: ComponentFace): FaceReading[] | null {
  try {
    return readFace(kind.face, face.numbers);
  } catch {
    return null;
  }
}

/** 4.6 s, 1 min 12 s. */
function seconds(micros: number): string {
  const s = Math.max(0, micros / 1e6);
  return s < 100 ? `${s.toFixed(1)} s` : `${Math.floor(s / 60)} min ${Math.floor(s % 60)} s`;
}

function tagOf(fault: FaultSpec, params: Settings, face: ComponentFace): string[] {
  if (face.state & STATE.down) return [];
  const words = TAG_WORDS[fault.id] ?? fault.done.replace(/^(is|was|has( an?)?) /, '');
  const [amount] = amountsOf(fault, params);
  return [amount === undefined ? words : `${words} ${amount}`];
}

function labelOf({ scenario }: CardSources, id: string): string {
  return scenario.components.find((component) => component.id === id)?.label ?? '';
}

function peersOf(sources: CardSources): string[] {
  return sources.scenario.connections
    .filter(({ from }) => from === sources.component.id)
    .map(({ to }) => labelOf(sources, to));
}

/** Label of the component at the other end of a connection, by the engine's index of the connection. */
function peerName(sources: CardSources, index: number): string {
  const id = sources.connectionId(index);
  const connection = sources.scenario.connections.find((other) => other.id === id);
  return connection ? labelOf(sources, connection.to) : '';
}

function unknownKind(): CardView {
  return {
    health: 'idle',
    headline: 'unknown kind',
    parts: [],
    rate: NOTHING,
    footer: '',
    tags: [],
    deaths: [],
    spoken: { state: 'unknown kind', rate: '', deaths: '' },
  };
}
