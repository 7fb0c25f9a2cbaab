import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Api, ApiError } from '../js/api.js';

const answering = (status, body, headers = {}) =>
  new Api(async () => new Response(body, { status, headers }));

test('A lost connection is an error that is worth another try', async () => {
  const api = new Api(async () => {
    throw new TypeError('network');
  });
  await assert.rejects(
    api.conversations(),
    (error) => error instanceof ApiError && error.isWorthAnotherTry,
  );
});

test('A problem brings its words and how long to wait', async () => {
  const api = answering(429, JSON.stringify({ status: 429, detail: 'wait' }), {
    'Retry-After': '7',
  });
  await assert.rejects(api.conversations(), (error) => {
    assert.equal(error.problem.detail, 'wait');
    assert.equal(error.retryAfterSeconds, 7);
    return error.isWorthAnotherTry;
  });
});

test('A page of a proxy in place of an answer is an error, not a crash', async () => {
  await assert.rejects(answering(502, '<html>').turn('t'), ApiError);
  await assert.rejects(answering(200, '<html>').turn('t'), ApiError);
});

test('What a person did wrong is not tried again', async () => {
  await assert.rejects(answering(422, '{}').turn('t'), (error) => !error.isWorthAnotherTry);
});

test('An answer without content is an answer', async () => {
  const api = new Api(async () => new Response(null, { status: 204 }));
  assert.deepEqual(await api.remove('c'), {});
});
