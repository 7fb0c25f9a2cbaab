import { button, element } from '../lib/dom.js';

const kShownMilliseconds = 10_000;

/** One line that floats for a while with one thing to do, such as "Undo". */
class ToastElement extends HTMLElement {
  #timer;
  #over = () => {};

  connectedCallback() {
    this.setAttribute('role', 'status');
  }

  /**
   * @param {{words: string, action: string, act(): void, over(): void}} toast `over` runs if nobody
   * acted
   */
  show({ words, action, act, over }) {
    this.#end();
    this.#over = over;
    const undo = button({ class: 'quiet-button' }, action, () => {
      this.#over = act;
      this.#end();
    });
    this.replaceChildren(element('div', { class: 'toast' }, element('p', {}, words), undo));
    this.#timer = setTimeout(() => this.#waitForHands(), kShownMilliseconds);
  }

  // It does not vanish from under a finger or the keyboard.
  #waitForHands() {
    if (!this.matches(':hover, :focus-within')) return this.#end();
    this.#timer = setTimeout(() => this.#waitForHands(), kShownMilliseconds);
  }

  #end() {
    clearTimeout(this.#timer);
    this.replaceChildren();
    const over = this.#over;
    this.#over = () => {};
    over();
  }
}

customElements.define('nat-toast', ToastElement);
