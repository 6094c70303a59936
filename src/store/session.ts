/**
 * Joins document, run and worker. Editing the document while it runs edits the run, as an intervention at that
 * simulated time; undoing does too. Restarting builds a fresh run of the document as it is.
 */
import { problem, ProblemError, problemText } from '../model/problems';
import { diffScenario, type Intervention, type RunRecord, type Scenario } from '../model/scenario';
import { MICROS_PER_SECOND } from '../model/units';
import type { CheckedHistory, Frame } from '../worker/protocol';
import { RunClient } from '../worker/run-client';
import { applyReplayedEdit, documentStore, endGesture, replaceDocument, setSeed } from './document-store';
import { liveRun } from './live-run';
import { INITIAL_RUN, runStore } from './run-store';
import { notify } from './view-store';

let client: RunClient | null = null;
/** The scenario the run began with; null while there is no run. */
let base: Scenario | null = null;
/** Interventions the next run repeats: from a link or a file. */
let replay: readonly Intervention[] = [];
/** The scenario as the run has it, all edits sent so far included. */
let running: Scenario | null = null;
/** True while a replayed edit changes the document: the run has it already. */
let following = false;

function worker(): RunClient {
  client ??= new RunClient({ frame: takeFrame, recovered, failed: (found) => runStore.setState({ problem: found }) });
  return client;
}

/** Starts the worker and follows the document. Call once. */
export function startSession(): void {
  worker();
  documentStore.subscribe((state, before) => {
    if (state.generation !== before.generation || following || state.scenario === before.scenario) return;
    if (!running) return;
    if (runStore.getState().begun) void sendEdits(state.scenario);
    else discardRun();
  });
}

function takeFrame(frame: Frame): void {
  const before = runStore.getState();
  liveRun.take(frame, performance.now(), before.speed);
  for (const { intervention, planned } of frame.happened) {
    if (planned || intervention.type !== 'edit' || !isReplayed(intervention)) continue;
    following = true;
    applyReplayedEdit(intervention.edit);
    following = false;
    running = documentStore.getState().scenario;
  }
  runStore.setState({
    pace: frame.pace,
    begun: before.begun || frame.time > 0,
    time: frame.time,
    achieved: frame.achieved,
    progress: frame.progress,
    events: frame.events,
    fingerprint: frame.fingerprint,
    secondFingerprint: frame.secondFingerprint,
    marks: frame.happened.length > 0 ? [...before.marks, ...frame.happened] : before.marks,
    last: frame.last ?? (frame.pace === 'playing' ? null : before.last),
    problem: frame.problem ?? before.problem,
    replaying: replay.filter(({ atMicros }) => atMicros >= frame.time).length,
  });
}

function isReplayed(intervention: Intervention): boolean {
  return replay.some((other) => other.atMicros === intervention.atMicros && other.type === 'edit');
}

function recovered(untilMicros: number): void {
  liveRun.clear();
  runStore.setState({ marks: [], problem: null });
  const seconds = (untilMicros / MICROS_PER_SECOND).toFixed(1);
  notify('problem', problemText(problem(403, `It is being rebuilt up to ${seconds} s; your work is untouched.`)));
}

async function attempt(action: () => Promise<unknown>): Promise<void> {
  try {
    await action();
  } catch (error) {
    const found = error instanceof ProblemError ? error.problems[0]! : problem(401);
    // The heartbeat deals with a silent worker; everything else is told.
    if (found.number !== 403) notify('problem', problemText(found));
  }
}

/** Builds the run of the present document if there is none. */
async function ensureRun(): Promise<void> {
  if (running) return;
  const scenario = documentStore.getState().scenario;
  base = scenario;
  running = scenario;
  liveRun.clear();
  const { speed } = runStore.getState();
  runStore.setState({ ...INITIAL_RUN, speed, seed: scenario.seed });
  await worker().open({ scenario, interventions: replay });
  await worker().setSpeed(speed);
}

/** Throws the run away without touching the document. */
function discardRun(): void {
  // Else a run that was playing would go on, and its frames would be taken for those of the next.
  if (running) void attempt(() => worker().close());
  running = null;
  base = null;
  liveRun.clear();
  runStore.setState({ ...INITIAL_RUN, speed: runStore.getState().speed });
}

async function sendEdits(scenario: Scenario): Promise<void> {
  const edits = diffScenario(running!, scenario);
  running = scenario;
  for (const edit of edits) await attempt(() => worker().intervene({ type: 'edit', edit }));
}

// — what the interface can ask for —

export async function play(): Promise<void> {
  await attempt(async () => {
    await ensureRun();
    await worker().play();
  });
}

export async function pause(): Promise<void> {
  if (!running) return;
  await attempt(() => worker().pause());
}

