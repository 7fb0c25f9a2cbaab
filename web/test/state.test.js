import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError } from '../js/api.js';
import { Observable } from '../js/lib/observable.js';
import { State } from '../js/state.js';

const item = (id, day) => ({
  conversation_id: id,
  title: id,
  updated_at: `2026-11-${day}T12:00:00Z`,
});

/** Places whose unsent messages were given up. */
const dropped = [];

async function loaded(calls = {}) {
  const api = { conversations: async () => ({ items: [item('b', 22), item('a', 21)] }), ...calls };
  const outbox = Object.assign(new Observable(), { dropAll: (id) => dropped.push(id) });
  const state = new State({ api, outbox });
  await state.reload();
  return state;
}

const ids = ({ conversations }) => conversations.map(({ conversation_id: id }) => id);

test('Deleting empties the list at once, and the service once it is final', async () => {
  const removed = [];
  const state = await loaded({
    remove: async (id) => {
      removed.push(id);
    },
  });
  state.remove('b');
  await state.reload();
  assert.deepEqual([ids(state), removed], [['a'], []]);
  assert.deepEqual(dropped, []);
  await state.finishDeleting();
  assert.deepEqual([removed, dropped], [['b'], ['b']]);
});

test('Undo brings a conversation back to its place', async () => {
  const state = await loaded({ remove: async () => assert.fail('it was brought back') });
  state.remove('b');
  state.bringBack('b');
  await state.finishDeleting();
  assert.deepEqual(ids(state), ['b', 'a']);
});

test('What the service could not delete is shown again', async () => {
  const state = await loaded({
    remove: async () => {
      throw new ApiError(503);
    },
  });
  state.remove('a');
  await state.finishDeleting();
  assert.deepEqual(ids(state), ['b', 'a']);
});

test('A name that was not taken is taken back', async () => {
  const state = await loaded({
    rename: async () => {
      throw new ApiError(0);
    },
  });
  await state.rename('a', 'new');
  assert.equal(state.conversations[1].title, 'a');
});

test('A list that cannot be loaded leaves the one that is there', async () => {
  const pages = [
    async () => ({ items: [item('a', 21)] }),
    async () => {
      throw new ApiError(0);
    },
  ];
  const state = await loaded({ conversations: () => pages.shift()() });
  await state.reload();
  assert.deepEqual(ids(state), ['a']);
});
