/** What only the canvas knows: never saved, never part of a document. */
import { Cell } from './cell';

/** Component whose name is being edited on its card. */
export const renaming = new Cell<string | null>(null);

/** Lines along which a dragged card is aligned with others, in flow coordinates. */
export interface Guides {
  readonly x: readonly number[];
  readonly y: readonly number[];
}
export const NO_GUIDES: Guides = { x: [], y: [] };
export const guides = new Cell<Guides>(NO_GUIDES);

/** Requests that one dot stands for, smoothed. */
export const density = new Cell(1);

/** The open context menu: what it is about (null for the canvas itself), and where. */
export interface MenuRequest {
  readonly part: string | null;
  readonly x: number;
  readonly y: number;
}
export const menu = new Cell<MenuRequest | null>(null);
