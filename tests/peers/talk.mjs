// Someone who talks to the service through its API.
import assert from 'node:assert/strict';

const ask = (service, message, more = {}, headers = {}) => fetch(`${service.url}/chat`, {
  method: 'POST',
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify({ message, ...more }),
});

export async function say(service, message, more) {
  const answer = await ask(service, message, more);
  assert.equal(answer.status, 200);
  return answer.json();
}

// The events of a reply as they come: {id, event, data}.
export async function* follow(service, message) {
  const answer = await ask(service, message, {}, { accept: 'text/event-stream' });
  assert.equal(answer.status, 200);
  assert.match(answer.headers.get('content-type'), /^text\/event-stream/);
  let rest = '';
  const decoder = new TextDecoder();
  for await (const bytes of answer.body) {
    rest += decoder.decode(bytes, { stream: true });
    const blocks = rest.split('\n\n');
    rest = blocks.pop();
    for (const block of blocks.filter((text) => !text.startsWith(':'))) {
      const fields = Object.fromEntries(block.split('\n').map((line) => line.split(/: (.*)/s)));
      yield { id: Number(fields.id), event: fields.event, data: JSON.parse(fields.data) };
    }
  }
  assert.equal(rest, '', 'the stream ended inside an event');
}

// A whole reply over SSE, whose events are numbered without a gap.
export async function hear(service, message) {
  const events = [];
  for await (const event of follow(service, message)) events.push(event);
  assert.deepEqual(events.map(({ id }) => id), events.map((_, place) => place + 1));
  const texts = events.filter(({ event }) => event === 'text').map(({ data }) => data.text);
  const { data: done } = events.find(({ event }) => event === 'done') ?? {};
  const notices = events.filter(({ event }) => event === 'notice').map(({ data }) => data.kind);
  return { texts, text: texts.join(''), notices, done };
}

// Stops a reply once its first text is there; gives the turn as it then is.
export async function stopAtFirstText(service, message) {
  let turn;
  for await (const { event, data } of follow(service, message)) {
    if (event === 'turn') turn = data.turn_id;
    if (event !== 'text') continue;
    const answer = await fetch(`${service.url}/api/turns/${turn}`, { method: 'DELETE' });
    return { status: answer.status, turn: await answer.json() };
  }
  throw new Error('the reply ended without a text');
}

// No model answered: the built-in companion did, and said so.
export function assertOffline({ notices, source }) {
  assert.deepEqual(notices, ['offline']);
  assert.equal(source.provider, 'companion');
}
