const kTextPrefix = 'nat.draft.';
const kHeldPrefix = 'nat.unsent.';
const kNewConversation = 'new';

/**
 * Everything a person has written that the service has not accepted yet: the text in the box, and
 * the messages on their way. It is the one place that knows where that is kept.
 */
export class Drafts {
  #storage;

  /** @param {ReturnType<import('../lib/storage.js').guardedStorage>} storage */
  constructor(storage) {
    this.#storage = storage;
  }

  /** The text in the box of a conversation; null stands for one that has not begun. */
  text(conversationId) {
    return this.#storage.read(textKey(conversationId)) ?? '';
  }

  keepText(conversationId, text) {
    if (text) this.#storage.write(textKey(conversationId), text);
    else this.#storage.remove(textKey(conversationId));
  }

  /**
   * Keeps a message until `release`.
   * @param {{clientMessageId: string, conversationId: string|null, text: string,
   *   time: number}} entry
   */
  hold(entry) {
    this.#storage.write(kHeldPrefix + entry.clientMessageId, JSON.stringify(entry));
  }

  release(clientMessageId) {
    this.#storage.remove(kHeldPrefix + clientMessageId);
  }

  /** The messages held for a conversation, in the order they were written. */
  held(conversationId) {
    return this.#storage
      .keys(kHeldPrefix)
      .map((key) => parse(this.#storage.read(key)))
      .filter((entry) => entry !== null && entry.conversationId === conversationId)
      .sort((one, other) => one.time - other.time);
  }
}

function textKey(conversationId) {
  return kTextPrefix + (conversationId ?? kNewConversation);
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
