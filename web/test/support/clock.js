/** Time that passes only when a test says so, and chance from a seed. */
export class ManualClock {
  #now = 1_000_000;
  #timers = new Map();
  #count = 0;

  constructor(random = () => 0.5) {
    this.random = random;
  }

  now = () => this.#now;

  setTimeout = (action, wait) => {
    this.#count += 1;
    this.#timers.set(this.#count, { action, due: this.#now + wait, order: this.#count });
    return this.#count;
  };

  clearTimeout = (timer) => this.#timers.delete(timer);

  get waits() {
    return [...this.#timers.values()].map(({ due }) => due - this.#now);
  }

  /** Lets time pass, and all that happens in it. */
  async pass(milliseconds) {
    const end = this.#now + milliseconds;
    await settled();
    for (let next = this.#next(end); next; next = this.#next(end)) {
      const [timer, { action, due }] = next;
      this.#now = Math.max(this.#now, due);
      this.#timers.delete(timer);
      action();
      await settled();
    }
    this.#now = end;
  }

  #next(end) {
    return [...this.#timers]
      .filter(([, { due }]) => due <= end)
      .sort(([, one], [, other]) => one.due - other.due || one.order - other.order)[0];
  }
}

/** Everything that waits for nothing but its turn has happened. */
export const settled = () => new Promise((resolve) => setImmediate(resolve));

/** A source of chance that gives the same again for the same seed (mulberry32). */
export function chanceFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
