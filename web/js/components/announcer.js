import { element } from '../lib/dom.js';
import { strings } from '../lib/strings.js';

const kSpokenStates = {
  waiting: strings.status.waiting,
  running: strings.status.answering,
  stopped: strings.status.stopped,
  interrupted: strings.status.interrupted,
  failed: strings.status.failed,
};

/**
 * Speaks to screen readers: short states as they change, and each reply once, when it is finished.
 * Words are never read out while they still come in.
 */
class AnnouncerElement extends HTMLElement {
  #status = element('div', { role: 'status' });
  #log = element('div', { role: 'log' });
  #spoken = new WeakMap();
  #unsubscribe = () => {};

  connectedCallback() {
    this.append(this.#status, this.#log);
  }

  /** @param {import('../models/conversation.js').Conversation} conversation */
  set conversation(conversation) {
    this.#unsubscribe();
    this.#log.replaceChildren();
    this.#unsubscribe = conversation.thread.subscribe(({ kind, message }) => {
      if (kind === 'added' || kind === 'changed') this.#speak(message);
    });
  }

  #speak(message) {
    const before = this.#spoken.get(message);
    if (before === message.status) return;
    this.#spoken.set(message, message.status);
    const { status, waitsFor } = message;
    this.#status.textContent = kSpokenStates[status] ?? strings.waits[waitsFor] ?? '';
    const hasEnded = before !== undefined && message.role === 'assistant' && !message.isUnderway;
    if (hasEnded && message.text) this.#log.replaceChildren(element('p', {}, message.text));
  }
}

customElements.define('nat-announcer', AnnouncerElement);
