import assert from 'node:assert/strict';
import { test } from 'node:test';
import { guardedStorage } from '../js/lib/storage.js';
import { Drafts } from '../js/models/draft.js';

/** What localStorage is to a page, as far as it is used. */
class MemoryStorage {
  getItem(key) {
    return this[key] ?? null;
  }

  setItem(key, value) {
    if (this.isFull) throw new Error('full');
    Object.defineProperty(this, key, { value, enumerable: true, configurable: true });
  }

  removeItem(key) {
    delete this[key];
  }
}

const entry = (clientMessageId, time, conversationId = null) => ({
  clientMessageId,
  conversationId,
  text: `text ${clientMessageId}`,
  time,
});

test('A page that may store nothing still keeps what is written', () => {
  const drafts = new Drafts(
    guardedStorage(() => {
      throw new Error('forbidden');
    }),
  );
  drafts.keepText(null, 'half a sentence');
  drafts.hold(entry('a', 1));
  assert.equal(drafts.text(null), 'half a sentence');
  assert.equal(drafts.held(null).length, 1);
});

test('A storage that fills up keeps the newest words all the same', () => {
  const storage = new MemoryStorage();
  const drafts = new Drafts(guardedStorage(() => storage));
  drafts.keepText('c1', 'old');
  Object.defineProperty(storage, 'isFull', { value: true });
  drafts.keepText('c1', 'new');
  assert.equal(drafts.text('c1'), 'new');
});

test('Held messages come back in the order they were written, each to its conversation', () => {
  const drafts = new Drafts(guardedStorage(() => new MemoryStorage()));
  const storage = new MemoryStorage();
  const kept = new Drafts(guardedStorage(() => storage));
  kept.hold(entry('b', 2));
  kept.hold(entry('a', 1));
  kept.hold(entry('c', 3, 'c1'));
  const next = new Drafts(guardedStorage(() => storage));
  assert.deepEqual(
    next.held(null).map(({ clientMessageId }) => clientMessageId),
    ['a', 'b'],
  );
  next.release('a');
  assert.deepEqual(
    kept.held(null).map(({ clientMessageId }) => clientMessageId),
    ['b'],
  );
  assert.deepEqual(drafts.held(null), []);
});

test('An entry that cannot be read is passed over', () => {
  const storage = new MemoryStorage();
  storage.setItem('nat.unsent.x', '{broken');
  assert.deepEqual(new Drafts(guardedStorage(() => storage)).held(null), []);
});
