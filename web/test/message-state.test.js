import assert from 'node:assert/strict';
import { test } from 'node:test';
import { actionsFor, wordsFor } from '../js/components/message-state.js';
import { strings } from '../js/lib/strings.js';
import { Letter } from '../js/models/letter.js';
import { Message } from '../js/models/message.js';

const said = (fields) => Object.assign(new Message({ role: 'user' }), fields);
const reply = (fields) => Object.assign(new Message({ role: 'assistant' }), fields);
const held = (waitsFor) => Object.assign(new Letter({}), { status: 'held', waitsFor });

test('Every reason to wait has words, and nothing to press', () => {
  for (const [reason, words] of Object.entries(strings.waits)) {
    const message = said({ status: 'held', waitsFor: reason });
    assert.equal(wordsFor(message), words);
    assert.deepEqual(actionsFor(message), []);
  }
});

test('What is sent goes without saying', () => {
  for (const status of ['sent', 'queued']) assert.equal(wordsFor(said({ status })), '');
});

test('A refused message says why, and can be sent again or edited', () => {
  const message = said({ status: 'failed', problem: { detail: 'Too long.' } });
  assert.equal(wordsFor(message), 'Too long.');
  assert.deepEqual(actionsFor(message), ['sendAgain', 'edit']);
  assert.equal(wordsFor(said({ status: 'failed', problem: {} })), strings.status.failed);
});

test('An interrupted reply goes on or is made anew; one without a word only the latter', () => {
  const message = reply({ status: 'interrupted', text: 'So', isLatest: true });
  assert.deepEqual(actionsFor(message), ['continue', 'askAgain']);
  message.text = '';
  assert.deepEqual(actionsFor(message), ['askAgain']);
});

test('Nothing is offered twice, or where something has come after it', () => {
  const message = reply({ status: 'interrupted', text: 'So', isLatest: true });
  message.letter = held('connection');
  assert.deepEqual(actionsFor(message), []);
  assert.equal(wordsFor(message), strings.asks.connection);
  message.letter = held('pace');
  assert.equal(wordsFor(message), strings.asks.service);
  assert.deepEqual(actionsFor(reply({ status: 'failed', isLatest: false })), []);
});

test('Another go that was refused says so, and stays possible', () => {
  const message = reply({ status: 'interrupted', text: 'So', isLatest: true, refusal: {} });
  assert.equal(wordsFor(message), strings.status.notAsked);
  assert.deepEqual(actionsFor(message), ['continue', 'askAgain']);
});
