/** When dots are drawn: on animation frames, and only while something moves. */
import type { useStoreApi } from '@xyflow/react';
import { documentStore } from '../../store/document-store';
import { liveRun } from '../../store/live-run';
import { runStore } from '../../store/run-store';
import { VISIBLE_MS } from '../../worker/motion-recorder';
import { density } from './canvas-state';
import { type DotColours, paintDots } from './dot-painter';
import { type Box, type Track, trackBetween } from './dot-tracks';

/** Frames come in steps; the picture follows them this many milliseconds behind, evenly. */
const EASE_MS = 60;
/** A jump of simulated time beyond this many real milliseconds is shown at once. */
const JUMP_MS = 600;
/** Weight of a new frame in the smoothed density, and how often the note about it may change. */
const DENSITY_WEIGHT = 0.06;
const DENSITY_EVERY_MS = 1000;

type FlowStore = ReturnType<typeof useStoreApi>;

export class DotLoop {
  readonly #canvas: HTMLCanvasElement;
  readonly #flow: FlowStore;
  readonly #context: CanvasRenderingContext2D;
  readonly #stops: (() => void)[] = [];
  readonly #tracks = new Map<string, Track>();
  #tracksOf: unknown = null;
  #colours: DotColours;
  #request = 0;
  #drawnAt = 0;
  /** Simulated time shown. */
  #shown = NaN;
  #empty = true;
  #density = 1;
  #densityToldAt = 0;

  constructor(canvas: HTMLCanvasElement, flow: FlowStore) {
    this.#canvas = canvas;
    this.#flow = flow;
    this.#context = canvas.getContext('2d')!;
    this.#colours = readColours(canvas);
    const theme = new MutationObserver(() => this.#readTheme());
    theme.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme', 'class'] });
    this.#stops.push(
      () => theme.disconnect(),
      liveRun.watch(() => this.#hear()),
      flow.subscribe((state, before) => {
        if (state.transform !== before.transform || state.nodes !== before.nodes) this.#wake();
        if (state.width !== before.width || state.height !== before.height) this.#wake();
      }),
      documentStore.subscribe(() => this.#wake()),
    );
    this.#wake();
  }

  stop(): void {
    for (const stop of this.#stops) stop();
    cancelAnimationFrame(this.#request);
    density.set(1);
  }

  #wake(): void {
    if (this.#request === 0) this.#request = requestAnimationFrame((now) => this.#draw(now));
  }

  #hear(): void {
    this.#density += DENSITY_WEIGHT * (liveRun.perDot - this.#density);
    this.#wake();
  }

  #readTheme(): void {
    this.#colours = readColours(this.#canvas);
    this.#wake();
  }

  #draw(now: number): void {
    this.#request = 0;
    const { pace, speed } = runStore.getState();
    const moving = this.#advance(now, speed);
    const { transform, width, height } = this.#flow.getState();
    const [x, y, zoom] = transform;
    this.#fit(width, height);
    if (liveRun.dots.length === 0 && this.#empty) return;
    const scale = devicePixelRatio;
    const context = this.#context;
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, width, height);
    this.#locate();
    const visible = VISIBLE_MS * 1000 * speed;
    const left = paintDots(context, liveRun.dots, this.#tracks, { x, y, zoom }, this.#shown, visible, this.#colours);
    this.#empty = !left;
    if (left && (moving || pace === 'playing')) this.#wake();
    this.#tellDensity(now, left);
  }

  /** Lets the shown time follow the run. Returns whether it has not caught up yet. */
  #advance(now: number, speed: number): boolean {
    const target = liveRun.timeAt(now);
    const since = Math.min(100, now - this.#drawnAt);
    this.#drawnAt = now;
    const behind = target - this.#shown;
    if (Number.isNaN(behind) || Math.abs(behind) > JUMP_MS * 1000 * Math.max(1, speed) || Math.abs(behind) < 1) {
      this.#shown = target;
      return false;
    }
    this.#shown += behind * (1 - Math.exp(-since / EASE_MS));
    return true;
  }

  #fit(width: number, height: number): void {
    const canvas = this.#canvas;
    const pixelWidth = Math.round(width * devicePixelRatio);
    const pixelHeight = Math.round(height * devicePixelRatio);
    if (canvas.width === pixelWidth && canvas.height === pixelHeight) return;
    canvas.width = pixelWidth;
    canvas.height = pixelHeight;
  }

  /** Where the connections run, kept until cards move or the document changes. */
  #locate(): void {
    const { nodes, nodeLookup } = this.#flow.getState();
    const { scenario } = documentStore.getState();
    if (nodes === this.#tracksOf && this.#tracks.size === scenario.connections.length) return;
    this.#tracksOf = nodes;
    this.#tracks.clear();
    const boxes = new Map<string, Box>();
    for (const [id, { internals, measured }] of nodeLookup) {
      boxes.set(id, { id, ...internals.positionAbsolute, height: measured.height ?? 0 });
    }
    const all = [...boxes.values()];
    for (const { id, from, to } of scenario.connections) {
      const source = boxes.get(from);
      const target = boxes.get(to);
      if (source && target) this.#tracks.set(id, trackBetween(source, target, all));
    }
  }

  #tellDensity(now: number, showing: boolean): void {
    if (now - this.#densityToldAt < DENSITY_EVERY_MS) return;
    this.#densityToldAt = now;
    density.set(showing ? this.#density : 1);
  }
}

function readColours(element: Element): DotColours {
  const style = getComputedStyle(element);
  const colour = (name: string): string => style.getPropertyValue(name).trim() || '#888';
  return {
    canvas: colour('--canvas'),
    read: colour('--read'),
    write: colour('--write'),
    message: colour('--message'),
    fail: colour('--fail'),
    late: colour('--late'),
  };
}
