/** Counted over this many microseconds: what people read is smoothed over about two seconds. */
const SPAN = 2_000_000;

/**
 * How often something was so rather than otherwise, lately: counts of the present span and of the one before it, which
 * fades out as the present one fills. Reading changes nothing.
 */
export class RecentShare {
  #span = 0;
  #hits = 0;
  #all = 0;
  #hitsBefore = 0;
  #allBefore = 0;
  #since = 0;

  /** Starts afresh at this time. */
  reset(now: number): void {
    this.#since = now;
    this.#span = 0;
    this.#hits = this.#all = this.#hitsBefore = this.#allBefore = 0;
  }

  count(hit: boolean, now: number): void {
    const span = Math.floor((now - this.#since) / SPAN);
    if (span !== this.#span) {
      const next = span === this.#span + 1;
      this.#hitsBefore = next ? this.#hits : 0;
      this.#allBefore = next ? this.#all : 0;
      this.#hits = this.#all = 0;
      this.#span = span;
    }
    this.#all++;
    if (hit) this.#hits++;
  }

  /** From 0 to 1, or −1 when nothing was counted lately. */
  share(now: number): number {
    const all = this.#recent(this.#all, this.#allBefore, now);
    return all > 0 ? this.#recent(this.#hits, this.#hitsBefore, now) / all : -1;
  }

  /** How often it was so, per second. */
  perSecond(now: number): number {
    // Before one span is full, the rate is over what there was of it.
    const micros = Math.min(SPAN, now - this.#since);
    return micros > 0 ? (this.#recent(this.#hits, this.#hitsBefore, now) / micros) * 1_000_000 : 0;
  }

  #recent(present: number, before: number, now: number): number {
    const spans = (now - this.#since) / SPAN;
    const span = Math.floor(spans);
    const fading = 1 - (spans - span);
    if (span === this.#span) return present + before * fading;
    return span === this.#span + 1 ? present * fading : 0;
  }
}
