import assert from 'node:assert/strict';
import { test } from 'node:test';
import { guardedStorage } from '../js/lib/storage.js';
import { Drafts } from '../js/models/draft.js';
import { MemoryStorage } from './support/browser.js';

test('A page that may store nothing still keeps what is written', () => {
  const drafts = new Drafts(
    guardedStorage(() => {
      throw new Error('forbidden');
    }),
  );
  drafts.keepText(null, 'half a sentence');
  assert.equal(drafts.text(null), 'half a sentence');
});

test('A storage that fills up keeps the newest words all the same', () => {
  const storage = new MemoryStorage();
  const drafts = new Drafts(guardedStorage(() => storage));
  drafts.keepText('c1', 'old');
  Object.defineProperty(storage, 'isFull', { value: true });
  drafts.keepText('c1', 'new');
  assert.equal(drafts.text('c1'), 'new');
});

test('Each conversation has its own, and the next visit finds it', () => {
  const storage = new MemoryStorage();
  const drafts = new Drafts(guardedStorage(() => storage));
  drafts.keepText('c1', 'one');
  drafts.keepText('c2', 'two');
  drafts.keepText('c1', '');
  const next = new Drafts(guardedStorage(() => storage));
  assert.deepEqual([next.text('c1'), next.text('c2')], ['', 'two']);
});

test('A conversation that begins takes along what was written meanwhile', () => {
  const drafts = new Drafts(guardedStorage(() => new MemoryStorage()));
  const storage = new MemoryStorage();
  const kept = new Drafts(guardedStorage(() => storage));
  kept.keepText(null, 'and another thing');
  kept.begin('c1');
  assert.deepEqual([kept.text(null), kept.text('c1')], ['', 'and another thing']);
  drafts.begin('c1');
  assert.equal(drafts.text('c1'), '');
});
