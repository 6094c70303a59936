/**
 * Keeps how this browser shows things from visit to visit. A setting that cannot be kept is no loss worth a message, so
 * a refusing browser is met with silence.
 */
import { VIEW_KEPT, type ViewState, viewStore } from './view-store';

const KEY = 'backpressure.view';

type Kept = { -readonly [K in keyof ViewState]?: ViewState[K] };

/** What of a stored value can be trusted; everything else keeps its default. */
export function readKeptView(stored: unknown): Kept {
  if (typeof stored !== 'object' || stored === null) return {};
  const from = stored as Record<string, unknown>;
  const kept: Kept = {};
  const { theme, motion, panels } = from;
  if (theme === 'system' || theme === 'light' || theme === 'dark' || theme === 'projector') kept.theme = theme;
  if (motion === 'system' || motion === 'dots' || motion === 'rates') kept.motion = motion;
  for (const key of ['letterShortcuts', 'snap', 'minimap'] as const) {
    const value = from[key];
    if (typeof value === 'boolean') kept[key] = value;
  }
  if (typeof panels === 'object' && panels !== null) {
    const open = panels as Record<string, unknown>;
    const isOpen = (name: string): boolean => open[name] !== false;
    kept.panels = { palette: isOpen('palette'), inspector: isOpen('inspector'), dock: isOpen('dock') };
  }
  return kept;
}

/** Restores the settings of the last visit and keeps every change from now on. Call once, before the first render. */
export function keepView(): void {
  try {
    viewStore.setState(readKeptView(JSON.parse(localStorage.getItem(KEY) ?? 'null')));
  } catch {
    // Damaged or forbidden: the defaults stand.
  }
  const keys = (Object.keys(VIEW_KEPT) as (keyof ViewState)[]).filter((key) => VIEW_KEPT[key]);
  viewStore.subscribe((state, before) => {
    if (keys.every((key) => state[key] === before[key])) return;
    try {
      localStorage.setItem(KEY, JSON.stringify(Object.fromEntries(keys.map((key) => [key, state[key]]))));
    } catch {
      // See above.
    }
  });
}
