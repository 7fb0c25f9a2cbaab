import { Observable } from './lib/observable.js';
import { Conversation } from './models/conversation.js';

/**
 * What the page as a whole knows: the past conversations and the open one. The changes it tells of
 * are `list`, `opened`, and `deleted` with the conversation, which can still be brought back.
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
  }

  /** Shows a conversation, or with null an empty one. */
  show(id) {
    this.open?.close();
    this.open = new Conversation(this.#services, id);
    this.changed({ kind: 'opened' });
    return this.open.open();
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
        } catch (error) {
          if (error.status !== 404) this.bringBack(id);
        }
      }),
    );
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
