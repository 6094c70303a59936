/** A growing buffer of numbers that is handed over by copying exactly what is in it. */
export class NumberBuffer {
  length = 0;
  #data = new Float64Array(1024);

  put(value: number): void {
    if (this.length === this.#data.length) this.#reserve(this.length + 1);
    this.#data[this.length++] = value;
  }

  /** Overwrites a number put earlier. */
  set(index: number, value: number): void {
    this.#data[index] = value;
  }

  putAll(values: Float64Array): void {
    const end = this.length + values.length;
    if (end > this.#data.length) this.#reserve(end);
    this.#data.set(values, this.length);
    this.length = end;
  }

  /** The contents as an array of their own; the buffer is empty afterwards. */
  take(): Float64Array<ArrayBuffer> {
    const taken = this.#data.slice(0, this.length);
    this.length = 0;
    return taken;
  }

  #reserve(length: number): void {
    let capacity = this.#data.length;
    while (capacity < length) capacity *= 2;
    const data = new Float64Array(capacity);
    data.set(this.#data);
    this.#data = data;
  }
}
