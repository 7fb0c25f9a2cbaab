// Random histories of people who type, close tabs, come back and ask again, while lines break and
// the service refuses, loses answers and is killed. NAT_SEED replays one history, and NAT_HISTORIES
// says how many there are.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeBrowser } from './support/browser.js';
import { ManualClock, chanceFrom } from './support/clock.js';
import { FakePage } from './support/page.js';
import { FakeService } from './support/service.js';

const kHistories = Number(process.env.NAT_HISTORIES ?? 60);
const kFirstSeed = Number(process.env.NAT_SEED ?? Date.now() % 1_000_000);
const kSteps = 60;
const kEnds = ['completed', 'completed', 'failed', 'interrupted'];
const kFaults = ['offline', 'lost', 429, 401, 503, 500];

/** One history: a browser with up to two tabs, another device, and everything that happens. */
class History {
  typed = [];
  #random;
  #clock;
  #service;
  #devices;
  #pages = [];
  #shown = new Map();
  #isBroken = false;
  #usesAsks;
  #count = 0;
  #tabsEver = 0;
  /** By the words, which tab they were typed in. */
  #tabOf = new Map();

  constructor(seed) {
    this.#random = chanceFrom(seed);
    this.#clock = new ManualClock(this.#random);
    const wait = () => Math.floor(this.#random() * 40);
    this.#service = new FakeService(this.#clock, wait);
    this.#service.fault = () => this.#faultNow();
    // A tab that asks for another go at a reply that another one has left behind changes the path.
    this.#usesAsks = this.#one(2) === 0;
    this.#devices = [this.#browser(), this.#browser()];
    this.#open(0, null);
  }

  async run() {
    for (let step = 0; step < kSteps; step += 1) {
      await this.#act();
      await this.#clock.pass(this.#one(300));
      this.#check();
    }
    await this.#heal();
  }

  async #act() {
    const actions = [
      [6, () => this.#type()],
      [8, () => this.#speak()],
      [2, () => this.#breakOrMend()],
      [2, () => this.#reload()],
      [1, () => this.#openOther()],
      [1, () => this.#service.cutStreams()],
      [1, () => this.#service.restart()],
      [2, () => void this.#page.state.comeBack()],
      [2, () => void this.#page.state.catchUp()],
      [2, () => this.#askOn()],
      [1, () => void this.#page.state.open.loadOlder()],
      [1, () => void this.#page.state.open.stop()],
    ];
    const wishes = actions.flatMap(([weight, act]) => Array(weight).fill(act));
    await wishes[this.#one(wishes.length)]();
  }

  async #type() {
    this.#count += 1;
    const text = this.#one(12) === 0 ? `refuse ${this.#count}` : `words ${this.#count}`;
    const place = this.#one(this.#pages.length);
    const { page, tab } = this.#pages[place];
    this.typed.push(text);
    this.#tabOf.set(text, tab);
    page.say(text);
    // Sometimes the page is killed before anything that it has begun can go on.
    if (this.#one(8) === 0) await this.#reload(place);
  }

  #speak() {
    for (const turn of this.#service.running) {
      if (this.#one(3) > 0) this.#service.say(turn, ` ${turn.message_id}.${turn.text.length}`);
      else this.#service.end(turn, kEnds[this.#one(kEnds.length)]);
    }
  }

  #breakOrMend() {
    this.#isBroken = !this.#isBroken;
    if (this.#isBroken) this.#service.cutStreams();
  }

  #faultNow() {
    const isFailing = this.#random() < (this.#isBroken ? 0.8 : 0.05);
    return isFailing ? kFaults[this.#one(kFaults.length)] : null;
  }

  // Some browsers lack something. Tabs that cannot call each other may begin two conversations in
  // the place of one, so those are alone here.
  #browser() {
    const browser = new FakeBrowser();
    const some = ['database', 'locks', ...(this.#usesAsks ? ['channel'] : [])];
    browser.lacks = new Set(some.filter(() => this.#one(4) === 0));
    return browser;
  }

  // Killed in the middle of whatever it did, and opened again where it was.
  async #reload(place = this.#one(this.#pages.length)) {
    const { page, device, tab } = this.#pages[place];
    page.kill();
    this.#pages.splice(place, 1);
    await this.#clock.pass(1);
    this.#open(device, page.address, tab);
  }

  #openOther() {
    if (this.#usesAsks || this.#pages.length >= 3) return;
    const begun = [...this.#service.conversations.keys()];
    const address = begun.length > 0 ? begun[this.#one(begun.length)] : null;
    this.#open(address === null ? 0 : this.#one(2), address);
  }

  #open(device, address, tab = this.#newTab()) {
    const wait = () => Math.floor(this.#random() * 40);
    const browser = this.#devices[device];
    const page = new FakePage({
      browser,
      service: this.#service,
      clock: this.#clock,
      wait,
      address,
    });
    this.#pages.push({ page, device, tab });
  }

  #newTab() {
    this.#tabsEver += 1;
    return this.#tabsEver;
  }

  #askOn() {
    if (!this.#usesAsks) return;
    const last = this.#page.messages.findLast(({ isLatest }) => isLatest);
    if (last?.role !== 'assistant' || last.letter) return;
    if (last.status === 'interrupted' && last.text) this.#page.state.open.continueReply(last);
    else if (last.status === 'interrupted' || last.status === 'failed')
      this.#page.state.open.askAgain(last);
  }

  // What must hold at every moment on every page.
  #check() {
    for (const { page } of this.#pages) {
      const ids = page.messages.map(({ id }) => id).filter((id) => id !== null);
      assert.equal(new Set(ids).size, ids.length, 'a message stands twice');
      const said = this.#saidOn(page);
      assert.equal(new Set(said).size, said.length, `words stand twice: ${said}`);
      const shown = this.#shown.get(page) ?? new Map();
      this.#shown.set(page, shown);
      const here = [...said, ...this.#saidElsewhere(page)];
      const gone = (shown.get('said') ?? []).filter((text) => !here.includes(text));
      assert.deepEqual(gone, [], 'words are not shown any more');
      shown.set('said', said);
      for (const { id, text } of page.messages) {
        assert.ok(text.startsWith(shown.get(id) ?? ''), `"${shown.get(id)}" became "${text}"`);
        if (id !== null) shown.set(id, text);
      }
    }
  }

  async #heal() {
    this.#service.fault = () => null;
    for (const browser of [0, 1]) if (!this.#isOpenOn(browser)) this.#open(browser, null);
    for (let round = 0; round < 400 && !(await this.#isQuiet()); round += 1) {
      await this.#clock.pass(2_000);
      for (const turn of this.#service.running) this.#service.end(turn, 'completed');
      this.#check();
    }
    for (const { page } of this.#pages) page.state.comeBack();
    await this.#clock.pass(5_000);
    this.#check();
    this.#checkEnd();
    await this.#visitAgain();
  }

  // A page that was killed may have left what has arrived long ago; the next one puts it away.
  async #visitAgain() {
    for (const { page } of this.#pages.splice(0)) page.kill();
    for (const device of [0, 1]) this.#open(device, null);
    await this.#clock.pass(60_000);
    this.#check();
    const kept = this.#devices.flatMap(({ disk, storage }) => [
      ...[...disk.values()].map(({ text }) => text),
      ...Object.values(storage).map((text) => JSON.parse(text).text),
    ]);
    const refused = this.typed.filter((text) => text.startsWith('refuse'));
    assert.deepEqual(kept.sort(), refused.sort());
  }

  async #isQuiet() {
    await this.#clock.pass(100);
    const isUnsent = ({ page }) =>
      [...page.outbox.letters.places].some((place) =>
        page.outbox.letters.at(place).some(({ hasFailed }) => !hasFailed),
      );
    return this.#service.running.length === 0 && !this.#pages.some(isUnsent);
  }

  // Everything typed is there once, what one tab said in a conversation in the order in which it
  // was typed, and every page shows what the service has.
  #checkEnd() {
    const paths = [...this.#service.conversations.values()];
    const said = paths.map((path) =>
      path.filter(({ role }) => role === 'user').map(({ text }) => text),
    );
    const wanted = this.typed.filter((text) => !text.startsWith('refuse'));
    assert.deepEqual(said.flat().sort(), wanted.sort());
    for (let tab = 1; tab <= this.#tabsEver; tab += 1) {
      for (const texts of said) {
        const written = texts.filter((text) => this.#tabOf.get(text) === tab);
        const numbers = written.map((text) => Number(text.split(' ')[1]));
        assert.deepEqual(
          numbers,
          [...numbers].sort((one, other) => one - other),
        );
      }
    }
    for (const { page } of this.#pages) {
      const path = this.#service.conversations.get(page.address) ?? [];
      const known = page.messages.filter(({ id }) => id !== null);
      const items = path.slice(path.length - known.length);
      assert.deepEqual(
        known.map(({ id, text }) => [id, text]),
        items.map(({ message_id: id, text }) => [id, text]),
      );
      const ends = known.filter(({ role }) => role === 'assistant').map(({ status }) => status);
      assert.deepEqual(
        ends,
        items.filter(({ role }) => role === 'assistant').map(({ status }) => status),
      );
    }
  }

  #isOpenOn(browser) {
    return this.#pages.some(({ device }) => device === browser);
  }

  get #page() {
    return this.#pages[this.#one(this.#pages.length)].page;
  }

  // What is in the pages above those that are loaded, and what has begun a conversation of its own:
  // two tabs may both begin one and only then hear of each other.
  #saidElsewhere(page) {
    const { conversations } = this.#service;
    const path = conversations.get(page.address) ?? [];
    const first = page.messages.find(({ id }) => id !== null)?.id;
    const above = path.findIndex(({ message_id: id }) => id === first);
    const others = [...conversations.values()].filter((other) => other !== path);
    return [...path.slice(0, Math.max(0, above)), ...others.flat()].map(({ text }) => text);
  }

  #saidOn(page) {
    return page.messages.filter(({ role }) => role === 'user').map(({ text }) => text);
  }

  #one(count) {
    return Math.floor(this.#random() * count);
  }
}

test(`Nothing is lost or doubled in ${kHistories} histories from seed ${kFirstSeed}`, async () => {
  for (let seed = kFirstSeed; seed < kFirstSeed + kHistories; seed += 1) {
    try {
      await new History(seed).run();
    } catch (error) {
      error.message = `NAT_SEED=${seed} NAT_HISTORIES=1: ${error.message}`;
      throw error;
    }
  }
});
