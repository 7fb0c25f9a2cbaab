import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Reply } from '../js/models/reply.js';

const awaited = () => Reply.awaited({ message_id: 'm1', turn_id: 't1' });
const text = (number, words) => ({ number, name: 'text', content: { text: words } });

test('A repeated event is ignored', () => {
  const reply = awaited();
  assert.equal(reply.apply(text(2, 'Three ')), true);
  assert.equal(reply.apply(text(2, 'Three ')), false);
  assert.equal(reply.apply(text(1, 'late')), false);
  reply.apply(text(3, 'weeks.'));
  assert.equal(reply.text, 'Three weeks.');
});

test('Shown text never becomes shorter when a snapshot knows less', () => {
  const reply = awaited();
  reply.apply(text(2, 'Three weeks of checking.'));
  reply.apply({ number: 3, name: 'snapshot', content: { text: 'Three' } });
  assert.equal(reply.text, 'Three weeks of checking.');
  reply.apply({
    number: 4,
    name: 'snapshot',
    content: { text: 'Three weeks of checking. And more.' },
  });
  assert.equal(reply.text, 'Three weeks of checking. And more.');
});

test('A reply listed half done stays as it is while its log is repeated, then grows', () => {
  const reply = Reply.fromItem({
    message_id: 'm',
    turn_id: 't',
    role: 'assistant',
    status: 'running',
    text: 'One. Two.',
  });
  reply.apply(text(2, 'One. '));
  assert.equal(reply.text, 'One. Two.');
  reply.apply(text(3, 'Two.'));
  reply.apply(text(4, ' Three.'));
  assert.equal(reply.text, 'One. Two. Three.');
});

test('A list that is behind the events takes nothing back', () => {
  const reply = awaited();
  reply.apply(text(2, 'One. Two.'));
  const item = { status: 'running', text: 'One.' };
  assert.equal(reply.take(item), false);
  assert.equal(reply.text, 'One. Two.');
  assert.equal(reply.take({ status: 'stopped', text: 'One. Two. Three.' }), true);
  assert.deepEqual([reply.text, reply.status], ['One. Two. Three.', 'stopped']);
});

test('It waits until the first words, runs, and ends as the service says', () => {
  const reply = awaited();
  reply.apply({ number: 1, name: 'turn', content: { message_id: 'm1' } });
  assert.equal(reply.status, 'waiting');
  reply.apply(text(2, 'Hm.'));
  assert.equal(reply.status, 'running');
  assert.equal(reply.isUnderway, true);
  reply.apply({
    number: 3,
    name: 'done',
    content: { status: 'interrupted', problem: { detail: 'why' } },
  });
  assert.equal(reply.status, 'interrupted');
  assert.equal(reply.problem.detail, 'why');
  assert.equal(reply.isUnderway, false);
});

test('A notice replaces the one of its kind, and the queue ends with the first words', () => {
  const reply = awaited();
  const queued = (number, place) => ({
    number,
    name: 'notice',
    content: { kind: 'queued', text: `${place}`, place },
  });
  reply.apply(queued(2, 2));
  reply.apply(queued(3, 1));
  reply.apply({ number: 4, name: 'notice', content: { kind: 'ai_disclosure', text: 'An AI.' } });
  assert.deepEqual(
    reply.notices.map(({ text: words }) => words),
    ['1', 'An AI.'],
  );
  reply.apply(text(5, 'Hello.'));
  assert.deepEqual(
    reply.notices.map(({ kind }) => kind),
    ['ai_disclosure'],
  );
});

test('An event of a later version of the service is counted and does no harm', () => {
  const reply = awaited();
  assert.equal(reply.apply({ number: 2, name: 'something_new', content: {} }), true);
  assert.equal(reply.last, 2);
});
