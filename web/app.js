// The page: builds what it is made of, and turns what a person asks for into calls on the state.
import { Api } from './js/api.js';
import './js/components/announcer.js';
import './js/components/composer.js';
import './js/components/message-list.js';
import './js/components/sidebar.js';
import './js/components/toast.js';
import './js/components/welcome.js';
import { Database } from './js/lib/database.js';
import { fillWords, icon } from './js/lib/dom.js';
import { Drawer } from './js/lib/drawer.js';
import { browserStorage } from './js/lib/storage.js';
import { Tabs } from './js/lib/tabs.js';
import { fitToKeyboard } from './js/lib/viewport.js';
import { Line } from './js/line.js';
import { Drafts } from './js/models/draft.js';
import { Letterbox } from './js/models/letterbox.js';
import { Outbox } from './js/models/outbox.js';
import { Presence } from './js/presence.js';
import { Router } from './js/router.js';
import { Screen } from './js/screen.js';
import { State } from './js/state.js';
import { TurnStream } from './js/stream.js';

const api = new Api();
const drafts = new Drafts(browserStorage);
const letterbox = new Letterbox(browserStorage, new Database());
const outbox = new Outbox({ api, letterbox, tabs: new Tabs() });
const follow = (turnId, on, after) => new TurnStream(turnId, api, on, after);
const state = new State({ api, outbox, follow });
const line = new Line();
const presence = new Presence(window);
const router = new Router(window);
const composer = document.querySelector('nat-composer');
const list = document.querySelector('nat-message-list');
const sidebar = document.querySelector('nat-sidebar');
const menu = document.querySelector('.header__menu');
const drawer = new Drawer({
  drawer: sidebar,
  page: document.querySelector('.page'),
  opener: menu,
});

const kWishes = {
  'nat-send': (text) => {
    state.open.send(text);
    list.showEnd();
    drafts.keepText(state.open.id, '');
  },
  'nat-draft': (text) => {
    drafts.keepText(state.open.id, text);
    line.type();
  },
  'nat-stop': () => state.open.stop(),
  'nat-send-again': (message) => state.open.sendAgain(message),
  'nat-edit': (message) => {
    state.open.takeBack(message);
    composer.text = [composer.text, message.text].filter(Boolean).join('\n');
    drafts.keepText(state.open.id, composer.text);
    composer.focus();
  },
  'nat-continue': (reply) => state.open.continueReply(reply),
  'nat-ask-again': (reply) => state.open.askAgain(reply),
  'nat-new': () => goTo(null),
  'nat-open': (id) => goTo(id),
  'nat-open-again': () => state.show(state.open.id),
  'nat-more': () => state.loadMore(),
  'nat-rename': ({ id, title }) => state.rename(id, title),
  'nat-delete': (id) => {
    state.remove(id);
    sidebar.focus();
    if (state.open.id === id) router.go(null);
  },
  'nat-close': () => drawer.close(),
};

for (const [name, act] of Object.entries(kWishes)) {
  document.addEventListener(name, (event) => act(event.detail));
}

function goTo(id) {
  drawer.close();
  router.go(id);
  makeReady();
}

// On a phone the keyboard would cover what was just opened.
function makeReady() {
  if (window.matchMedia('(pointer: fine)').matches) composer.focus();
}

document.addEventListener('keydown', (event) => {
  const isNew = event.code === 'KeyO' && event.shiftKey && (event.ctrlKey || event.metaKey);
  if (isNew) {
    event.preventDefault();
    goTo(null);
  }
  if (event.key !== 'Escape') return;
  if (drawer.isOpen) drawer.close();
  else if (state.open.isBusy) state.open.stop();
});

presence.subscribe(({ kind }) => {
  if (kind === 'here' && line.isWatching) return;
  if (kind === 'here') state.catchUp();
  else state.comeBack();
  line.check();
});
line.subscribe(({ kind, wasLost, ...turn }) => {
  if (kind === 'turn') state.hear(turn);
  else if (wasLost) state.comeBack();
  else state.open.catchUp();
});
state.subscribe(({ kind }) => {
  if (kind === 'opened' || kind === 'begun') line.watch(state.open.id);
});
window.addEventListener('pagehide', () => state.finishDeleting());
router.subscribe(() => state.show(router.conversationId));

fillWords(document);
menu.append(icon('menu'));
fitToKeyboard();
new Screen({ state, drafts, router });
state.show(router.conversationId);
state.restore();
state.reload();
makeReady();
