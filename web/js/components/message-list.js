import { ask, button, element, icon } from '../lib/dom.js';
import { Scroll } from '../lib/scroll.js';
import { strings } from '../lib/strings.js';
import './message.js';

const kOlderPixels = 800;
const kGone = [403, 404, 422];

/** The column of messages of the open conversation. Asks for `nat-open-again` and `nat-new`. */
class MessageListElement extends HTMLElement {
  #conversation = null;
  #unsubscribe = () => {};
  #elements = new Map();
  #scroll;
  #messages = element('div', { class: 'message-list__messages' });
  #problem = element('div', { class: 'message-list__problem' });
  #latest;

  connectedCallback() {
    this.setAttribute('role', 'region');
    this.setAttribute('aria-label', strings.conversation.label);
    this.#scroll = new Scroll(this.closest('.reading'), () => this.#scrolled());
    this.#latest = button(
      { class: 'message-list__latest', hidden: true },
      [icon('down'), strings.conversation.latest],
      () => this.#scroll.toEnd(),
    );
    this.append(this.#problem, this.#messages, this.#latest);
  }

  /** @param {import('../models/conversation.js').Conversation} conversation */
  set conversation(conversation) {
    this.#unsubscribe();
    this.#conversation = conversation;
    this.#elements.clear();
    this.#messages.replaceChildren();
    this.#unsubscribe = conversation.thread.subscribe((change) => this.#changed(change));
    this.#renderProblem();
  }

  #changed({ kind, message }) {
    if (kind === 'loaded') this.#load();
    if (kind === 'added') this.#add(message);
    if (kind === 'changed') this.#elements.get(message)?.render();
    if (kind === 'removed') this.#elements.get(message)?.remove();
    if (kind !== 'loaded') this.#scroll.follow(this.#lastOf('user'));
    this.#scrolled();
  }

  // Older messages come in above; what the reader looks at stays where it is.
  #load() {
    const anchor = this.#messages.firstElementChild;
    const isFirst = anchor === null;
    const missing = this.#conversation.thread.messages.filter(
      (message) => !this.#elements.has(message),
    );
    this.#scroll.keeping(anchor, () => {
      this.#messages.prepend(...missing.map((message) => this.#elementFor(message)));
    });
    if (isFirst) this.#scroll.toEnd();
    this.#renderProblem();
  }

  #add(message) {
    const made = this.#elementFor(message);
    made.toggleAttribute('data-new', true);
    this.#messages.append(made);
    if (message.role === 'user') this.#scroll.toEnd();
  }

  #elementFor(message) {
    const made = Object.assign(element('nat-message'), { message });
    this.#elements.set(message, made);
    return made;
  }

  #lastOf(role) {
    return [...this.#messages.querySelectorAll(`[data-role="${role}"]`)].at(-1);
  }

  #scrolled() {
    if (this.hidden) return;
    this.#latest.hidden = !this.#scroll.isFarFromEnd;
    if (this.#scroll.top < kOlderPixels) this.#conversation.loadOlder();
  }

  #renderProblem() {
    const { problem } = this.#conversation.thread;
    this.#problem.replaceChildren();
    if (!problem) return;
    const isGone = kGone.includes(problem.status);
    const { notFound, notOpened, startNew, tryAgain } = strings.conversation;
    this.#problem.append(
      element('p', {}, isGone ? notFound : notOpened),
      isGone
        ? button({ class: 'quiet-button' }, [icon('new'), startNew], () => ask(this, 'nat-new'))
        : button({ class: 'quiet-button' }, [icon('again'), tryAgain], () =>
            ask(this, 'nat-open-again'),
          ),
    );
  }
}

customElements.define('nat-message-list', MessageListElement);
