import assert from 'node:assert/strict';
import { test } from 'node:test';
import { oneMore } from '../js/lib/one-more.js';
import { Tabs } from '../js/lib/tabs.js';
import { FakeBrowser, PagePlatform } from './support/browser.js';
import { ManualClock, settled } from './support/clock.js';

function rig() {
  const clock = new ManualClock();
  const browser = new FakeBrowser();
  const open = () => {
    const platform = new PagePlatform(browser, clock);
    const { BroadcastChannel, locks } = platform;
    return { platform, tabs: new Tabs({ BroadcastChannel, locks, ...platform.clock }) };
  };
  return { clock, browser, open };
}

/** Something that ends when a test says so. */
function task(name, log) {
  let end;
  const ended = new Promise((resolve) => {
    end = resolve;
  });
  const action = () => {
    log.push(name);
    return ended;
  };
  return { action, end };
}

test('All other tabs hear what one tells, and it does not hear itself', async () => {
  const { clock, open } = rig();
  const heard = [];
  const tabs = [open(), open(), open()];
  tabs.forEach(({ tabs: tab }, number) => tab.hear(({ word }) => heard.push([number, word])));
  tabs[0].tabs.tell({ word: 'here' });
  await clock.pass(10);
  assert.deepEqual(heard, [
    [1, 'here'],
    [2, 'here'],
  ]);
});

test('Under one name one tab acts at a time', async () => {
  const { clock, open } = rig();
  const log = [];
  const [first, second] = [task('first', log), task('second', log)];
  open().tabs.alone('name', first.action);
  open().tabs.alone('name', second.action);
  await clock.pass(10);
  assert.deepEqual(log, ['first']);
  first.end();
  await clock.pass(10);
  assert.deepEqual(log, ['first', 'second']);
});

test('A tab that never lets go is not waited for, and one that dies lets go', async () => {
  const { clock, open } = rig();
  const log = [];
  const frozen = open();
  frozen.tabs.alone('one', task('frozen', log).action);
  frozen.tabs.alone('other', task('dead', log).action);
  await clock.pass(10);
  const { tabs } = open();
  tabs.alone('one', task('one', log).action);
  await clock.pass(60_000);
  assert.deepEqual(log, ['frozen', 'dead', 'one']);
  tabs.alone('other', task('other', log).action);
  frozen.platform.kill();
  await clock.pass(10);
  assert.deepEqual(log.at(-1), 'other');
});

test('A page whose browser knows no tabs is alone', async () => {
  const { browser, open } = rig();
  browser.lacks = new Set(['locks', 'channel']);
  const { tabs } = open();
  tabs.hear(() => assert.fail('there is nobody'));
  tabs.tell({});
  assert.equal(await tabs.alone('name', async () => 'done'), 'done');
});

test('What fails under a lock fails', async () => {
  const { clock, open } = rig();
  const failing = assert.rejects(
    open().tabs.alone('name', async () => {
      throw new Error('so it is');
    }),
    /so it is/,
  );
  await clock.pass(10);
  await failing;
});

test('Whoever asks while something runs gets one more run after it', async () => {
  const ends = [];
  let runs = 0;
  const run = oneMore(() => {
    runs += 1;
    return new Promise((resolve) => ends.push(resolve));
  });
  run();
  const [second, third] = [run(), run()];
  await settled();
  assert.equal(runs, 1);
  ends[0]();
  await settled();
  assert.equal(runs, 2);
  ends[1]();
  await Promise.all([second, third]);
  assert.equal(runs, 2);
});
