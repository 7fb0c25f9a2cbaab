const kTextPrefix = 'nat.draft.';
const kNewConversation = 'new';

/** The text in the box of each conversation, kept at every key press. */
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

  /** A conversation that begins takes along what was written while its first message went out. */
  begin(conversationId) {
    const text = this.text(null);
    if (text) this.keepText(conversationId, text);
    this.keepText(null, '');
  }
}

function textKey(conversationId) {
  return kTextPrefix + (conversationId ?? kNewConversation);
}
