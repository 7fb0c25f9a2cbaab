import { Observable } from '../lib/observable.js';
import { Message } from './message.js';
import { Reply } from './reply.js';

const kLevels = ['none', 'watch', 'crisis', 'imminent'];
const kKinds = { user: Message, assistant: Reply };

/**
 * The messages of one conversation that are here, in reading order. Older ones come page by page.
 * It tells of `loaded`, and of `added`, `changed` and `removed` with the `message`.
 */
export class Thread extends Observable {
  /** @type {Message[]} */
  messages = [];
  isLoading = false;
  /** Why nothing could be loaded, or null. */
  problem = null;
  #api;
  #olderCursor = null;

  constructor(api) {
    super();
    this.#api = api;
  }

  /** The reply being made, or null. */
  get reply() {
    return this.messages.findLast((message) => message.isUnderway) ?? null;
  }

  get latestReply() {
    return this.messages.findLast(({ role }) => role === 'assistant') ?? null;
  }

  get hasOlder() {
    return this.#olderCursor !== null;
  }

  /** Loads the newest page, or the one before what is here. */
  async loadPage(conversationId) {
    this.isLoading = true;
    try {
      const page = await this.#api.messages(conversationId, this.#olderCursor);
      this.messages.unshift(...page.items.map((item) => kKinds[item.role].fromItem(item)));
      this.#olderCursor = page.next_cursor ?? null;
      this.problem = null;
    } catch (error) {
      if (this.messages.length === 0) this.problem = error.problem ?? {};
    }
    this.isLoading = false;
    this.changed({ kind: 'loaded' });
  }

  /** The list of messages does not say that a person was at risk; their latest turn does. */
  async recallSafety(reply) {
    const turn = await this.#api.turn(reply.turnId).catch(() => ({}));
    reply.safety = turn.safety ?? null;
    this.touch(reply);
  }

  add(message) {
    this.messages.push(message);
    this.#weigh(message);
    this.changed({ kind: 'added', message });
  }

  /** Says that a message is not what it was. */
  touch(message) {
    this.#weigh(message);
    this.changed({ kind: 'changed', message });
  }

  remove(message) {
    this.messages = this.messages.filter((other) => other !== message);
    this.changed({ kind: 'removed', message });
  }

  // The whole card is shown where the level has risen, and a line where it has stayed.
  #weigh(message) {
    const before = this.messages
      .slice(0, this.messages.indexOf(message))
      .findLast(({ role }) => role === 'assistant');
    const level = rankOf(message);
    message.isCardWhole = level > rankOf(before) && level >= kLevels.indexOf('crisis');
  }
}

function rankOf(message) {
  return kLevels.indexOf(message?.safety?.level ?? 'none');
}
