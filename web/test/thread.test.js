import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Message } from '../js/models/message.js';
import { Reply } from '../js/models/reply.js';
import { Thread } from '../js/models/thread.js';

const item = (message_id, role, status) => ({ message_id, role, text: message_id, status });
const words = (id) => Message.fromItem(item(id, 'user'));
const reply = (id, status = 'completed') => Reply.fromItem(item(id, 'assistant', status));

/** A thread, and what it tells. */
function rig(...messages) {
  const thread = new Thread();
  thread.prepend(messages);
  const told = [];
  thread.subscribe(({ kind, from }) => told.push(from === undefined ? kind : [kind, from]));
  return { thread, told, ids: () => thread.messages.map(({ id }) => id) };
}

test('A reply stands below its words, before what was said next', () => {
  const [one, two] = [words('u1'), words('u2')];
  const { thread, told, ids } = rig(one, two);
  thread.add(reply('r1'), one);
  assert.deepEqual(ids(), ['u1', 'r1', 'u2']);
  assert.deepEqual(told, [['added', 1]]);
});

test('Replacing the end keeps what is the same, and tells from where it is not', () => {
  const all = [words('u1'), reply('r1'), words('u2')];
  const { thread, told, ids } = rig(...all);
  thread.replace(0, [...all]);
  assert.deepEqual(told, []);
  thread.replace(1, [all[1], words('u3'), all[2]]);
  assert.deepEqual(ids(), ['u1', 'r1', 'u3', 'u2']);
  assert.deepEqual(told[0], ['arranged', 2]);
  thread.replace(1, [all[1]]);
  assert.deepEqual(ids(), ['u1', 'r1']);
  assert.equal(thread.find('u2'), null);
});

test('The reply being made is the first of those underway', () => {
  const [first, second] = [reply('r1', 'running'), reply('r2', 'running')];
  const { thread } = rig(words('u1'), first, words('u2'), second);
  assert.equal(thread.reply, first);
  first.status = 'completed';
  thread.touch(first);
  assert.equal(thread.reply, second);
  thread.remove(second);
  assert.equal(thread.reply, null);
});

test('A reply that is not here any more is not told of', () => {
  const gone = reply('r1', 'running');
  const { thread, told } = rig(words('u1'), gone);
  thread.remove(gone);
  told.length = 0;
  thread.touch(gone);
  assert.deepEqual([told, thread.reply], [[], null]);
});

test('The latest is the last that the service has or will have', () => {
  const [one, two] = [words('u1'), reply('r1')];
  const { thread } = rig(one, two);
  // As long as nobody has said in which order they stand, any could be.
  assert.equal(two.isLatest, false);
  thread.noteListed();
  assert.deepEqual([one.isLatest, two.isLatest], [false, true]);
  const unsent = new Message({ role: 'user', text: 'x', status: 'held' });
  thread.add(unsent);
  assert.equal(two.isLatest, false);
  unsent.status = 'failed';
  thread.touch(unsent);
  assert.equal(two.isLatest, true);
});

test('What happens at the end of a long conversation looks at the end only', () => {
  let looks = 0;
  const watched = (message) =>
    new Proxy(message, {
      get(target, name) {
        looks += 1;
        return Reflect.get(target, name, target);
      },
    });
  const { thread } = rig(
    ...Array.from({ length: 10_000 }, (_, number) => watched(words(`u${number}`))),
  );
  looks = 0;
  const last = reply('r1', 'running');
  thread.add(last);
  for (let event = 0; event < 100; event += 1) {
    last.text += '.';
    thread.touch(last);
  }
  assert.ok(looks < 1_000, `${looks} looks`);
});
