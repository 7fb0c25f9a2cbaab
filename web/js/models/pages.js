import { oneMore } from '../lib/one-more.js';

const kNewestLimit = 20;
/** Beyond this many pages of absence the thread begins anew at the newest ones. */
const kPagesMax = 12;
const kTriesMax = 3;

/**
 * Fetches the messages of a conversation into its thread: the newest ones, older ones above, and
 * after an absence everything between what is here and what there is.
 */
export class Pages {
  /** Brings the thread to what the service has now. */
  catchUp = oneMore(() => this.#catchUp());
  #api;
  #thread;
  #on;
  #isOlderAsked = false;

  /**
   * @param {import('../api.js').Api} api
   * @param {import('./thread.js').Thread} thread
   * @param {{ready: Promise<void>, id(): string, isFollowed(message: object): boolean,
   *   arrived(clientMessageId: string, turn: object): void}} on when it is known what comes after
   *   the list; the conversation's id; whether events tell of that reply anyway; and a message that
   *   may have been on its way from here
   */
  constructor(api, thread, on) {
    this.#api = api;
    this.#thread = thread;
    this.#on = on;
  }

  async loadOlder() {
    const cursor = this.#thread.olderCursor;
    if (cursor === null || this.#isOlderAsked) return;
    this.#isOlderAsked = true;
    const page = await this.#api.messages(this.#on.id(), cursor).catch(() => null);
    this.#isOlderAsked = false;
    // Scrolling asks again after a failure; after a catch-up another page may be the next one.
    if (page === null || cursor !== this.#thread.olderCursor) return;
    const older = this.#messagesOf(page.items);
    // What was sent long ago and has just been heard of stood at the end until now.
    for (const message of older) this.#thread.remove(message);
    this.#thread.olderCursor = page.next_cursor ?? null;
    this.#thread.prepend(older);
    this.#takeNews(page.items, older);
  }

  /** The list of messages does not say that a person was at risk; their latest turn does. */
  async recallSafety(reply) {
    if (!reply || reply.isUnderway) return;
    const turn = await this.#api.turn(reply.turnId).catch(() => ({}));
    reply.safety = turn.safety ?? null;
    this.#thread.touch(reply);
  }

  async #catchUp() {
    const isFirst = !this.#thread.hasStored;
    try {
      for (let tries = 0; tries < kTriesMax; tries += 1) {
        const { version } = this.#thread;
        const newest = await this.#fetchNewest(isFirst);
        await this.#on.ready;
        // A list without what the service has taken meanwhile would take it out again.
        if (version !== this.#thread.version) continue;
        this.#thread.problem = null;
        this.#join(newest);
        return;
      }
    } catch (error) {
      if (isFirst) this.#thread.problem = error.problem ?? {};
    }
    if (isFirst) this.#thread.changed({ kind: 'loaded' });
  }

  async #fetchNewest(isFirst) {
    const items = [];
    let cursor;
    let isMet = isFirst;
    for (let pages = 0; pages < kPagesMax; pages += 1) {
      const limit = isFirst || pages > 0 ? null : kNewestLimit;
      const page = await this.#api.messages(this.#on.id(), cursor, limit);
      items.unshift(...page.items);
      cursor = page.next_cursor ?? null;
      isMet ||= page.items.some((item) => this.#isPlaced(item));
      if (isMet || cursor === null) break;
    }
    return { items, cursor };
  }

  // The newest stretch of the path takes the place of what is here from where they meet. What no
  // list has yet comes after it.
  #join({ items, cursor }) {
    const thread = this.#thread;
    const meeting = items.findIndex((item) => this.#isPlaced(item));
    const known = meeting < 0 ? null : thread.find(items[meeting].message_id);
    const place = known ? thread.messages.lastIndexOf(known) : 0;
    const isAfterOthers = thread.messages.slice(0, place).some(({ id }) => id !== null);
    const path = this.#messagesOf(items);
    const unsent = thread.messages.slice(place).filter(({ id }) => id === null);
    if (!isAfterOthers) thread.olderCursor = cursor;
    thread.replace(place, [...path.slice(isAfterOthers ? meeting : 0), ...unsent]);
    thread.noteListed();
    this.#takeNews(items, path);
  }

  #messagesOf(items) {
    const messages = items.map((item) => this.#messageOf(item, items));
    for (const message of messages) message.isPlaced = true;
    return messages;
  }

  #takeNews(items, messages) {
    messages.forEach((message, place) => {
      const isNews = !this.#on.isFollowed(message) && message.take(items[place]);
      if (isNews) this.#thread.touch(message);
    });
  }

  // Between what was sent from here and what was there before, others may have said something.
  #isPlaced({ message_id: id }) {
    return this.#thread.find(id)?.isPlaced ?? false;
  }

  // The list says what the answer to the sending of a message would have said.
  #messageOf(item, items) {
    const { client_message_id: clientMessageId, message_id: id, turn_id: turnId } = item;
    if (clientMessageId && !this.#thread.find(id)) {
      const reply = items.find((other) => other !== item && other.turn_id === turnId);
      this.#on.arrived(clientMessageId, {
        conversation_id: this.#on.id(),
        turn_id: turnId,
        user_message_id: id,
        message_id: reply?.message_id,
      });
    }
    return this.#thread.messageOf(item);
  }
}
