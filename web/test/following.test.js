import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Following } from '../js/models/following.js';
import { Reply } from '../js/models/reply.js';

const reply = (id) => Reply.awaited({ message_id: `m${id}`, turn_id: `t${id}` });

function rig() {
  const streams = [];
  const told = [];
  const follow = (turnId, on, after) => {
    const stream = { turnId, on, after, close: () => (stream.isClosed = true), refresh() {} };
    streams.push(stream);
    return stream;
  };
  const following = new Following(follow, {
    changed: () => told.push('changed'),
    done: () => told.push('done'),
    connection: (isLost) => told.push(isLost ? 'lost' : 'back'),
  });
  return { following, streams, told };
}

const event = (number, name, content = {}) => ({ number, name, content });

test('One reply is followed at a time, and taken up again from the number it had', () => {
  const { following, streams } = rig();
  const [one, two] = [reply(1), reply(2)];
  following.start(one);
  following.start(one);
  streams[0].on.event(event(5, 'text', { text: 'So' }));
  following.start(two);
  assert.equal(streams[0].isClosed, true);
  following.start(one);
  assert.deepEqual(
    streams.map(({ turnId, after }) => [turnId, after]),
    [
      ['t1', 0],
      ['t2', 0],
      ['t1', 5],
    ],
  );
});

test('With its end nothing is followed, and a lost connection is forgotten', () => {
  const { following, streams, told } = rig();
  following.start(reply(1));
  streams[0].on.connection(true);
  streams[0].on.connection(true);
  streams[0].on.event(event(1, 'done', { status: 'completed' }));
  assert.deepEqual(told, ['lost', 'changed', 'back', 'done']);
  assert.equal(following.reply, null);
});
