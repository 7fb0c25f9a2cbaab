import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rig, saidOn } from './support/rig.js';

for (const [missed, shown] of [
  [25, 52],
  // More than this browser asks for at once: it begins anew, and the rest comes from scrolling up.
  [45, 75],
]) {
  test(`Of ${missed} turns that were missed none is missing in between`, async () => {
    const { clock, service, open, talk } = rig();
    const page = await talk(1);
    const other = open(page.address, 1);
    for (let turn = 2; turn <= missed + 1; turn += 1) {
      other.say(`words ${turn}`);
      await clock.pass(10);
      service.end(service.running[0], 'completed');
      await clock.pass(10);
    }
    page.state.comeBack();
    await clock.pass(10);
    assert.equal(page.messages.length, shown);
    const path = service.conversations.get(page.address);
    assert.deepEqual(
      page.messages.map(({ id }) => id),
      path.slice(-shown).map(({ message_id: id }) => id),
    );
    assert.equal(page.state.open.thread.olderCursor === null, shown === path.length);
  });
}

test('What was sent into a gap finds its place when the gap is filled', async () => {
  const { clock, service, open, talk } = rig();
  const page = await talk(1);
  const other = open(page.address, 1);
  await clock.pass(10);
  for (const [who, text] of [
    [other, 'two'],
    [page, 'three'],
  ]) {
    who.say(text);
    await clock.pass(10);
    service.end(service.running[0], 'completed');
    await clock.pass(10);
  }
  assert.deepEqual(saidOn(page), ['words 1', 'three']);
  page.state.comeBack();
  await clock.pass(10);
  assert.deepEqual(saidOn(page), ['words 1', 'two', 'three']);
});

test('A reply that was made anew elsewhere takes the place of the old one', async () => {
  const { clock, service, open } = rig();
  const page = open();
  page.say('one');
  await clock.pass(10);
  service.end(service.running[0], 'failed');
  await clock.pass(10);
  const other = open(page.address, 1);
  await clock.pass(10);
  other.state.open.askAgain(other.messages[1]);
  await clock.pass(10);
  service.say(service.running[0], 'Better.');
  await clock.pass(10);
  page.state.comeBack();
  await clock.pass(10);
  assert.deepEqual(page.texts, ['one', 'Better.']);
});

test('A list that is older than what was sent meanwhile takes nothing out', async () => {
  const { clock, service, talk } = rig();
  const page = await talk(1);
  service.slow = 'messages';
  page.state.catchUp();
  await clock.pass(10);
  page.say('meanwhile');
  for (let moment = 0; moment < 20; moment += 1) {
    await clock.pass(10);
    assert.deepEqual(saidOn(page), ['words 1', 'meanwhile']);
  }
  assert.equal(page.statuses[2], 'sent');
});

test('What was sent long ago and is heard of late moves to where it stands', async () => {
  const { clock, service, open, answerAll, talk } = rig();
  const page = await talk(1);
  page.kill();
  const device = open(page.address);
  service.fault = (name) => (name === 'startTurn' ? 'lost' : null);
  device.say('early');
  await clock.pass(10);
  const other = open(page.address, 1);
  await clock.pass(10);
  service.fault = () => null;
  for (const text of ['two', 'three', 'four']) {
    await answerAll();
    other.say(text);
    await clock.pass(10);
  }
  await answerAll();
  device.kill();
  service.fault = (name) => (name === 'startTurn' ? 'offline' : null);
  const late = open(page.address);
  await clock.pass(10);
  assert.deepEqual(saidOn(late), ['three', 'four', 'early']);
  for (let scroll = 0; scroll < 3; scroll += 1) {
    late.state.open.loadOlder();
    await clock.pass(10);
  }
  assert.deepEqual(saidOn(late), ['words 1', 'early', 'two', 'three', 'four']);
  assert.equal(late.messages.length, 10);
});
