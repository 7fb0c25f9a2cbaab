import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LetterList } from '../js/models/letter-list.js';
import { Outbox } from '../js/models/outbox.js';
import { ManualClock, settled } from './support/clock.js';
import { refusing, rig } from './support/rig.js';

test('A conversation that has not begun comes back to who opens the page again', async () => {
  const { clock, service, open, answerAll } = rig();
  const page = open();
  service.fault = () => 'offline';
  page.say('one');
  page.say('two');
  await clock.pass(10);
  page.kill();
  const next = open();
  await clock.pass(100);
  assert.deepEqual(next.texts, ['one', 'two']);
  service.fault = () => null;
  next.state.comeBack();
  await clock.pass(10);
  await answerAll();
  assert.deepEqual([service.said, next.address], [[['one', 'two']], 'c1']);
});

test('Whoever begins another conversation meanwhile begins another one', async () => {
  const { clock, service, open, answerAll } = rig();
  const page = open();
  service.fault = () => 'offline';
  page.say('one');
  await clock.pass(10);
  page.state.show(null);
  page.say('two');
  await clock.pass(10);
  assert.deepEqual(page.texts, ['two']);
  page.state.show(null);
  assert.deepEqual(page.state.open.beginning, page.outbox.letters.beginnings.at(-1));
  service.fault = () => null;
  page.state.comeBack();
  await clock.pass(10);
  await answerAll();
  assert.deepEqual(service.said, [['one'], ['two']]);
});

test('What waits elsewhere goes out too, whichever conversation is open', async () => {
  const { clock, service, open, answerAll } = rig();
  const page = open();
  page.say('one');
  await clock.pass(10);
  await answerAll();
  service.fault = () => 'offline';
  page.say('two');
  await clock.pass(10);
  page.state.show(null);
  service.fault = () => null;
  page.state.comeBack();
  await clock.pass(10);
  assert.deepEqual(service.said, [['one', 'two']]);
  assert.deepEqual(page.texts, []);
});

test('A letter that another tab has sent is shown as sent, once', async () => {
  const { clock, service, open, answerAll } = rig();
  const page = open();
  service.fault = () => 'offline';
  page.say('one');
  page.say('two');
  await clock.pass(10);
  const other = open();
  await clock.pass(10);
  assert.deepEqual(other.texts, ['one', 'two']);
  service.fault = () => null;
  other.state.comeBack();
  await clock.pass(10);
  await answerAll();
  assert.deepEqual(service.said, [['one', 'two']]);
  for (const shown of [page, other]) assert.deepEqual(shown.texts, ['one', '', 'two', '']);
  assert.deepEqual([page.address, other.address], ['c1', 'c1']);
});

test('A letter that has arrived already is not shown beside what arrived', async () => {
  const { clock, browser, service, open, answerAll } = rig();
  const page = open();
  page.say('one');
  await clock.pass(10);
  await answerAll();
  page.kill();
  service.fault = (name) => (name === 'startTurn' ? 'offline' : null);
  // What a tab that was killed at the wrong moment leaves.
  const [{ client_message_id: clientMessageId }] = service.conversations.get('c1');
  const leave = () =>
    browser.disk.set(clientMessageId, { clientMessageId, conversationId: 'c1', text: 'one' });
  leave();
  const before = open('c1');
  await clock.pass(10);
  assert.deepEqual(before.texts, ['one', '']);
  const after = open('c1');
  await clock.pass(10);
  leave();
  after.outbox.look();
  await clock.pass(10);
  assert.deepEqual(after.texts, ['one', '']);
});

test('Where the list does not say what it was sent as, the answer does', async () => {
  const { clock, service, open, answerAll } = rig();
  const page = open();
  await clock.pass(10);
  page.say('one');
  await clock.pass(10);
  await answerAll();
  service.namesMessages = false;
  service.fault = refusing('lost');
  page.say('two');
  await clock.pass(10);
  page.state.catchUp();
  await clock.pass(10);
  assert.deepEqual(page.texts, ['one', '', 'two', '', 'two']);
  await answerAll();
  await clock.pass(5_000);
  assert.deepEqual(page.texts, ['one', '', 'two', '']);
});

test('What is written while a lock is given back goes out too', async () => {
  const sent = [];
  const gates = [];
  const tabs = {
    hear() {},
    tell() {},
    async alone(name, action) {
      await action();
      await new Promise((resolve) => gates.push(resolve));
    },
  };
  const api = {
    startTurn: async ({ message }) => {
      sent.push(message);
      return { conversation_id: 'c1', turn_id: 't' };
    },
  };
  const letterbox = { all: async () => [], write: async () => {} };
  const outbox = new Outbox({ api, letterbox, tabs, clock: new ManualClock() });
  outbox.add({ text: 'one', conversationId: 'c1' });
  await settled();
  outbox.add({ text: 'two', conversationId: 'c1' });
  await settled();
  assert.deepEqual(sent, ['one']);
  gates[0]();
  await settled();
  assert.deepEqual(sent, ['one', 'two']);
});

test('An old record of a conversation that has begun belongs to it', () => {
  const letters = new LetterList();
  letters.begin('b1', 'c1');
  const letter = letters.add({ clientMessageId: 'k', conversationId: null, beginning: 'b1' });
  assert.equal(letter.place, 'c1');
});

test('Two tabs that come back at once ask the service once', async () => {
  const { clock, service, open } = rig();
  const tabs = [open(), open()];
  service.fault = () => 'offline';
  tabs[0].say('one');
  await clock.pass(10);
  let asked = 0;
  service.fault = (name) => {
    if (name === 'startTurn') asked += 1;
    return null;
  };
  for (const tab of tabs) tab.outbox.lookAndSend();
  await clock.pass(10);
  assert.deepEqual([service.said, asked], [[['one']], 1]);
});

test('A message that began a conversation of its own unheard is not called refused', async () => {
  const { clock, service, open, answerAll } = rig();
  const page = open();
  await clock.pass(10);
  service.fault = refusing('lost');
  page.say('one');
  await clock.pass(10);
  // Another tab, which did not know of it, has begun the conversation with words of its own.
  const [letter] = page.outbox.letters.at(page.state.open.beginning);
  letter.conversationId = 'c2';
  service.conversations.set('c2', []);
  await clock.pass(5_000);
  await answerAll();
  assert.deepEqual(service.said, [['one'], []]);
  assert.equal(page.outbox.letters.places.size, 0);
  assert.equal(page.texts.filter((text) => text === 'one').length <= 1, true);
});

test('What an earlier visit left stands before what is written meanwhile', async () => {
  const { clock, service, open } = rig();
  const page = open();
  await clock.pass(10);
  page.say('zero');
  await clock.pass(10);
  service.fault = () => 'offline';
  page.say('one');
  await clock.pass(10);
  page.kill();
  const next = open(page.address);
  next.say('two');
  await clock.pass(10);
  assert.deepEqual(next.texts, ['one', 'two']);
});
