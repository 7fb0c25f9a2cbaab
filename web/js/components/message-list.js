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
  #hasPage = false;
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
    this.#hasPage = false;
    this.#elements.clear();
    this.#messages.replaceChildren();
    this.#unsubscribe = conversation.thread.subscribe((change) => this.#changed(change));
    this.#renderProblem();
  }

  /** Where what was just written here stands. */
  showEnd() {
    this.#scroll.toEnd();
  }

  #changed({ kind, message, from }) {
    const isFirstPage = kind === 'arranged' && !this.#hasPage;
    if (kind === 'changed') this.#elements.get(message)?.render();
    else if (kind === 'loaded') this.#load();
    else this.#arrange(from, isFirstPage);
    this.#hasPage ||= this.#conversation.thread.hasStored;
    if (isFirstPage) this.#scroll.toEnd();
    else if (kind !== 'loaded') this.#scroll.follow(this.#latestWords);
    this.#scrolled();
  }

  // Older messages come in above; what the reader looks at stays where it is.
  #load() {
    const anchor = this.#messages.firstElementChild;
    const { messages } = this.#conversation.thread;
    const known = messages.findIndex((message) => this.#elements.has(message));
    const missing = known < 0 ? messages : messages.slice(0, known);
    this.#scroll.keeping(anchor, () => {
      this.#messages.prepend(...missing.map((message) => this.#elementFor(message)));
    });
    this.#renderProblem();
  }

  // Brings the elements from a place on to the order of the messages. Those that are there stay the
  // same; what is read keeps its place.
  #arrange(from, isFirstPage) {
    const { messages } = this.#conversation.thread;
    const before = this.#elements.get(messages[from - 1]);
    let next = before ? before.nextElementSibling : this.#messages.firstElementChild;
    for (const message of messages.slice(from)) {
      const shown = this.#elements.get(message) ?? this.#elementFor(message);
      if (!shown.isConnected) shown.toggleAttribute('data-new', !isFirstPage);
      if (shown === next) next = next.nextElementSibling;
      else this.#messages.insertBefore(shown, next);
    }
    while (next) next = this.#takeOut(next);
    this.#renderProblem();
  }

  #takeOut(gone) {
    const next = gone.nextElementSibling;
    this.#elements.delete(gone.message);
    gone.remove();
    return next;
  }

  #elementFor(message) {
    const made = Object.assign(element('nat-message'), { message });
    this.#elements.set(message, made);
    return made;
  }

  // Searched for from the end, where it is.
  get #latestWords() {
    const words = this.#conversation.thread.messages.findLast(({ role }) => role === 'user');
    return this.#elements.get(words);
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
