// The service in front of Portkey's AI gateway, as it stands before many models in companies. A
// request says in a header where the gateway shall send it; here, to a model API that answers as
// the test wants. That header takes the place of the key.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeDataFolder, removeFolder, startService } from '../e2e/service.mjs';
import { freePort, start } from './child.mjs';
import { assertOffline, hear, say } from './talk.mjs';
import { KNOWN } from './texts.mjs';
import { brokenAfter, page, refused, startUpstream, streamed } from './upstream.mjs';

const GATEWAY = fileURLToPath(
  new URL('node_modules/@portkey-ai/gateway/build/start-server.js', import.meta.url));

let gateway;
const gatewayPort = await freePort();
before(async () => {
  gateway = start(process.execPath, [GATEWAY, `--port=${gatewayPort}`, '--headless']);
  await gateway.printed(/Ready for connections/);
});
after(() => gateway.end());

const CONFIG = `
[chat]
show_usage = true
[[providers]]
name = "portkey"
base_url = "http://127.0.0.1:${gatewayPort}/v1"
model = "talker"
auth = "x-portkey-config"
api_key_env = "PORTKEY_ROUTE"
price_in = 2.0
price_out = 10.0
`;
const routeTo = (port) => JSON.stringify({
  provider: 'openai', api_key: 'sk-test', custom_host: `http://127.0.0.1:${port}/v1`,
});

// Runs with a service whose provider is the gateway, and a model API behind it that answers so.
const withAnswer = (name, answer, run, route = routeTo) => test(name, async () => {
  const upstream = await startUpstream(answer);
  const folder = await makeDataFolder();
  const config = path.join(folder, 'notatherapist.toml');
  await writeFile(config, CONFIG);
  const service = await startService(
    path.join(folder, 'data'), { NAT_CONFIG: config, PORTKEY_ROUTE: route(upstream.port) });
  try {
    await run(service, upstream);
  } finally {
    await service.stop();
    upstream.stop();
    await removeFolder(folder);
  }
});

withAnswer('a reply streams whole and in order through the gateway', streamed(KNOWN),
  async (service, upstream) => {
    const { texts, text, notices, done } = await hear(service, 'Hello?');
    assert.equal(text, KNOWN);
    assert.ok(texts.length > 2, `it came in ${texts.length} pieces`);
    assert.deepEqual(notices, []);
    assert.equal(done.status, 'completed');
    assert.deepEqual(done.source, { provider: 'portkey', model: 'talker' });
    assert.equal(upstream.asked.length, 1);
    assert.equal(upstream.asked[0].headers.authorization, 'Bearer sk-test');
    assert.equal(upstream.asked[0].body.messages.at(-1).content, 'Hello?');
  });

withAnswer('a reply through the gateway comes as one JSON answer', streamed(KNOWN),
  async (service) => {
    const { response, source } = await say(service, 'Hello?');
    assert.equal(response, KNOWN);
    assert.equal(source.provider, 'portkey');
  });

withAnswer('what the model API counted comes through the gateway, and is told with the turn',
  streamed(KNOWN, { prompt_tokens: 100, completion_tokens: 30, total_tokens: 130 }),
  async (service) => {
    const { turn_id: id } = await say(service, 'Hello?');
    const { usage } = await (await fetch(`${service.url}/api/turns/${id}`)).json();
    assert.equal(usage.tokens_in, 100);
    assert.equal(usage.tokens_out, 30);
    assert.equal(usage.cost, 0.0005);
    assert.ok(usage.reply_ms >= usage.first_token_ms, JSON.stringify(usage));
  });

const REFUSALS = {
  'a wrong key, 401': refused(401),
  'a model that is not there, 404': refused(404),
  'too many requests, 429': refused(429, { 'retry-after': '60' }),
  'a fault, 500': refused(500),
  'a page of a proxy, 502': page(502),
  'an overload, 503': refused(503),
};
describe('the companion answers, and says so, after', { concurrency: 3 }, () => {
  for (const [name, answer] of Object.entries(REFUSALS)) {
    withAnswer(name, answer, async (service, upstream) => {
      const { notices, done } = await hear(service, 'Hello?');
      assertOffline({ notices, source: done.source });
      assert.ok(upstream.asked.length > 0, 'the request did not come through');
    });
  }
});

withAnswer('a request that the gateway itself refuses: the companion answers, and says so',
  streamed(KNOWN),
  async (service, upstream) => {
    const { notices, done } = await hear(service, 'Hello?');
    assertOffline({ notices, source: done.source });
    assert.equal(upstream.asked.length, 0);
  }, () => 'not a route');

withAnswer('a reply that breaks off behind the gateway stands as far as it was shown',
  brokenAfter('This much was said. This was said, too. And this was'),
  async (service) => {
    const { text, notices, done } = await hear(service, 'Hello?');
    assert.match(text, /^This much was said\./);
    assert.deepEqual(notices, []);
    assert.notEqual(done?.status, 'completed');
  });
