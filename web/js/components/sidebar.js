import { ask, button, element, icon, template } from '../lib/dom.js';
import { strings } from '../lib/strings.js';
import { groupByTime } from '../lib/time.js';
import './conversation-row.js';
import './theme-switch.js';

/**
 * Past conversations by time. On a wide screen it stands beside the conversation; on a narrow one
 * it is a drawer. Asks for `nat-new`, `nat-more`, `nat-close`, and what its rows ask for.
 */
class SidebarElement extends HTMLElement {
  #list;
  #shown = '';

  connectedCallback() {
    this.append(template('sidebar-frame'));
    this.#list = this.querySelector('.sidebar__list');
    this.querySelector('.sidebar__scrim').addEventListener('click', () => ask(this, 'nat-close'));
    this.querySelector('.sidebar__top').append(
      button({ class: 'sidebar__new' }, [icon('new'), strings.sidebar.startNew], () =>
        ask(this, 'nat-new'),
      ),
      button(
        { class: 'icon-button sidebar__close', 'aria-label': strings.sidebar.close },
        icon('close'),
        () => ask(this, 'nat-close'),
      ),
    );
  }

  /** @param {{conversations: Array<object>, hasMore: boolean, openId: string|null}} shown */
  show({ conversations, hasMore, openId }) {
    if (this.#isBeingEdited) return;
    const groups = groupByTime(conversations, new Date());
    // The list is asked for now and then; nobody who is in it should lose their place for that.
    const content = JSON.stringify([groups, hasMore, openId]);
    if (content === this.#shown) return;
    this.#shown = content;
    this.#list.replaceChildren(...groups.flatMap((group) => sectionOf(group, openId)));
    if (groups.length === 0)
      this.#list.append(element('p', { class: 'sidebar__empty' }, strings.sidebar.empty));
    if (hasMore) {
      this.#list.append(
        button({ class: 'quiet-button' }, strings.sidebar.more, () => ask(this, 'nat-more')),
      );
    }
  }

  focus() {
    this.querySelector('.sidebar__new').focus();
  }

  // A list that comes in while a title is being written waits for the next one.
  get #isBeingEdited() {
    return this.querySelector('.conversation-row__title') !== null;
  }
}

function sectionOf({ group, items }, openId) {
  const rows = items.map((conversation) => {
    const row = { conversation, isOpen: conversation.conversation_id === openId };
    return element('li', {}, Object.assign(element('nat-conversation-row'), { row }));
  });
  return [
    element('h2', { class: 'sidebar__group' }, strings.sidebar.groups[group]),
    element('ul', {}, ...rows),
  ];
}

customElements.define('nat-sidebar', SidebarElement);
