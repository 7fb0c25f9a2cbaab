/** Letters in the order in which they were written. */
export class LetterList {
  /** @type {import('./letter.js').Letter[]} oldest first */
  #letters = [];

  get places() {
    return new Set(this.#letters.map(({ place }) => place));
  }

  /** Conversations that have not begun because of what is still here, the newest first. */
  get beginnings() {
    const unbegun = this.#letters.filter(({ conversationId }) => conversationId === null);
    return [...new Set(unbegun.map(({ beginning }) => beginning))].reverse();
  }

  get newestTime() {
    return this.#letters.at(-1)?.time ?? 0;
  }

  at(place) {
    return this.#letters.filter((letter) => letter.place === place);
  }

  has(letter) {
    return this.#letters.includes(letter);
  }

  find(clientMessageId) {
    return this.#letters.find((letter) => letter.clientMessageId === clientMessageId) ?? null;
  }

  add(letter) {
    this.#letters.push(letter);
    this.#letters.sort((one, other) => one.time - other.time);
  }

  remove(letter) {
    this.#letters = this.#letters.filter((other) => other !== letter);
  }
}
