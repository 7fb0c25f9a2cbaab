import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closeEmphasis } from '../js/lib/markdown.js';

test('Bold text that is still coming in never shows its marks', () => {
  assert.equal(closeEmphasis('It was **really '), 'It was **really**');
  assert.equal(closeEmphasis('It was **'), 'It was ');
});

test('What is closed, or in an earlier paragraph, is left alone', () => {
  assert.equal(closeEmphasis('It was **really** so'), 'It was **really** so');
  assert.equal(closeEmphasis('two ** stars\n\nnext '), 'two ** stars\n\nnext ');
});
