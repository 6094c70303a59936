/**
 * Does not follow every wish: going down, the highest wish of a window counts, going up the lowest, so that a short change
 * moves nothing (`behavior.scaleDown.stabilizationWindowSeconds`, horizontal.go).
 */
export class Stabilisation {
  readonly #times: number[] = [];
  readonly #wishes: number[] = [];

  #fresh = true;

  clear(): void {
    this.#fresh = true;
    this.#times.length = this.#wishes.length = 0;
  }

  /** Takes a wish and returns what may be done about it now. Windows in microseconds. */
  follow(now: number, current: number, wish: number, upWindow: number, downWindow: number): number {
    const longest = Math.max(upWindow, downWindow);
    // What it was at the beginning counts as the first wish.
    if (this.#fresh && longest > 0) this.#note(now, current);
    this.#fresh = false;
    let up = wish;
    let down = wish;
    while (this.#times.length > 0 && this.#times[0]! <= now - longest) {
      this.#times.shift();
      this.#wishes.shift();
    }
    for (let i = 0; i < this.#times.length; i++) {
      if (this.#times[i]! > now - upWindow) up = Math.min(up, this.#wishes[i]!);
      if (this.#times[i]! > now - downWindow) down = Math.max(down, this.#wishes[i]!);
    }
    if (longest > 0) this.#note(now, wish);
    return Math.min(Math.max(current, up), down);
  }

  #note(now: number, wish: number): void {
    this.#times.push(now);
    this.#wishes.push(wish);
  }

  /** Until when the wishes of the window keep the number above `wish`; 0 when they do not. */
  heldUntil(wish: number, downWindow: number): number {
    for (let i = this.#times.length - 1; i >= 0; i--) {
      if (this.#wishes[i]! > wish) return this.#times[i]! + downWindow;
    }
    return 0;
  }
}