export async function togglePlay(): Promise<void> {
  await (runStore.getState().pace === 'paused' ? play() : pause());
}

/** Lets one event happen. */
export async function step(): Promise<void> {
  await attempt(async () => {
    await ensureRun();
    await worker().step();
  });
}

/** Runs to a simulated time at full power and stands still there. Earlier times rebuild the run first. */
export async function seek(untilMicros: number): Promise<void> {
  await attempt(async () => {
    await ensureRun();
    if (untilMicros >= runStore.getState().time) await worker().seek(untilMicros);
    else await replayRun(untilMicros);
  });
}

export async function setSpeed(speed: number): Promise<void> {
  runStore.setState({ speed, achieved: 0 });
  if (running) await attempt(() => worker().setSpeed(speed));
}

/** Back to the start, with the document as it is now; nothing is repeated. */
export async function restart(): Promise<void> {
  replay = [];
  discardRun();
}

/** Another seed, and a fresh run with it: a run that was playing plays on from its start. */
export async function restartWithSeed(seed: number): Promise<void> {
  const playing = runStore.getState().pace === 'playing';
  setSeed(seed);
  endGesture();
  await restart();
  if (playing) await play();
}

/** The same run again, with everything that was done to it, up to a moment. */
export async function replayRun(untilMicros = 0): Promise<void> {
  if (!base || !running) return;
  const scenario = withPresentProse(base, documentStore.getState().scenario);
  base = scenario;
  replay = worker().log;
  following = true;
  documentStore.setState({ scenario });
  following = false;
  running = scenario;
  liveRun.clear();
  const { speed } = runStore.getState();
  runStore.setState({ ...INITIAL_RUN, speed, seed: scenario.seed });
  await attempt(() => worker().open({ scenario, interventions: replay }, untilMicros));
}

/** Names, texts and where things are drawn are edits of the document, not of the run: going back keeps them. */
function withPresentProse(start: Scenario, present: Scenario): Scenario {
  const now = new Map(present.components.map((component) => [component.id, component]));
  return {
    ...start,
    title: present.title,
    story: present.story,
    ...withPresentPlaces(start, present),
    components: start.components.map((component) => {
      const { label, x, y } = now.get(component.id) ?? component;
      return { ...component, label, x, y };
    }),
  };
}

/** Places as the run began with them, drawn as they are now. */
function withPresentPlaces(start: Scenario, present: Scenario): Pick<Scenario, 'places'> {
  if (!start.places) return {};
  const now = new Map((present.places ?? []).map((place) => [place.id, place]));
  const places = start.places.map((place) => {
    const { label, x, y, width, height } = now.get(place.id) ?? place;
    return { ...place, label, x, y, width, height };
  });
  return { places };
}

/** Injects a fault, or ends it, in the running system. Before the first event it takes effect right at the start. */
export async function injectFault(
  target: string,
  fault: string,
  on: boolean,
  params: Readonly<Record<string, number | string | boolean>> = {},
): Promise<void> {
  await attempt(async () => {
    await ensureRun();
    await worker().intervene({ type: 'fault', target, fault, on, params });
  });
}

/** Checks what the clients of a component did and saw so far; null when there is no run or no history. */
export async function checkHistory(component: string): Promise<CheckedHistory | null> {
  if (!running) return null;
  let checked: CheckedHistory | null = null;
  await attempt(async () => {
    checked = await worker().checkHistory(component);
  });
  return checked;
}

/** Everything a link or a file carries: the run with what was done to it, or the document when nothing was. */
export function currentRecord(): RunRecord {
  const log = running ? worker().log : replay;
  if (base && running && log.length > 0) return { scenario: withLooks(base, running), interventions: log };
  return { scenario: documentStore.getState().scenario, interventions: log };
}

/** The scenario as the run began with it, with the present title, names and places: they do not change a run. */
function withLooks(scenario: Scenario, present: Scenario): Scenario {
  const looks = new Map(present.components.map((component) => [component.id, component]));
  return {
    ...scenario,
    title: present.title,
    story: present.story,
    ...withPresentPlaces(scenario, present),
    components: scenario.components.map((component) => {
      const look = looks.get(component.id);
      return look ? { ...component, label: look.label, x: look.x, y: look.y } : component;
    }),
  };
}

/** Shows another document and forgets the run. Its interventions are repeated when it is played. */
export function openRecord(record: RunRecord): void {
  discardRun();
  replay = record.interventions;
  replaceDocument(record.scenario);
  runStore.setState({ replaying: replay.length });
}

/** Dismisses what stopped the run. */
export function dismissProblem(): void {
  runStore.setState({ problem: null });
}
