import { viewStore } from '../../store/view-store';

/** Canvas units between two points of the grid. */
export const GRID = 20;

/** The nearest point of the grid, when cards snap to it. */
export function snapped(value: number): number {
  return viewStore.getState().snap ? Math.round(value / GRID) * GRID : Math.round(value);
}
