import { webcrypto } from 'node:crypto';
import { Database } from '../../js/lib/database.js';
import { guardedStorage } from '../../js/lib/storage.js';
import { Tabs } from '../../js/lib/tabs.js';
import { Letterbox } from '../../js/models/letterbox.js';
import { Outbox } from '../../js/models/outbox.js';
import { State } from '../../js/state.js';
import { TurnStream } from '../../js/stream.js';
import { PagePlatform } from './browser.js';

// Node 18 keeps this behind a flag; browsers all have it.
globalThis.crypto ??= webcrypto;

/** A page without its elements, in a fake browser and with a fake service. */
export class FakePage {
  /** @param {string|null} address the conversation that it is opened at */
  constructor({ browser, service, clock, wait, address = null }) {
    this.platform = new PagePlatform(browser, clock, wait);
    const { clock: own, BroadcastChannel, locks } = this.platform;
    const api = service.apiFor(this.platform);
    const letterbox = new Letterbox(
      guardedStorage(() => browser.storage),
      new Database(() => this.platform.indexedDB, own),
    );
    const tabs = new Tabs({ BroadcastChannel, locks, ...own });
    this.outbox = new Outbox({ api, letterbox, tabs, clock: own });
    const EventSource = service.eventSourceFor(this.platform);
    const follow = (turnId, on, after) =>
      new TurnStream(turnId, api, on, after, { EventSource, ...own });
    this.state = new State({ api, outbox: this.outbox, follow });
    this.state.show(address);
    this.state.restore();
  }

  get address() {
    return this.state.open.id;
  }

  get messages() {
    return this.state.open.thread.messages;
  }

  get texts() {
    return this.messages.map(({ text }) => text);
  }

  get statuses() {
    return this.messages.map(({ status }) => status);
  }

  say(text) {
    this.state.open.send(text);
  }

  kill() {
    this.platform.kill();
  }
}
