import { browserClock } from '../lib/clock.js';
import { newId } from '../lib/id.js';
import { Observable } from '../lib/observable.js';
import { Courier } from './courier.js';
import { LetterList } from './letter-list.js';

/**
 * The letters of this browser that the service has not accepted yet, of every conversation. They
 * are kept in the letterbox, shared with other tabs, and taken to the service by the courier.
 *
 * It tells of `added`, `changed`, `dropped` and `accepted` with the `letter`, the last also with
 * its `turn`; and of `begun` with the `beginning` and the `conversationId` that it got.
 */
export class Outbox extends Observable {
  letters = new LetterList();
  /** Whether a place has to wait for a reply that is being made there. */
  isAnswering = () => false;
  /** Resolves when what earlier visits left is here; that goes first, so nothing is sent before. */
  looked;
  #letterbox;
  #tabs;
  #clock;
  #courier;

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
    this.looked = this.look();
  }

  /** Whether something is on its way from a place that has not failed to arrive before. */
  isSending(place) {
    return this.letters.at(place).some(({ waitsFor, hasFailed }) => !waitsFor && !hasFailed);
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
    const letter = this.letters.add({ ...said, clientMessageId: newId(), time });
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
    this.#drop(clientMessageId);
  }

  dropAll(place) {
    for (const letter of this.letters.at(place)) this.drop(letter);
  }

  /** One has arrived: the service said so, or its list of messages has it. */
  accept(clientMessageId, turn) {
    const letter = this.letters.find(clientMessageId);
    if (!letter) return;
    const { beginning } = letter;
    this.#accept({ clientMessageId, turn, beginning });
    this.#letterbox.write({ gone: [clientMessageId] });
    this.#tabs.tell({ kind: 'accepted', clientMessageId, turn, beginning });
  }

  #hear({ kind, ...news }) {
    if (kind === 'kept') this.look();
    if (kind === 'dropped') this.#drop(news.clientMessageId);
    if (kind === 'accepted') this.#accept(news);
  }

  #takeIn(record) {
    const { clientMessageId } = record;
    // One that is over was moved into the database by another tab a moment too late.
    if (this.letters.isOver(clientMessageId)) {
      this.#letterbox.write({ gone: [clientMessageId] });
      return;
    }
    const letter = this.letters.add(record);
    if (letter) this.changed({ kind: 'added', letter });
  }

  #drop(clientMessageId) {
    const letter = this.letters.remove(clientMessageId);
    if (letter) this.changed({ kind: 'dropped', letter });
  }

  #accept({ clientMessageId, turn, beginning }) {
    const conversationId = turn.conversation_id;
    const waited = this.letters.begin(beginning, conversationId);
    const letter = this.letters.remove(clientMessageId);
    // Kept before the first one is gone, so that the others can never be found without it.
    const kept = waited.filter((other) => other !== letter).map(({ record }) => record);
    if (kept.length > 0) this.#letterbox.write({ kept });
    if (beginning !== null) this.changed({ kind: 'begun', beginning, conversationId });
    if (letter) this.changed({ kind: 'accepted', letter, turn });
    this.#courier.sendFrom(conversationId);
  }
}
