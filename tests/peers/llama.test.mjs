// The service in front of llama.cpp, the engine that most people run at home.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { makeDataFolder, removeFolder, startService } from '../e2e/service.mjs';
import { freePort, start } from './child.mjs';
import { assertOffline, hear, say, stopAtFirstText } from './talk.mjs';
import { ENDLESS, KNOWN } from './texts.mjs';

const SERVER = fileURLToPath(new URL('llama-server.mjs', import.meta.url));

let models;
let llama;
let url;
before(async () => {
  models = await makeDataFolder();
  llama = start(process.execPath, [SERVER, models]);
  const [, port] = await llama.printed(/^port (\d+)$/);
  url = `http://127.0.0.1:${port}/openai/v1`;
});
after(async () => {
  await llama.end();
  await removeFolder(models);
});

// Runs with a service of its own, which talks through this model of the engine.
const withModel = (name, model, run, { base = () => url, more = {} } = {}) =>
  test(name, async (context) => {
    const folder = await makeDataFolder();
    const service = await startService(
      folder, { NAT_LLM_BASE_URL: base(), NAT_LLM_MODEL: model, ...more });
    try {
      await run(service, context);
    } finally {
      await service.stop();
      await removeFolder(folder);
    }
  });

withModel('a reply streams whole and in order', 'known', async (service) => {
  const { texts, text, notices, done } = await hear(service, 'Hello?');
  assert.equal(text, KNOWN);
  assert.ok(texts.length > 2, `it came in ${texts.length} pieces`);
  assert.deepEqual(notices, []);
  assert.equal(done.status, 'completed');
  assert.deepEqual(done.source, { provider: 'custom', model: 'known' });
});

withModel('a reply comes as one JSON answer, and the next one in the same conversation', 'known',
  async (service) => {
    const first = await say(service, 'Hello?');
    assert.equal(first.response, KNOWN);
    assert.equal(first.source.provider, 'custom');
    const second = await say(service, 'And?', { conversation_id: first.conversation_id });
    assert.equal(second.response, KNOWN);
    assert.equal(second.source.provider, 'custom');
  });

withModel('six people at once share the one engine, and each gets a whole reply', 'known',
  async (service) => {
    const replies = await Promise.all(
      Array.from({ length: 6 }, (_, number) => hear(service, `I am number ${number}.`)));
    for (const { text, done } of replies) {
      assert.equal(text, KNOWN);
      assert.equal(done.source.provider, 'custom');
    }
  });

withModel('a stop closes the request to the engine, and what was said is kept', 'endless',
  async (service) => {
    const { status, turn } = await stopAtFirstText(service, 'Tell me everything.');
    assert.equal(status, 200);
    assert.equal(turn.status, 'stopped');
    assert.ok(turn.text.length > 0);
    assert.ok(ENDLESS.repeat(999).startsWith(turn.text), `it said "${turn.text}"`);
    await llama.printed(/^left .*chat\/completions$/);
  });

withModel('a model that the server does not have is replaced by the companion, who says so',
  'none-of-that-name',
  async (service) => {
    const { notices, done } = await hear(service, 'Hello?');
    assertOffline({ notices, source: done.source });
  });

const nowhere = `http://127.0.0.1:${await freePort()}/v1`;
withModel('a server that has gone is replaced by the companion, who says so', 'known',
  async (service) => {
    const { notices, source } = await say(service, 'Hello?');
    assertOffline({ notices: notices.map(({ kind }) => kind), source });
  }, { base: () => nowhere });

const metricsPort = await freePort();
withModel('the tokens that the engine counted are told with the turn, and are in the metrics',
  'known',
  async (service) => {
    const { turn_id: id } = await say(service, 'Hello?');
    const { usage } = await (await fetch(`${service.url}/api/turns/${id}`)).json();
    assert.ok(usage.tokens_in > 0, 'it read nothing');
    assert.ok(usage.tokens_out > 10, `it said ${usage.tokens_out} tokens`);
    assert.equal(usage.cost, 0);
    assert.ok(usage.reply_ms >= usage.first_token_ms, JSON.stringify(usage));
    const metrics = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
    for (const [direction, count] of [['in', usage.tokens_in], ['out', usage.tokens_out]]) {
      const line = metrics.split('\n').find((text) =>
        text.startsWith('notatherapist_provider_tokens_total{') &&
        text.includes(`direction="${direction}"`) && text.includes('provider="custom"'));
      assert.equal(line?.split(' ').at(-1), String(count), metrics);
    }
  }, { more: { NAT_METRICS_PORT: String(metricsPort), NAT_SHOW_USAGE: 'on' } });
