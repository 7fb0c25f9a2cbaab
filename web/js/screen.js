import { strings } from './lib/strings.js';

/**
 * Hands what the page knows down to its elements: the open conversation, the list of past ones,
 * what is underway, and how the connection stands.
 */
export class Screen {
  #state;
  #drafts;
  #router;
  #isConnectionLost = false;
  #composer = document.querySelector('nat-composer');
  #list = document.querySelector('nat-message-list');
  #welcome = document.querySelector('nat-welcome');
  #announcer = document.querySelector('nat-announcer');
  #sidebar = document.querySelector('nat-sidebar');
  #toast = document.querySelector('nat-toast');

  constructor({ state, drafts, router }) {
    this.#state = state;
    this.#drafts = drafts;
    this.#router = router;
    state.subscribe(({ kind, conversation }) => {
      if (kind === 'opened') this.#showOpened(state.open);
      if (kind === 'begun') this.#name(state.open);
      if (kind === 'deleted') this.#offerUndo(conversation);
      this.#showPast();
    });
    for (const name of ['online', 'offline'])
      window.addEventListener(name, () => this.#showState());
  }

  #showOpened(open) {
    this.#isConnectionLost = false;
    this.#list.conversation = open;
    this.#announcer.conversation = open;
    this.#composer.text = this.#drafts.text(open.id);
    open.subscribe(({ kind, isLost }) => {
      if (kind === 'ended') this.#state.reload();
      if (kind === 'connection') this.#isConnectionLost = isLost;
      this.#showState();
    });
    open.thread.subscribe(() => this.#showState());
    this.#showState();
  }

  #name(conversation) {
    this.#router.name(conversation.id);
    this.#drafts.begin(conversation.id);
    this.#state.reload();
  }

  #showState() {
    const { open } = this.#state;
    if (!open) return;
    const isWelcome = open.id === null && open.thread.messages.length === 0;
    document.body.dataset.screen = isWelcome ? 'welcome' : 'conversation';
    this.#welcome.hidden = !isWelcome;
    this.#list.hidden = isWelcome;
    this.#composer.isBusy = open.isBusy;
    this.#composer.connection = this.#connectionWords();
    document.title = this.#title(open.id);
  }

  #connectionWords() {
    if (!navigator.onLine) return strings.status.offline;
    return this.#isConnectionLost ? strings.status.reconnecting : '';
  }

  #title(id) {
    const past = this.#state.conversations.find((item) => item.conversation_id === id);
    return past?.title ? `${past.title} · ${strings.name}` : strings.name;
  }

  #showPast() {
    const { conversations, hasMore, open } = this.#state;
    this.#sidebar.show({ conversations, hasMore, openId: open?.id ?? null });
    this.#showState();
  }

  #offerUndo({ conversation_id: id, title }) {
    this.#toast.show({
      words: strings.sidebar.deleted(title || strings.sidebar.untitled),
      action: strings.sidebar.undo,
      act: () => this.#state.bringBack(id),
      over: () => this.#state.finishDeleting(),
    });
  }
}
