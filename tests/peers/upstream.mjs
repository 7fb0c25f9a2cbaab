// A model API on loopback behind a gateway, which answers each request as the test says. It is
// plain Node, so that these tests need no build but the service's.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

const PAUSE_MS = 10;

const envelope = {
  id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'talker',
};

const chunk = (delta, reason = null) => `data: ${JSON.stringify({
  ...envelope,
  choices: [{ index: 0, delta, finish_reason: reason }],
})}\n\n`;

const piecesOf = (text) => text.match(/[^ ]+ ?/g).map((content) => chunk({ content }));

async function speak(response, text) {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const piece of [chunk({ role: 'assistant', content: '' }), ...piecesOf(text)]) {
    response.write(piece);
    await pause(PAUSE_MS);
  }
}

// Answers, each a function of the response.
export const streamed = (text, usage) => async (response) => {
  await speak(response, text);
  response.write(chunk({}, 'stop'));
  if (usage) response.write(`data: ${JSON.stringify({ ...envelope, choices: [], usage })}\n\n`);
  response.end('data: [DONE]\n\n');
};

export const brokenAfter = (text) => async (response) => {
  await speak(response, text);
  response.destroy();
};

export const refused = (status, headers = {}) => async (response) => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify({ error: { message: `no: ${status}`, type: 'refused' } }));
};

export const page = (status) => async (response) => {
  response.writeHead(status, { 'content-type': 'text/html' });
  response.end('<html><body><h1>Bad Gateway</h1></body></html>');
};

// `asked` holds the requests' headers and bodies.
export async function startUpstream(answer) {
  const asked = [];
  const server = createServer(async (request, response) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    asked.push({ headers: request.headers, body: JSON.parse(Buffer.concat(parts)) });
    await answer(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return { port: server.address().port, asked, stop };
}
