import assert from 'node:assert/strict';
import { webcrypto } from 'node:crypto';
import { test } from 'node:test';
import { Line } from '../js/line.js';
import { ManualClock } from './support/clock.js';

globalThis.crypto ??= webcrypto;

/** Sockets that do what a test tells them. */
function rig() {
  const clock = new ManualClock();
  const sockets = [];
  class FakeSocket {
    readyState = 0;
    sent = [];

    constructor(address, protocol) {
      Object.assign(this, { address, protocol });
      sockets.push(this);
    }

    send(text) {
      this.sent.push(JSON.parse(text));
    }

    close() {
      if (this.readyState === 3) return;
      this.readyState = 3;
      this.onclose();
    }

    open() {
      this.readyState = 1;
      this.onopen();
    }

    say(frame) {
      this.onmessage({ data: JSON.stringify(frame) });
    }

    acknowledge() {
      this.say({ type: 'ack', request_id: this.sent.at(-1).request_id });
    }
  }
  const line = new Line({ WebSocket: FakeSocket, address: 'ws://here', ...clock });
  const told = [];
  line.subscribe((change) => told.push(change));
  return { clock, line, sockets, told };
}

test('It says what it watches, and tells when nothing is missed any more', () => {
  const { line, sockets, told } = rig();
  line.watch('c1');
  const [socket] = sockets;
  assert.deepEqual([socket.address, socket.protocol], ['ws://here', 'notatherapist.v1']);
  socket.open();
  const { type, conversation_id: id } = socket.sent[0];
  assert.deepEqual([type, id, line.isWatching], ['watch', 'c1', false]);
  socket.acknowledge();
  assert.deepEqual([told, line.isWatching], [[{ kind: 'watching', wasLost: false }], true]);
});

test('A conversation that has not begun needs no line', () => {
  const { line, sockets } = rig();
  line.watch(null);
  line.check();
  assert.equal(sockets.length, 0);
});

test('Another conversation is watched over the same line; the old answer counts no more', () => {
  const { line, sockets } = rig();
  line.watch('c1');
  sockets[0].open();
  const { request_id: old } = sockets[0].sent[0];
  line.watch('c2');
  sockets[0].say({ type: 'ack', request_id: old });
  assert.equal(line.isWatching, false);
  sockets[0].acknowledge();
  assert.equal(line.isWatching, true);
  assert.equal(sockets.length, 1);
});

test('A turn that begins is told of', () => {
  const { line, sockets, told } = rig();
  line.watch('c1');
  sockets[0].open();
  sockets[0].say({ type: 'turn', turn_id: 't1', conversation_id: 'c1', id: 1 });
  assert.deepEqual(told, [{ kind: 'turn', turnId: 't1', conversationId: 'c1' }]);
});

test('A line that breaks is opened again, after longer and longer times', async () => {
  const { clock, line, sockets, told } = rig();
  line.watch('c1');
  sockets[0].open();
  sockets[0].acknowledge();
  const waits = [];
  for (let attempt = 0; attempt < 8; attempt += 1) {
    sockets.at(-1).close();
    assert.equal(line.isWatching, false);
    waits.push(clock.waits[0]);
    await clock.pass(clock.waits[0]);
  }
  assert.ok(waits[1] > waits[0] && waits[2] > waits[1] && Math.max(...waits) <= 30_000);
  sockets.at(-1).open();
  sockets.at(-1).acknowledge();
  assert.deepEqual(told.at(-1), { kind: 'watching', wasLost: true });
});

test('A line that does not answer is dead, however alive it looks', async () => {
  const { clock, line, sockets } = rig();
  line.watch('c1');
  sockets[0].open();
  sockets[0].acknowledge();
  await clock.pass(25_000);
  assert.equal(sockets[0].sent.at(-1).type, 'ping');
  sockets[0].say({ type: 'pong' });
  await clock.pass(25_000);
  assert.equal(sockets.length, 1);
  await clock.pass(15_000);
  assert.equal(sockets[0].readyState, 3);
  assert.equal(sockets.length, 2);
});

test('After an absence it has to answer at once', async () => {
  const { clock, line, sockets } = rig();
  line.watch('c1');
  sockets[0].open();
  sockets[0].acknowledge();
  line.check();
  assert.equal(sockets[0].sent.at(-1).type, 'ping');
  await clock.pass(11_000);
  assert.equal(sockets.length, 2);
  sockets[1].close();
  line.check();
  assert.equal(sockets.length, 3);
});

test('A watch that is refused, or a frame of a later version, does no harm', () => {
  const { line, sockets, told } = rig();
  line.watch('c1');
  sockets[0].open();
  sockets[0].say({ type: 'error', request_id: sockets[0].sent[0].request_id, problem: {} });
  sockets[0].say({ type: 'something_new' });
  assert.deepEqual([told, line.isWatching], [[], false]);
});

test('It tells that the person writes, not more often than every five seconds', async () => {
  const { clock, line, sockets } = rig();
  line.watch('c1');
  const [socket] = sockets;
  line.type();
  socket.open();
  socket.acknowledge();
  const typings = () => socket.sent.filter(({ type }) => type === 'typing').length;
  assert.equal(typings(), 0);
  line.type();
  line.type();
  assert.equal(typings(), 1);
  await clock.pass(5_000);
  line.type();
  assert.equal(typings(), 2);
});

test('It connects for someone who writes a first message, and is not missed when lost', () => {
  const { clock, line, sockets } = rig();
  line.type();
  assert.equal(sockets.length, 1);
  line.type();
  assert.equal(sockets.length, 1);
  sockets[0].open();
  line.type();
  assert.deepEqual(sockets[0].sent.at(-1), { type: 'typing' });
  sockets[0].close();
  assert.deepEqual([sockets.length, clock.waits.length], [1, 0]);
});
