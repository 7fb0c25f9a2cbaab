import { element } from '../lib/dom.js';

/**
 * A calm line that the service adds to a conversation, such as that this is an AI, or a break
 * reminder.
 */
class NoticeElement extends HTMLElement {
  /** @param {{kind: string, text: string}} notice */
  set notice({ kind, text }) {
    this.dataset.kind = kind;
    this.replaceChildren(element('p', {}, text));
  }
}

customElements.define('nat-notice', NoticeElement);
