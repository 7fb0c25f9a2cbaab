import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Database } from '../js/lib/database.js';
import { guardedStorage } from '../js/lib/storage.js';
import { Letterbox } from '../js/models/letterbox.js';
import { FakeBrowser, PagePlatform } from './support/browser.js';
import { ManualClock } from './support/clock.js';

const record = (clientMessageId, time, conversationId = null) => ({
  clientMessageId,
  conversationId,
  beginning: 'b1',
  text: `text ${clientMessageId}`,
  time,
  ask: null,
  problem: null,
});

/** A browser whose pages keep letters. */
function rig({ lacks = [] } = {}) {
  const clock = new ManualClock();
  const browser = new FakeBrowser();
  browser.lacks = new Set(lacks);
  const open = () => {
    const platform = new PagePlatform(browser, clock);
    const database = new Database(() => platform.indexedDB, platform.clock);
    const box = new Letterbox(
      guardedStorage(() => browser.storage),
      database,
    );
    return { platform, box };
  };
  const read = async (box) => {
    const all = box.all();
    await clock.pass(10);
    return (await all).map(({ clientMessageId }) => clientMessageId);
  };
  return { clock, browser, open, read };
}

const left = ({ storage }) => Object.keys(storage);

test('A letter is kept on return, and moves to the disk', async () => {
  const { clock, browser, open } = rig();
  open().box.write({ kept: [record('a', 1)] });
  assert.deepEqual(left(browser), ['nat.letter.a']);
  await clock.pass(10);
  assert.deepEqual(left(browser), []);
  assert.equal(browser.disk.get('a').text, 'text a');
});

test('A page that is killed in the next instant has lost nothing', async () => {
  const { clock, browser, open, read } = rig();
  const { box, platform } = open();
  box.write({ kept: [record('a', 1)] });
  platform.kill();
  await clock.pass(10);
  assert.equal(browser.disk.size, 0);
  assert.deepEqual(await read(open().box), ['a']);
  await clock.pass(10);
  assert.deepEqual([left(browser), browser.disk.size], [[], 1]);
});

test('Letters come back in the order in which they were written', async () => {
  const { open, read } = rig();
  const { box } = open();
  box.write({ kept: [record('b', 2)] });
  box.write({ kept: [record('a', 1)] });
  box.write({ kept: [record('c', 3)] });
  box.write({ gone: ['b'] });
  assert.deepEqual(await read(open().box), ['a', 'c']);
});

test('Without a database the small storage carries them', async () => {
  const { clock, browser, open, read } = rig({ lacks: ['database'] });
  const { box } = open();
  box.write({ kept: [record('a', 1), record('b', 2)] });
  await clock.pass(10);
  assert.deepEqual(await read(open().box), ['a', 'b']);
  box.write({ gone: ['a'] });
  assert.deepEqual(await read(open().box), ['b']);
  assert.deepEqual(left(browser), ['nat.letter.b']);
});

test('Without any storage they are kept as long as the page is', async () => {
  const { browser, open, read } = rig({ lacks: ['database'] });
  Object.defineProperty(browser.storage, 'isFull', { value: true });
  const { box } = open();
  box.write({ kept: [record('a', 1)] });
  assert.deepEqual(await read(box), ['a']);
});

test('A database that never answers is not waited for', async () => {
  const clock = new ManualClock();
  const { storage } = new FakeBrowser();
  const silent = { open: () => ({}) };
  const box = new Letterbox(
    guardedStorage(() => storage),
    new Database(() => silent, clock),
  );
  box.write({ kept: [record('a', 1)] });
  const all = box.all();
  await clock.pass(10_000);
  assert.equal((await all).length, 1);
});

test('What the first version of the page left unsent is taken over', async () => {
  const { browser, open, read } = rig();
  const old = { clientMessageId: 'k', conversationId: null, text: 'words', time: 1 };
  browser.storage.setItem('nat.unsent.k', JSON.stringify(old));
  browser.storage.setItem('nat.unsent.x', '{broken');
  assert.deepEqual(await read(open().box), ['k']);
  assert.equal(browser.disk.get('k').text, 'words');
  assert.notEqual(browser.disk.get('k').beginning, null);
  assert.deepEqual(left(browser), ['nat.unsent.x']);
});

test('Of two versions of a letter, the one that knows its conversation counts', async () => {
  const { clock, browser, open } = rig();
  const { box, platform } = open();
  box.write({ kept: [record('a', 1)] });
  await clock.pass(10);
  box.write({ kept: [record('a', 1, 'c1')] });
  platform.kill();
  const found = open().box.all();
  await clock.pass(10);
  assert.equal((await found)[0].conversationId, 'c1');
  browser.storage.setItem('nat.letter.a', JSON.stringify(record('a', 1)));
  const again = open().box.all();
  await clock.pass(10);
  assert.equal((await again)[0].conversationId, 'c1');
});
