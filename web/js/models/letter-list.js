import { Letter } from './letter.js';

/** The letters that are here, in the order in which they were written. */
export class LetterList {
  /** @type {Letter[]} oldest first */
  #letters = [];
  /** Ids of those that need no more sending. */
  #over = new Set();
  /** By beginning, the conversations that have begun while the page was open. */
  #begun = new Map();

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

  isOver(clientMessageId) {
    return this.#over.has(clientMessageId);
  }

  find(clientMessageId) {
    return this.#letters.find((letter) => letter.clientMessageId === clientMessageId) ?? null;
  }

  /** @returns {Letter|null} the letter of a record, where it was not here */
  add(record) {
    const known = this.find(record.clientMessageId);
    const conversationId = record.conversationId ?? this.#begun.get(record.beginning) ?? null;
    if (known) known.conversationId ??= conversationId;
    if (known) return null;
    const letter = new Letter({ ...record, conversationId });
    this.#letters.push(letter);
    this.#letters.sort((one, other) => one.time - other.time);
    return letter;
  }

  /** @returns {Letter|null} the one that has left, if it was here */
  remove(clientMessageId) {
    this.#over.add(clientMessageId);
    const letter = this.find(clientMessageId);
    this.#letters = this.#letters.filter((other) => other !== letter);
    return letter;
  }

  /** A conversation has got its id. @returns {Letter[]} those that waited for it, now part of it */
  begin(beginning, conversationId) {
    if (beginning === null) return [];
    const waited = this.at(beginning);
    this.#begun.set(beginning, conversationId);
    for (const letter of waited) letter.conversationId = conversationId;
    return waited;
  }
}
