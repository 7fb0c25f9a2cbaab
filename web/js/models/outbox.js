import { browserClock } from '../lib/clock.js';
import { newId } from '../lib/id.js';
import { Observable } from '../lib/observable.js';
import { Courier } from './courier.js';
import { Letter } from './letter.js';
import { LetterList } from './letter-list.js';

/**
 * The letters of this browser that the service has not accepted yet, of every conversation. They
 * are kept in the letterbox, shared with other tabs, and taken to the service by the courier.
 *
 * It tells of `added`, `changed`, `dropped` and `accepted` with the `letter`; the last one also with
 * the `turn`, which lacks its `message_id` where the list of messages told of it.
 */
export class Outbox extends Observable {
  letters = new LetterList();
  /** Whether a place has to wait for a reply that is being made there. */
  isAnswering = () => false;
  #letterbox;
  #tabs;
  #clock;
  #courier;
  /** Ids that need no more sending, whatever an old look into the box still says. */
  #over = new Set();

  /**
   * @param {{api: import('../api.js').Api, letterbox: import('./letterbox.js').Letterbox,
   *   tabs: import('../lib/tabs.js').Tabs, clock?: typeof browserClock}} services
   */
  constructor({ api, letterbox, tabs, clock = browserClock }) {
    super();
    this.#letterbox = letterbox;
    this.#tabs = tabs;
    this.#clock = clock;
    this.#courier = new Courier({ api, tabs, clock }, this);
    tabs.hear((words) => this.#hear(words));
  }

  isSending(place) {
    return this.letters.at(place).some(({ status }) => status === 'sending');
  }

  /** Resolves when nothing is on its way from a place. */
  answered(place) {
    return this.#courier.answered(place);
  }

  /**
   * Takes a new letter: on return it is kept.
   * @param {{text?: string, conversationId: string|null, beginning?: string, ask?: object}} said
   */
  add(said) {
    const time = Math.max(this.#clock.now(), this.letters.newestTime + 1);
    const letter = new Letter({ ...said, clientMessageId: newId(), time });
    this.letters.add(letter);
    this.keep(letter).then(() => this.#tabs.tell({ kind: 'kept' }));
    this.changed({ kind: 'added', letter });
    this.#courier.sendFrom(letter.place);
    return letter;
  }

  /** Takes in what earlier visits and other tabs have left. */
  async look() {
    for (const record of await this.#letterbox.all()) this.#takeIn(record);
  }

  /** Sends everything that can be sent. */
  send() {
    this.#courier.sendAll();
  }

  /** Looks and sends, at every sign that it may work now. */
  async lookAndSend() {
    await this.look();
    this.send();
  }

  /** Tries one again that was refused. */
  sendAgain(letter) {
    letter.wake();
    this.keep(letter);
    this.touch(letter);
    this.#courier.sendFrom(letter.place);
  }

  keep(letter) {
    return this.#letterbox.write({ kept: [letter.record] });
  }

  /** Says that a letter does not stand as it did. */
  touch(letter) {
    this.changed({ kind: 'changed', letter });
  }

  /** Gives one up, because the person takes it back or may ask anew. */
  drop({ clientMessageId }) {
    this.#letterbox.write({ gone: [clientMessageId] });
    this.#tabs.tell({ kind: 'dropped', clientMessageId });
    this.#takeOut(clientMessageId, 'dropped');
  }

  /** One has arrived: the service said so, or its list of messages has it. */
  accept(clientMessageId, turn) {
    if (!this.#takeOut(clientMessageId, 'accepted', turn)) return;
    this.#letterbox.write({ gone: [clientMessageId] });
    this.#tabs.tell({ kind: 'accepted', clientMessageId, turn });
  }

  #hear({ kind, clientMessageId, turn }) {
    if (kind === 'kept') this.look();
    else this.#takeOut(clientMessageId, kind, turn);
  }

  #takeIn(record) {
    if (this.#over.has(record.clientMessageId)) return;
    const known = this.letters.find(record.clientMessageId);
    if (known) {
      known.conversationId ??= record.conversationId ?? null;
      return;
    }
    const letter = new Letter(record);
    this.letters.add(letter);
    this.changed({ kind: 'added', letter });
  }

  #takeOut(clientMessageId, kind, turn) {
    this.#over.add(clientMessageId);
    const letter = this.letters.find(clientMessageId);
    if (!letter) return false;
    this.letters.remove(letter);
    if (kind === 'accepted') this.#begin(letter.beginning, turn.conversation_id);
    this.changed({ kind, letter, turn });
    if (kind === 'accepted') this.#courier.sendFrom(turn.conversation_id);
    return true;
  }

  // What waited for the conversation to begin is now part of it; that is kept before the first
  // letter goes, so that the others can never be found without it.
  #begin(beginning, conversationId) {
    const waiting = this.letters.at(beginning);
    for (const letter of waiting) letter.conversationId = conversationId;
    if (waiting.length > 0) this.#letterbox.write({ kept: waiting.map(({ record }) => record) });
  }
}
