/**
 * Something that tells whoever asked that it has changed. Listeners are called in the order they
 * came.
 */
export class Observable {
  #listeners = new Set();

  /** @returns {() => void} call it to hear no more */
  subscribe(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  changed(change) {
    for (const listener of [...this.#listeners]) listener(change);
  }
}
