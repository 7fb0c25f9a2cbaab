import { Observable } from './lib/observable.js';

const kConversationPath = /^\/c\/([^/]+)$/;

/**
 * The address of the page: `/` for a conversation that has not begun, `/c/<id>` for one that has.
 */
export class Router extends Observable {
  #window;

  constructor(window) {
    super();
    this.#window = window;
    window.addEventListener('popstate', () => this.changed());
  }

  static pathOf(conversationId) {
    return conversationId === null ? '/' : `/c/${encodeURIComponent(conversationId)}`;
  }

  /** @returns {string|null} */
  get conversationId() {
    const match = kConversationPath.exec(this.#window.location.pathname);
    return match ? decodeURIComponent(match[1]) : null;
  }

  /** Goes to a conversation as a step that the back button undoes. */
  go(conversationId) {
    if (conversationId !== this.conversationId) {
      this.#window.history.pushState(null, '', Router.pathOf(conversationId));
    }
    this.changed();
  }

  /** Names the conversation that has just begun on this page; nothing is loaded anew. */
  name(conversationId) {
    this.#window.history.replaceState(null, '', Router.pathOf(conversationId));
  }
}
