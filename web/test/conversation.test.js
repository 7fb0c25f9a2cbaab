import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rig, saidOn } from './support/rig.js';

test('What is written while a reply comes in is sent after it', async () => {
  const { clock, service, open } = rig();
  const page = open();
  page.say('one');
  await clock.pass(10);
  page.say('two');
  await clock.pass(10);
  assert.deepEqual(page.statuses, ['sent', 'waiting', 'held']);
  assert.equal(page.messages[2].waitsFor, 'reply');
  service.end(service.running[0], 'completed');
  await clock.pass(10);
  assert.deepEqual(page.statuses, ['sent', 'completed', 'sent', 'waiting']);
});

test('Where the service takes no second message, it goes out after the reply', async () => {
  const { clock, service, open } = rig();
  const page = open();
  page.say('one');
  await clock.pass(10);
  const elsewhere = open(page.address, 1);
  await clock.pass(10);
  service.takesSecond = false;
  elsewhere.state.open.thread.reply.status = 'completed';
  elsewhere.state.open.thread.touch(elsewhere.messages[1]);
  elsewhere.say('two');
  await clock.pass(10);
  assert.equal(elsewhere.messages[2].waitsFor, 'reply');
  service.end(service.running[0], 'completed');
  await clock.pass(60_000);
  assert.equal(elsewhere.messages[2].status, 'sent');
});

test('Stop before the service has answered stops the turn as soon as it is known', async () => {
  const { clock, service, open } = rig();
  const page = open();
  await clock.pass(10);
  page.say('one');
  page.state.open.stop();
  await clock.pass(10);
  assert.deepEqual(page.statuses, ['sent', 'stopped']);
  assert.equal(service.running.length, 0);
});

test('Opening a conversation takes up the reply that is still being made', async () => {
  const { clock, service, open } = rig();
  const page = open();
  page.say('one');
  await clock.pass(10);
  service.say(service.running[0], 'So');
  page.kill();
  const next = open(page.address);
  await clock.pass(10);
  assert.deepEqual([next.texts[1], next.statuses[1]], ['So', 'running']);
  service.say(service.running[0], ' it is night.');
  await clock.pass(10);
  assert.equal(next.texts[1], 'So it is night.');
});

test('A reply goes on from the number it had, and ends as the service says', async () => {
  const { clock, service, open } = rig();
  const page = open();
  page.say('one');
  await clock.pass(10);
  service.say(service.running[0], 'Three weeks');
  await clock.pass(10);
  service.restart();
  await clock.pass(60_000);
  assert.deepEqual([page.texts[1], page.statuses[1]], ['Three weeks', 'interrupted']);
  assert.equal(page.messages[1].last, 3);
});

test('An interrupted reply is continued below; a failed one is replaced', async () => {
  const { clock, service, open } = rig();
  const page = open();
  page.say('one');
  await clock.pass(10);
  service.end(service.running[0], 'interrupted');
  await clock.pass(10);
  page.state.open.continueReply(page.messages[1]);
  await clock.pass(10);
  assert.deepEqual(page.statuses, ['sent', 'interrupted', 'waiting']);
  service.end(service.running[0], 'failed');
  await clock.pass(10);
  page.state.open.askAgain(page.messages[2]);
  await clock.pass(10);
  assert.deepEqual(page.statuses, ['sent', 'interrupted', 'waiting']);
});

test('Only the latest reply can be taken up again', async () => {
  const { clock, service, open } = rig();
  const page = open();
  page.say('one');
  await clock.pass(10);
  service.end(service.running[0], 'interrupted');
  await clock.pass(10);
  assert.equal(page.messages[1].isLatest, true);
  service.fault = () => 'offline';
  page.say('two');
  await clock.pass(10);
  assert.equal(page.messages[1].isLatest, false);
});

test('Older pages come in above what is there', async () => {
  const { clock, open, talk } = rig();
  const page = await talk(6);
  page.kill();
  const next = open(page.address);
  await clock.pass(10);
  assert.equal(next.messages.length, 5);
  for (let scroll = 0; scroll < 4; scroll += 1) {
    next.state.open.loadOlder();
    await clock.pass(10);
  }
  assert.equal(next.messages.length, 12);
  assert.deepEqual(saidOn(next)[0], 'words 1');
});

test('Coming back brings what another device has said, and the reply that runs', async () => {
  const { clock, service, open, talk } = rig();
  const page = await talk(1);
  const other = open(page.address, 1);
  await clock.pass(10);
  other.say('from the other device');
  await clock.pass(10);
  service.say(service.running[0], 'I see');
  await clock.pass(10);
  page.state.comeBack();
  await clock.pass(10);
  assert.deepEqual(page.texts, ['words 1', 'reply 1', 'from the other device', 'I see']);
  service.say(service.running[0], ' you.');
  await clock.pass(10);
  assert.equal(page.texts[3], 'I see you.');
});

test('An old list never makes shown text shorter, or an end undone', async () => {
  const { clock, service, open } = rig();
  const page = open();
  page.say('one');
  await clock.pass(10);
  service.say(service.running[0], 'All of it.');
  await clock.pass(10);
  const [{ message_id: id }] = service.running;
  service.end(service.running[0], 'completed');
  await clock.pass(10);
  const reply = page.messages[1];
  const item = { message_id: id, role: 'assistant', status: 'running', text: 'All' };
  assert.equal(reply.take(item), false);
  assert.deepEqual([reply.text, reply.status], ['All of it.', 'completed']);
});

test('A turn that was told of is fetched, unless it is from here', async () => {
  const { clock, service, open, talk } = rig();
  const page = await talk(1);
  const other = open(page.address, 1);
  await clock.pass(10);
  other.say('two');
  await clock.pass(10);
  const turn = { turnId: service.running[0].turn_id, conversationId: page.address };
  page.state.hear(turn);
  await clock.pass(10);
  assert.deepEqual(saidOn(page), ['words 1', 'two']);
  let listed = 0;
  service.fault = (name) => {
    if (name === 'messages') listed += 1;
    return null;
  };
  other.state.hear(turn);
  await clock.pass(10);
  assert.equal(listed, 0);
});

test('A conversation that could not be opened opens when the line is back', async () => {
  const { clock, service, open, talk } = rig();
  const page = await talk(1);
  page.kill();
  service.fault = () => 'offline';
  const next = open(page.address);
  await clock.pass(10);
  assert.notEqual(next.state.open.thread.problem, null);
  next.say('two');
  await clock.pass(10);
  assert.deepEqual(next.texts, ['two']);
  service.fault = () => null;
  next.state.comeBack();
  await clock.pass(10);
  assert.equal(next.state.open.thread.problem, null);
  assert.deepEqual(saidOn(next), ['words 1', 'two']);
});

test('The crisis card is whole where the level rises, and a line where it stays', async () => {
  const { clock, service, open } = rig();
  const page = open();
  for (const level of ['watch', 'crisis', 'crisis', 'imminent']) {
    page.say('words');
    await clock.pass(10);
    service.log(service.running[0], 'safety', { level, resources: [] });
    service.end(service.running[0], 'completed');
    await clock.pass(10);
  }
  const replies = page.messages.filter(({ role }) => role === 'assistant');
  assert.deepEqual(
    replies.map(({ isCardWhole }) => isCardWhole),
    [false, true, false, true],
  );
});
