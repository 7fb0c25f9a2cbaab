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

test('Every refusal that may pass says what has to change', () => {
  const reasons = [0, 401, 408, 429, 500, 503, 400, 404, 409, 413, 422].map(
    (status) => new ApiError(status).reasonToWait,
  );
  assert.deepEqual(reasons, [
    'connection',
    'recognition',
    'service',
    'pace',
    'service',
    'service',
    ...Array(5).fill(null),
  ]);
  assert.equal(new ApiError(409, { code: 'turn_running' }).reasonToWait, 'reply');
});

test('Who is not recognised gets a cookie by opening the page, and asks again', async () => {
  const paths = [];
  let isKnown = false;
  const api = new Api(async (path) => {
    paths.push(path);
    if (path === '/') isKnown = true;
    return path === '/' ? new Response('<html>') : answerTo(isKnown);
  });
  const answerTo = (known) =>
    known ? Response.json({ items: [] }) : Response.json({ status: 401 }, { status: 401 });
  await api.conversations();
  assert.deepEqual(paths, ['/api/conversations', '/', '/api/conversations']);
});

test('Who is still not recognised is told so, without asking for ever', async () => {
  let calls = 0;
  const api = new Api(async () => {
    calls += 1;
    return Response.json({ status: 401 }, { status: 401 });
  });
  await assert.rejects(api.conversations(), (error) => error.reasonToWait === 'recognition');
  assert.equal(calls, 3);
});

test('A message goes out while the page closes, as far as the browser takes it', async () => {
  const kept = [];
  const answers = [];
  const api = new Api((path, { keepalive }) => {
    kept.push(keepalive);
    return new Promise((resolve) => answers.push(resolve));
  });
  const answer = () => answers.shift()(Response.json({ turn_id: 't', conversation_id: 'c' }));
  const message = 'x'.repeat(30_000);
  const first = api.startTurn({ message });
  const second = api.startTurn({ message });
  assert.deepEqual(kept, [true, false]);
  answer();
  await first;
  const third = api.startTurn({ message });
  assert.deepEqual(kept, [true, false, true]);
  answer();
  answer();
  await Promise.all([second, third]);
});

test('An answer without a turn is none', async () => {
  for (const answer of [Response.json({}), new Response(null, { status: 204 })]) {
    const api = new Api(async () => answer);
    await assert.rejects(api.startTurn({}), (error) => error.reasonToWait === 'connection');
  }
});

test('What a person did wrong is not tried again', async () => {
  await assert.rejects(answering(422, '{}').turn('t'), (error) => !error.isWorthAnotherTry);
});

test('An answer without content is an answer', async () => {
  const api = new Api(async () => new Response(null, { status: 204 }));
  assert.deepEqual(await api.remove('c'), {});
});
