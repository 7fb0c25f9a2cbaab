import { ask, button, element, icon } from '../lib/dom.js';
import { isMarkdownReady, markdownReady, renderMarkdown } from '../lib/markdown.js';
import { settle } from '../lib/settle.js';
import { strings } from '../lib/strings.js';
import { actionsFor, kActionIcons, wordsFor } from './message-state.js';
import './crisis-card.js';
import './notice.js';

const kPatienceMilliseconds = 12_000;

/**
 * One message, with what stands around it: notices, the crisis card, its state and what can be done
 * about it. Asks for `nat-send-again`, `nat-edit`, `nat-continue` and `nat-ask-again` with the
 * message.
 */
class MessageElement extends HTMLElement {
  #message;
  #article;
  #words = element('div', { class: 'message__words', dir: 'auto' });
  #around = element('div', { class: 'message__around' });
  #state = element('div', { class: 'message__state' });
  #shownText = null;
  #shownAround = '';
  #shownState = '';
  #patience;

  get message() {
    return this.#message;
  }

  /** @param {import('../models/message.js').Message} message */
  set message(message) {
    this.#message = message;
    const { role } = message;
    const label = role === 'user' ? strings.conversation.you : strings.name;
    this.#article = element('article', {
      class: 'message',
      'data-role': role,
      'aria-label': label,
    });
    this.#article.append(...this.#parts());
    this.replaceChildren(this.#article);
    this.render();
    if (role === 'assistant' && !isMarkdownReady) markdownReady.then(() => this.#renderAgain());
  }

  disconnectedCallback() {
    clearTimeout(this.#patience);
  }

  render() {
    this.#article.setAttribute('aria-busy', this.#message.isUnderway);
    this.#article.dataset.status = this.#message.status;
    this.#renderAround();
    this.#renderWords();
    this.#renderState();
  }

  // A person's words come first, and what they led to below; a reply comes after what had to be
  // said first.
  #parts() {
    const isUser = this.#message.role === 'user';
    const order = isUser ? [this.#words, this.#around] : [this.#around, this.#words];
    return [...order, this.#state];
  }

  #renderAround() {
    const { notices = [], safety, isCardWhole } = this.#message;
    const content = JSON.stringify([notices, safety, isCardWhole]);
    if (content === this.#shownAround) return;
    this.#shownAround = content;
    const lines = notices.map((notice) => Object.assign(element('nat-notice'), { notice }));
    if (safety && safety.level !== 'none') {
      lines.push(
        Object.assign(element('nat-crisis-card'), { card: { safety, isWhole: isCardWhole } }),
      );
    }
    this.#around.replaceChildren(...lines);
  }

  #renderWords() {
    const { role, text } = this.#message;
    if (text === this.#shownText) return;
    this.#shownText = text;
    if (role === 'user') this.#words.textContent = text;
    else settle(this.#words, renderMarkdown(text));
  }

  #renderState() {
    const words = wordsFor(this.#message);
    const actions = actionsFor(this.#message);
    const state = JSON.stringify([this.#message.status, words, actions]);
    if (state === this.#shownState) return;
    this.#shownState = state;
    const buttons = actions.map((name) => this.#action(name));
    this.#state.replaceChildren(
      ...(words ? [element('p', { class: 'message__status' }, words)] : []),
      ...(buttons.length > 0 ? [element('div', { class: 'message__actions' }, ...buttons)] : []),
    );
    this.#watchPatience();
  }

  // The first replies may have been there before the library that formats them.
  #renderAgain() {
    this.#words.replaceChildren(renderMarkdown(this.#message.text));
  }

  #action(name) {
    const content = [icon(kActionIcons[name]), strings.actions[name]];
    const event = `nat-${name.replace('Again', '-again')}`;
    return button({ class: 'quiet-button' }, content, () => ask(this, event, this.#message));
  }

  #watchPatience() {
    clearTimeout(this.#patience);
    if (this.#message.status !== 'waiting') return;
    this.#patience = setTimeout(() => {
      this.#state.querySelector('.message__status').textContent = strings.status.waitingLong;
    }, kPatienceMilliseconds);
  }
}

customElements.define('nat-message', MessageElement);
