import { ask, button, element, icon } from '../lib/dom.js';
import { strings } from '../lib/strings.js';
import { Router } from '../router.js';

/** One past conversation. Asks for `nat-open`, `nat-rename` and `nat-delete` with its id. */
class ConversationRowElement extends HTMLElement {
  #conversation;

  /** @param {{conversation: object, isOpen: boolean}} row */
  set row({ conversation, isOpen }) {
    this.#conversation = conversation;
    this.toggleAttribute('data-open', isOpen);
    this.#rest();
  }

  get #id() {
    return this.#conversation.conversation_id;
  }

  get #title() {
    return this.#conversation.title || strings.sidebar.untitled;
  }

  #rest() {
    const isOpen = this.hasAttribute('data-open');
    const link = element(
      'a',
      {
        class: 'conversation-row__link',
        href: Router.pathOf(this.#id),
        dir: 'auto',
        title: this.#title,
        'aria-current': isOpen && 'page',
      },
      this.#title,
    );
    link.addEventListener('click', (event) => this.#clicked(event));
    this.replaceChildren(link, ...this.#options());
  }

  // A new tab or window stays possible.
  #clicked(event) {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    ask(this, 'nat-open', this.#id);
  }

  #options() {
    const rename = button({ class: 'quiet-button' }, [icon('rename'), strings.sidebar.rename], () =>
      this.#edit(),
    );
    const remove = button({ class: 'quiet-button' }, [icon('delete'), strings.sidebar.remove], () =>
      ask(this, 'nat-delete', this.#id),
    );
    const choices = element(
      'div',
      { class: 'conversation-row__choices', hidden: true },
      rename,
      remove,
    );
    const label = strings.sidebar.options(this.#title);
    const opener = button(
      { class: 'icon-button', 'aria-label': label, 'aria-expanded': 'false' },
      icon('options'),
      () => disclose(choices.hidden),
    );
    const disclose = (isShown) => {
      choices.hidden = !isShown;
      opener.setAttribute('aria-expanded', isShown);
    };
    choices.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      disclose(false);
      opener.focus();
    });
    return [opener, choices];
  }

  #edit() {
    const field = element('input', {
      class: 'conversation-row__title',
      'aria-label': strings.sidebar.newTitle,
      maxlength: '120',
      dir: 'auto',
    });
    field.value = this.#conversation.title ?? '';
    field.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') field.value = this.#conversation.title ?? '';
      if (event.key !== 'Enter' && event.key !== 'Escape') return;
      event.stopPropagation();
      field.blur();
    });
    field.addEventListener('blur', () => this.#edited(field.value.trim()), { once: true });
    this.replaceChildren(field);
    field.select();
  }

  #edited(title) {
    const isNew = title !== '' && title !== this.#conversation.title;
    this.#rest();
    this.querySelector('a').focus();
    if (isNew) ask(this, 'nat-rename', { id: this.#id, title });
  }
}

customElements.define('nat-conversation-row', ConversationRowElement);
