import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Presence } from '../js/presence.js';

/** A window that a test looks away from. */
function rig() {
  const listeners = {};
  const listen = (name, listener) => {
    listeners[name] = listener;
  };
  const document = { visibilityState: 'visible', addEventListener: listen };
  let look;
  const window = {
    document,
    addEventListener: listen,
    setInterval: (action) => {
      look = action;
    },
  };
  let now = 0;
  const told = [];
  const presence = new Presence(window, () => now);
  presence.subscribe(({ kind }) => told.push(kind));
  /** The timer comes after so many seconds. */
  const lookAfter = (seconds) => {
    now += seconds * 1000;
    look();
  };
  return { document, listeners, told, lookAfter };
}

test('The network, a shown page, and one out of the cache of the browser are back', () => {
  const { document, listeners, told } = rig();
  listeners.online();
  listeners.visibilitychange();
  listeners.pageshow({ persisted: true });
  assert.deepEqual(told, ['back', 'back', 'back']);
  document.visibilityState = 'hidden';
  listeners.visibilitychange();
  listeners.pageshow({ persisted: false });
  assert.equal(told.length, 3);
});

test('Whoever stays is told now and then', () => {
  const { told, lookAfter } = rig();
  for (let second = 0; second < 60; second += 5) lookAfter(5);
  assert.deepEqual(told, ['here', 'here']);
});

test('A timer that comes far too late means that the machine has slept', () => {
  const { told, lookAfter } = rig();
  lookAfter(5);
  lookAfter(3600);
  assert.deepEqual(told, ['back']);
});

test('Nobody asks for a page that is hidden, whose timers are slow anyway', () => {
  const { document, told, lookAfter } = rig();
  document.visibilityState = 'hidden';
  for (let minute = 0; minute < 5; minute += 1) lookAfter(60);
  assert.deepEqual(told, []);
});
