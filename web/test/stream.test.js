import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError } from '../js/api.js';
import { TurnStream } from '../js/stream.js';

/** An EventSource that does what a test tells it, and timers that run when a test says so. */
function rig({ turn = async () => ({}), after = 0 } = {}) {
  const sources = [];
  const timers = [];
  class FakeSource {
    readyState = 1;
    listeners = {};

    constructor(address) {
      this.address = address;
      sources.push(this);
    }

    addEventListener(name, listener) {
      this.listeners[name] = listener;
    }

    close() {
      this.readyState = 2;
      this.isClosed = true;
    }

    send(number, name, content = {}) {
      this.listeners[name]({ lastEventId: String(number), data: JSON.stringify(content) });
    }

    giveUp() {
      this.readyState = 2;
      this.onerror();
    }
  }
  const events = [];
  const losses = [];
  const api = { turn, eventsAddress: (id, after) => `${id}?after=${after}` };
  const on = { event: (event) => events.push(event), connection: (isLost) => losses.push(isLost) };
  const platform = {
    EventSource: FakeSource,
    setTimeout: (action, wait) => timers.push({ action, wait }),
    clearTimeout: () => {},
    random: () => 0.5,
  };
  const stream = new TurnStream('t1', api, on, after, platform);
  return { stream, sources, timers, events, losses };
}

test('A connection that was given up is opened again after the last number seen', async () => {
  const { sources, timers, events, losses } = rig();
  sources[0].send(1, 'turn');
  sources[0].send(2, 'text', { text: 'Three ' });
  sources[0].giveUp();
  assert.deepEqual(losses, [true]);
  await timers[0].action();
  assert.equal(sources[1].address, 't1?after=2');
  sources[1].send(2, 'text', { text: 'Three ' });
  sources[1].send(3, 'text', { text: 'weeks.' });
  assert.deepEqual(
    events.map(({ number }) => number),
    [1, 2, 3],
  );
});

test('Whoever knows a part of it already asks for the rest', () => {
  const { sources, events } = rig({ after: 3 });
  assert.equal(sources[0].address, 't1?after=3');
  sources[0].send(3, 'text', { text: 'known' });
  sources[0].send(4, 'text', { text: 'new' });
  assert.deepEqual(
    events.map(({ number }) => number),
    [4],
  );
});

test('It waits longer each time the service is not there', async () => {
  const { sources, timers } = rig({
    turn: async () => {
      throw new ApiError(0);
    },
  });
  sources[0].giveUp();
  for (let attempt = 0; attempt < 8; attempt += 1) await timers[attempt].action();
  const waits = timers.map(({ wait }) => wait);
  assert.ok(waits[1] > waits[0] && waits[2] > waits[1]);
  assert.ok(Math.max(...waits) <= 30_000);
});

test('A turn that is gone ends the reply instead of asking for ever', async () => {
  const { sources, timers, events } = rig({
    turn: async () => {
      throw new ApiError(404);
    },
  });
  sources[0].send(1, 'turn');
  sources[0].giveUp();
  await timers[0].action();
  assert.equal(sources.length, 1);
  assert.deepEqual(events.at(-1), { number: 2, name: 'done', content: { status: 'interrupted' } });
});

test('A turn that has ended and has nothing left to send ends the reply', async () => {
  const turn = async () => ({ status: 'stopped', last_event: 2 });
  const { sources, timers, events } = rig({ turn });
  sources[0].send(2, 'text', { text: 'Three weeks.' });
  sources[0].giveUp();
  await timers[0].action();
  assert.equal(sources.length, 1);
  assert.equal(events.at(-1).content.status, 'stopped');
});

test('It closes with `done` and hears nothing more', () => {
  const { sources, events, stream } = rig();
  sources[0].send(1, 'done', { status: 'completed' });
  assert.equal(sources[0].isClosed, true);
  sources[0].send(2, 'text', { text: 'late' });
  stream.refresh();
  assert.equal(events.length, 1);
  assert.equal(sources.length, 1);
});

test('A reconnection that the browser makes by itself is left to it', () => {
  const { sources, timers, losses } = rig();
  sources[0].readyState = 0;
  sources[0].onerror();
  sources[0].onopen();
  assert.equal(timers.length, 0);
  assert.deepEqual(losses, [true, false]);
});

test('A refresh starts over on a new connection, and the old one is not heard', () => {
  const { sources, stream, timers } = rig();
  sources[0].send(4, 'text', { text: 'a' });
  stream.refresh();
  assert.equal(sources[0].isClosed, true);
  assert.equal(sources[1].address, 't1?after=4');
  sources[0].giveUp();
  assert.equal(timers.length, 0);
});
