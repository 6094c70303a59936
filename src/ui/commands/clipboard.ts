/**
 * Copy and paste: a clip in memory, and the same as text of a scenario on the system's clipboard, so that parts travel
 * between tabs. Pasted text is untrusted and goes through the same checks as a file.
 */
import { EMPTY_SCENARIO } from '../../model/scenario';
import { type Clip, copyParts, pasteParts, removeParts } from '../../store/document-store';
import { loadCodec } from '../../store/library';
import { notify, select, viewStore } from '../../store/view-store';

/** Copies land beside their original, so that both can be seen. */
const SHIFT = 40;

let clip: Clip | null = null;
let pastes = 0;

export function hasClip(): boolean {
  return clip !== null;
}

export function copySelection(): void {
  const copied = copyParts(viewStore.getState().selection);
  if (copied.components.length === 0) return;
  clip = copied;
  pastes = 0;
  const record = { scenario: { ...EMPTY_SCENARIO, title: 'Copied parts', ...copied }, interventions: [] };
  // Where the system's clipboard is forbidden, the clip in memory serves this tab.
  void loadCodec()
    .then(({ writeScenario }) => navigator.clipboard.writeText(writeScenario(record)))
    .catch(() => undefined);
}

export function cutSelection(): void {
  const { selection } = viewStore.getState();
  copySelection();
  removeParts(selection);
  select([]);
}

export function pasteClip(): void {
  if (!clip) return;
  pastes++;
  select(pasteParts(clip, SHIFT * pastes, SHIFT * pastes));
}

/** Text from the system's clipboard. What is not a scenario is not for us. */
export async function pasteText(text: string): Promise<void> {
  if (!text.trimStart().startsWith('{')) {
    pasteClip();
    return;
  }
  const { readScenario } = await loadCodec();
  const read = readScenario(text);
  if (!read.ok) {
    if (clip) pasteClip();
    else notify('info', 'What was copied is not a part of a system, so there is nothing to paste.');
    return;
  }
  const { components, connections } = read.value.scenario;
  const same =
    clip?.components.length === components.length && clip.components.every(({ id }, i) => id === components[i]?.id);
  if (!same) {
    clip = { components, connections };
    pastes = 0;
  }
  pasteClip();
}

export function duplicateSelection(): void {
  const copied = copyParts(viewStore.getState().selection);
  select(pasteParts(copied, SHIFT, SHIFT, 'duplicate'));
}
