import { newId } from './lib/id.js';
import { Observable } from './lib/observable.js';
import { Conversation } from './models/conversation.js';

/**
 * What the page as a whole knows: the past conversations and the open one. The changes it tells of
 * are `list`, `opened`, `begun` when the open one has got its id, and `deleted` with the
 * conversation, which can still be brought back.
 */
export class State extends Observable {
  /** @type {Array<{conversation_id: string, title: string, updated_at: string}>} newest first */
  conversations = [];
  hasMore = false;
  /** @type {Conversation|null} */
  open = null;
  #services;
  #cursor = null;
  /** Deleted on this page, and kept by the service until it is too late to undo. */
  #deleted = new Map();

  /** @param {object} services what a Conversation needs */
  constructor(services) {
    super();
    this.#services = services;
    services.outbox.isAnswering = (place) =>
      this.open?.place === place && this.open.thread.reply !== null;
    services.outbox.subscribe(({ kind, letter }) => {
      // One that is open tells of it itself.
      if (kind === 'accepted' && letter.place !== this.open?.place) this.reload();
    });
  }

  /** Shows a conversation, or with null one that has not begun. */
  show(id) {
    const beginning = id === null ? this.#beginning() : null;
    this.open?.close();
    this.open = new Conversation(this.#services, { id, beginning });
    this.open.subscribe(({ kind }) => {
      if (kind === 'begun') this.changed({ kind });
    });
    this.changed({ kind: 'opened' });
    return this.open.open();
  }

  /** Takes up what earlier visits have left unsent, and sends it. */
  async restore() {
    await this.#services.outbox.looked;
    const isUntouched = this.open.id === null && this.open.thread.messages.length === 0;
    if (isUntouched && this.#services.outbox.letters.beginnings.length > 0) this.show(null);
    this.#services.outbox.send();
  }

  /** After an absence of the page or of the network: everything that may have happened since. */
  async comeBack() {
    this.#services.outbox.lookAndSend();
    await Promise.all([this.open.comeBack(), this.reload()]);
  }

  /** A turn has begun somewhere. */
  async hear({ turnId, conversationId }) {
    if (conversationId === this.open.id && (await this.open.hear(turnId))) this.reload();
  }

  /** Asks for what nobody has told. */
  async catchUp() {
    await Promise.all([this.open.catchUp(), this.reload()]);
  }

  /** Fetches the newest conversations again. When that fails the list stays as it was. */
  async reload() {
    await this.#fetch(null, (items) => items);
  }

  async loadMore() {
    await this.#fetch(this.#cursor, (items) => [...this.conversations, ...items]);
  }

  async rename(id, title) {
    const item = this.#find(id);
    const before = item.title;
    item.title = title;
    this.changed({ kind: 'list' });
    try {
      await this.#services.api.rename(id, title);
    } catch {
      item.title = before;
      this.changed({ kind: 'list' });
    }
  }

  /** Takes a conversation out of the list. Only `finishDeleting` makes it final. */
  remove(id) {
    const item = this.#find(id);
    this.#deleted.set(id, item);
    this.#setList(this.conversations);
    this.changed({ kind: 'deleted', conversation: item });
  }

  bringBack(id) {
    const item = this.#deleted.get(id);
    if (!this.#deleted.delete(id)) return;
    const places = [...this.conversations, item];
    this.#setList(places.sort((one, other) => other.updated_at.localeCompare(one.updated_at)));
  }

  /** Deletes what nobody brought back. What the service could not delete is shown again. */
  async finishDeleting() {
    await Promise.all(
      [...this.#deleted.keys()].map(async (id) => {
        try {
          await this.#services.api.remove(id);
          this.#deleted.delete(id);
          // What was still to be said there has no place any more.
          this.#services.outbox.dropAll(id);
        } catch (error) {
          if (error.status !== 404) this.bringBack(id);
        }
      }),
    );
  }

  // What could not be sent yet is shown before a new conversation is begun.
  #beginning() {
    const isShown = this.open !== null && this.open.id === null;
    const shown = isShown ? this.open.beginning : null;
    const [unsent] = this.#services.outbox.letters.beginnings.filter((name) => name !== shown);
    return unsent ?? newId();
  }

  #find(id) {
    return this.conversations.find((item) => item.conversation_id === id);
  }

  async #fetch(cursor, join) {
    try {
      const page = await this.#services.api.conversations(cursor);
      this.#cursor = page.next_cursor ?? null;
      this.hasMore = this.#cursor !== null;
      this.#setList(join(page.items));
    } catch {
      // The conversation that is open does not need the list.
    }
  }

  #setList(items) {
    this.conversations = items.filter(({ conversation_id: id }) => !this.#deleted.has(id));
    this.changed({ kind: 'list' });
  }
}
