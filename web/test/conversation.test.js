import assert from 'node:assert/strict';
import { webcrypto } from 'node:crypto';
import { test } from 'node:test';
import { ApiError } from '../js/api.js';
import { guardedStorage } from '../js/lib/storage.js';
import { Conversation } from '../js/models/conversation.js';
import { Drafts } from '../js/models/draft.js';

// Node 18 keeps this behind a flag; browsers all have it.
globalThis.crypto ??= webcrypto;

const settled = () => new Promise((resolve) => setImmediate(resolve));

/** A conversation whose service answers as a test says. */
function rig({ id = null, startTurn = accepting(), drafts = newDrafts(), ...calls } = {}) {
  const followed = [];
  const requests = [];
  const api = {
    startTurn: async (request) => {
      requests.push(request);
      return startTurn(request);
    },
    stopTurn: async () => ({}),
    turn: async () => ({}),
    messages: async () => ({ items: [] }),
    ...calls,
  };
  const follow = (turnId, on) => {
    const stream = { turnId, on, close() {}, refresh() {} };
    followed.push(stream);
    return stream;
  };
  return {
    conversation: new Conversation({ api, drafts, follow }, id),
    followed,
    requests,
    drafts,
  };
}

function newDrafts() {
  return new Drafts(
    guardedStorage(() => {
      throw new Error('no storage');
    }),
  );
}

function accepting() {
  let count = 0;
  return async () => {
    count += 1;
    return {
      turn_id: `t${count}`,
      message_id: `r${count}`,
      user_message_id: `u${count}`,
      conversation_id: 'c1',
    };
  };
}

const statuses = ({ thread }) => thread.messages.map(({ status }) => status);
const done = (number, status = 'completed') => ({ number, name: 'done', content: { status } });

test('A refused message stays, keeps its text, and is sent again under the same id', async () => {
  let isRefusing = true;
  const accept = accepting();
  const { conversation, requests, drafts } = rig({
    startTurn: async (request) => {
      if (isRefusing) throw new ApiError(422, { status: 422, detail: 'no' });
      return accept(request);
    },
  });
  conversation.send('hello');
  await settled();
  const [message] = conversation.thread.messages;
  assert.deepEqual(
    [message.status, message.text, message.problem.detail],
    ['failed', 'hello', 'no'],
  );
  assert.equal(drafts.held(null).length, 1);
  isRefusing = false;
  conversation.sendAgain(message);
  await settled();
  assert.equal(requests[0].client_message_id, requests[1].client_message_id);
  assert.deepEqual(statuses(conversation), ['sent', 'waiting']);
  assert.equal(drafts.held(null).length, 0);
});

test('Without a connection a message is held, and it goes out once that is back', async () => {
  let isOffline = true;
  const accept = accepting();
  const { conversation } = rig({
    startTurn: async (request) => {
      if (isOffline) throw new ApiError(0);
      return accept(request);
    },
  });
  conversation.send('hello');
  await settled();
  assert.deepEqual(statuses(conversation), ['held']);
  isOffline = false;
  conversation.refresh();
  await settled();
  assert.deepEqual(statuses(conversation), ['sent', 'waiting']);
  conversation.close();
});

test('What an earlier visit left unsent is shown and sent', async () => {
  const drafts = newDrafts();
  drafts.hold({ clientMessageId: 'k2', conversationId: 'c1', text: 'second', time: 2 });
  drafts.hold({ clientMessageId: 'k1', conversationId: 'c1', text: 'first', time: 1 });
  const { conversation, requests } = rig({ id: 'c1', drafts });
  await conversation.open();
  await settled();
  assert.deepEqual(
    conversation.thread.messages.map(({ text }) => text),
    ['first', 'second', ''],
  );
  assert.equal(requests[0].client_message_id, 'k1');
  assert.equal(requests[0].conversation_id, 'c1');
});

test('What is written while a reply comes in is sent after it', async () => {
  const { conversation, followed, requests } = rig();
  conversation.send('one');
  await settled();
  conversation.send('two');
  await settled();
  assert.equal(requests.length, 1);
  followed[0].on.event(done(1));
  await settled();
  assert.deepEqual(
    requests.map(({ message }) => message),
    ['one', 'two'],
  );
  assert.equal(requests[1].conversation_id, 'c1');
});

test('Stop before the service has answered stops the turn as soon as it is known', async () => {
  const stopped = [];
  const { conversation } = rig({
    stopTurn: async (id) => {
      stopped.push(id);
    },
  });
  conversation.send('hello');
  conversation.stop();
  await settled();
  assert.deepEqual(stopped, ['t1']);
});

test('Opening a conversation takes up the reply that is still being made', async () => {
  const items = [
    { message_id: 'u', role: 'user', text: 'hi', turn_id: 't9' },
    { message_id: 'r', role: 'assistant', text: 'So', status: 'running', turn_id: 't9' },
  ];
  const { conversation, followed } = rig({ id: 'c1', messages: async () => ({ items }) });
  await conversation.open();
  assert.equal(followed[0].turnId, 't9');
  followed[0].on.event({ number: 2, name: 'text', content: { text: 'So it is night.' } });
  assert.equal(conversation.thread.messages[1].text, 'So it is night.');
});

test('Older pages come in above what is there', async () => {
  const pages = {
    first: { items: [{ message_id: '3', role: 'user', text: 'three' }], next_cursor: 'older' },
    older: {
      items: [
        { message_id: '1', role: 'user', text: 'one' },
        { message_id: '2', role: 'user', text: 'two' },
      ],
    },
  };
  const { conversation } = rig({
    id: 'c1',
    messages: async (id, cursor) => pages[cursor ?? 'first'],
  });
  await conversation.open();
  await conversation.loadOlder();
  await conversation.loadOlder();
  assert.deepEqual(
    conversation.thread.messages.map(({ text }) => text),
    ['one', 'two', 'three'],
  );
});

test('An interrupted reply is continued below; a failed one is replaced', async () => {
  const { conversation, followed, requests } = rig();
  conversation.send('hello');
  await settled();
  followed[0].on.event(done(1, 'interrupted'));
  await conversation.continueReply(conversation.thread.messages[1]);
  assert.deepEqual(statuses(conversation), ['sent', 'interrupted', 'waiting']);
  followed[1].on.event(done(1, 'failed'));
  await conversation.askAgain(conversation.thread.messages[2]);
  assert.deepEqual(statuses(conversation), ['sent', 'interrupted', 'waiting']);
  assert.deepEqual([requests[1].continue_of, requests[2].regenerate_of], ['r1', 'r2']);
});

test('The crisis card is whole where the level rises, and a line where it stays', async () => {
  const { conversation, followed } = rig();
  const levels = ['watch', 'crisis', 'crisis', 'imminent'];
  for (const [turn, level] of levels.entries()) {
    conversation.send('words');
    await settled();
    followed[turn].on.event({ number: 1, name: 'safety', content: { level, resources: [] } });
    followed[turn].on.event(done(2));
    await settled();
  }
  const replies = conversation.thread.messages.filter(({ role }) => role === 'assistant');
  assert.deepEqual(
    replies.map(({ isCardWhole }) => isCardWhole),
    [false, true, false, true],
  );
});

test('Help is shown even when the message could not be stored', async () => {
  const safety = { level: 'crisis', resources: [] };
  const { conversation } = rig({
    startTurn: async () => {
      throw new ApiError(503, { status: 503, safety });
    },
  });
  conversation.send('words');
  await settled();
  const [message] = conversation.thread.messages;
  assert.deepEqual([message.safety, message.isCardWhole], [safety, true]);
  conversation.close();
});
