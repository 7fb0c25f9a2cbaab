import { Observable } from '../lib/observable.js';
import { Message } from './message.js';
import { Reply } from './reply.js';
import { isCardWhole } from './risk.js';

const kKinds = { user: Message, assistant: Reply };

/**
 * The messages of one conversation that are here, in reading order. It tells of `loaded` ones above
 * those it had; of `added` ones with the `message` and of `arranged` ones, both with the place
 * `from` which the order may be new; and of `changed` ones with the `message`.
 *
 * What happens at the end costs the same in a conversation of any length.
 */
export class Thread extends Observable {
  /** @type {Message[]} */
  messages = [];
  /** Why nothing could be loaded, or null. */
  problem = null;
  /** @type {string|null} where the messages before the first one are to be had */
  olderCursor = null;
  /** Counts the messages that the service has taken from here while someone asked for its list. */
  version = 0;
  #byId = new Map();
  #bySending = new Map();
  #underway = new Set();
  #latest = null;
  #isListed = false;

  /** The reply being made, the first one if others wait for it, or null. */
  get reply() {
    const [first = null] = this.#underway;
    return first;
  }

  get latestReply() {
    return this.messages.findLast(({ role }) => role === 'assistant') ?? null;
  }

  /** Whether the service has any of these messages. */
  get hasStored() {
    return this.#byId.size > 0;
  }

  find(id) {
    return this.#byId.get(id) ?? null;
  }

  /** The message that was sent under this client's id. */
  findSent(clientMessageId) {
    return this.#bySending.get(clientMessageId) ?? null;
  }

  hasTurn(turnId) {
    return this.messages.some((message) => message.turnId === turnId);
  }

  /** The message that an item of the service's list is, made anew where it is not here. */
  messageOf(item) {
    return this.find(item.message_id) ?? kKinds[item.role].fromItem(item);
  }

  /** @param {Message} after the message that it follows; otherwise it comes last */
  add(message, after = this.messages.at(-1)) {
    const place = after ? this.messages.lastIndexOf(after) + 1 : 0;
    this.messages.splice(place, 0, message);
    this.#arrange(place);
    this.changed({ kind: 'added', message, from: place });
  }

  remove(message) {
    const place = this.messages.lastIndexOf(message);
    if (place < 0) return;
    this.messages.splice(place, 1);
    this.#forget(message);
    this.#arrange(place);
    this.changed({ kind: 'arranged', from: place });
  }

  /** Older ones, above what is here. */
  prepend(messages) {
    this.messages.unshift(...messages);
    this.#arrange(0, messages.length + 1);
    this.changed({ kind: 'loaded' });
  }

  /** From a place on, these in place of those that are here. */
  replace(place, messages) {
    const before = this.messages.splice(place, Infinity, ...messages);
    const kept = new Set(messages);
    for (const message of before) if (!kept.has(message)) this.#forget(message);
    const same = before.findIndex((message, offset) => message !== messages[offset]);
    if (same < 0 && before.length === messages.length) return;
    const from = place + (same < 0 ? before.length : same);
    this.#arrange(from);
    this.changed({ kind: 'arranged', from });
  }

  /** Its order is known: it began here, or a list has shown it. */
  noteListed() {
    this.#isListed = true;
    this.#chooseLatest();
  }

  /** Says that a message is not what it was. */
  touch(message) {
    const place = this.messages.lastIndexOf(message);
    if (place < 0) return;
    this.#index(message, place);
    this.#chooseLatest();
    this.changed({ kind: 'changed', message });
  }

  // Looks anew at the messages from a place on.
  #arrange(from, to = this.messages.length) {
    for (let place = from; place < Math.min(to, this.messages.length); place += 1) {
      this.#index(this.messages[place], place);
    }
    this.#chooseLatest();
  }

  #index(message, place) {
    if (message.id !== null) this.#byId.set(message.id, message);
    if (message.sentAs !== null) this.#bySending.set(message.sentAs, message);
    if (message.isUnderway) this.#underway.add(message);
    else this.#underway.delete(message);
    if (message.safety) message.isCardWhole = isCardWhole(this.messages, place);
  }

  #forget(message) {
    this.#byId.delete(message.id);
    this.#bySending.delete(message.sentAs);
    this.#underway.delete(message);
  }

  // To go on from an earlier reply would leave the path that is shown.
  #chooseLatest() {
    let place = this.messages.length - 1;
    while (place >= 0 && this.messages[place].hasFailedToGo) place -= 1;
    const latest = (this.#isListed && this.messages[place]) || null;
    const before = this.#latest;
    if (latest === before) return;
    this.#latest = latest;
    if (before) before.isLatest = false;
    if (latest) latest.isLatest = true;
    for (const message of [before, latest]) if (message) this.changed({ kind: 'changed', message });
  }
}
