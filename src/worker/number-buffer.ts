/** A growing buffer of numbers that is handed over by copying exactly what is in it. */
export class NumberBuffer {
  length = 0;
  #data = new Float64Array(1024);

  put(value: number): void {
    if (this.length === this.#data.length) {
      const data = new Float64Array(this.#data.length * 2);
      data.set(this.#data);
      this.#data = data;
    }
    this.#data[this.length++] = value;
  }

  /** Overwrites a number put earlier. */
  set(index: number, value: number): void {
    this.#data[index] = value;
  }

  putAll(values: Float64Array): void {
    for (const value of values) this.put(value);
  }

  /** The contents as an array of their own; the buffer is empty afterwards. */
  take(): Float64Array<ArrayBuffer> {
    const taken = this.#data.slice(0, this.length);
    this.length = 0;
    return taken;
  }
}
