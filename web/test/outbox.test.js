import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refusing, rig } from './support/rig.js';

const reasons = ({ messages }) => messages.map(({ waitsFor }) => waitsFor);

test('What was typed offline waits in place, and goes out in order afterwards', async () => {
  const { clock, service, open, answerAll } = rig();
  const page = open();
  service.fault = () => 'offline';
  page.say('one');
  await clock.pass(10);
  page.say('two');
  await clock.pass(10);
  assert.deepEqual(page.statuses, ['held', 'held']);
  assert.deepEqual(reasons(page), ['connection', 'letter']);
  service.fault = () => null;
  page.state.comeBack();
  await clock.pass(10);
  await answerAll();
  assert.deepEqual(service.said, [['one', 'two']]);
  assert.deepEqual(page.texts, ['one', '', 'two', '']);
});

test('It is tried again by itself, after longer and longer times', async () => {
  const { clock, service, open } = rig();
  const page = open();
  await clock.pass(10);
  service.fault = () => 'offline';
  page.say('one');
  await clock.pass(10);
  const [first] = clock.waits;
  await clock.pass(first);
  assert.ok(clock.waits[0] > first);
  service.fault = () => null;
  await clock.pass(60_000);
  assert.deepEqual(service.said, [['one']]);
});

for (const [fault, reason] of [
  [401, 'recognition'],
  [408, 'service'],
  [429, 'pace'],
  [500, 'service'],
  [503, 'service'],
]) {
  test(`A ${fault} is a reason to wait, not an end`, async () => {
    const { clock, service, open } = rig();
    const page = open();
    await clock.pass(10);
    service.fault = refusing(fault);
    page.say('one');
    await clock.pass(10);
    assert.deepEqual(reasons(page), [reason]);
    await clock.pass(5_000);
    assert.deepEqual(service.said, [['one']]);
    assert.equal(page.statuses[0], 'sent');
  });
}

test('Too fast means that nothing is sent for as long as the service asks', async () => {
  const { clock, service, open } = rig();
  const page = open();
  await clock.pass(10);
  service.fault = refusing(429);
  page.say('one');
  await clock.pass(10);
  page.state.comeBack();
  await clock.pass(2_500);
  assert.deepEqual([service.said, reasons(page)], [[], ['pace']]);
  await clock.pass(1_000);
  assert.deepEqual(service.said, [['one']]);
});

test('A lost answer does not double the message, whoever tries again', async () => {
  const { clock, service, open, answerAll } = rig();
  const page = open();
  await clock.pass(10);
  service.fault = refusing('lost');
  page.say('one');
  await clock.pass(10);
  page.kill();
  const next = open();
  await clock.pass(10);
  await answerAll();
  assert.deepEqual([service.said, next.texts], [[['one']], ['one', '']]);
});

test('A refused message keeps its words and its id, and holds up nobody', async () => {
  const { clock, service, open, answerAll } = rig();
  const page = open();
  await clock.pass(10);
  page.say('refuse this');
  await clock.pass(10);
  page.say('two');
  await clock.pass(10);
  await answerAll();
  assert.deepEqual([service.said, page.statuses[0]], [[['two']], 'failed']);
  const { clientMessageId } = page.messages[0].letter;
  page.kill();
  const next = open(page.address);
  await clock.pass(100);
  const [message] = next.messages.filter(({ status }) => status === 'failed');
  assert.equal(message.text, 'refuse this');
  assert.equal(message.letter.clientMessageId, clientMessageId);
  next.state.open.takeBack(message);
  await clock.pass(10);
  next.kill();
  const last = open(page.address);
  await clock.pass(100);
  assert.equal(last.texts.includes('refuse this'), false);
});

test('Another go at a reply waits like any message, and survives a reload', async () => {
  const { clock, service, open } = rig();
  const page = open();
  page.say('one');
  await clock.pass(10);
  service.say(service.running[0], 'So it is');
  service.end(service.running[0], 'interrupted');
  await clock.pass(10);
  service.fault = () => 'offline';
  page.state.open.continueReply(page.messages[1]);
  await clock.pass(10);
  assert.equal(page.messages[1].letter.waitsFor, 'connection');
  page.kill();
  service.fault = () => null;
  const next = open(page.address);
  await clock.pass(100);
  assert.deepEqual(next.statuses, ['sent', 'interrupted', 'waiting']);
  assert.equal(next.messages[1].letter, null);
});

test('Another go that is refused can be asked for anew, and says why', async () => {
  const { clock, service, open } = rig();
  const page = open();
  page.say('one');
  await clock.pass(10);
  service.end(service.running[0], 'failed');
  await clock.pass(10);
  service.fault = refusing(409);
  page.state.open.askAgain(page.messages[1]);
  await clock.pass(10);
  assert.deepEqual([page.messages[1].letter, page.messages[1].refusal.status], [null, 409]);
  page.state.open.askAgain(page.messages[1]);
  await clock.pass(10);
  assert.deepEqual(page.statuses, ['sent', 'waiting']);
});

test('Help is shown even when the message could not be stored', async () => {
  const { clock, service, open } = rig();
  const page = open();
  await clock.pass(10);
  service.fault = refusing(503);
  service.safety = { level: 'crisis', resources: [] };
  page.say('words');
  await clock.pass(10);
  const [message] = page.messages;
  assert.deepEqual([message.safety, message.isCardWhole], [service.safety, true]);
});
