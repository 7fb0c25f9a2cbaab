// A person opens the page, types, sees the reply arrive while the model still talks, reloads, and
// finds it after a restart of the service.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, openPage, takeScreenshot, DESKTOP, PHONE } from './browser.mjs';
import { makeDataFolder, removeFolder, startFakeUpstream, startService } from './service.mjs';

const TYPED = 'My sister stopped answering three weeks ago.';
const ENDED = 'article[data-role=assistant][data-status=completed]';

let browser;
let folder;
before(async () => {
  browser = await launch();
  folder = await makeDataFolder();
});
after(async () => {
  await browser.close();
  await removeFolder(folder);
});

const textOf = (page, selector) =>
  page.locator(selector).last().evaluate((element) => element.textContent.trim());

async function say(page, words) {
  await page.getByRole('textbox', { name: 'Your message' }).fill(words);
  await page.keyboard.press('Enter');
}

test('a reply from a model streams, survives a reload and a restart', async () => {
  const upstream = await startFakeUpstream({ pauseMs: 60 });
  let service = await startService(folder, { NAT_LLM_BASE_URL: upstream.url });
  const page = await openPage(browser);
  try {
    await page.goto(service.url);
    await takeScreenshot(page, 'welcome-phone');
    await say(page, TYPED);

    const reply = page.locator('article[data-role=assistant]').last();
    await reply.filter({ hasText: 'That sounds like a lot' }).waitFor();
    const whileTalking = await reply.getAttribute('data-status');
    const first = await textOf(page, 'article[data-role=assistant]');
    assert.equal(whileTalking, 'running', 'the first words came only with the last');
    await takeScreenshot(page, 'reply-arriving');

    await page.locator(ENDED).waitFor();
    const whole = await textOf(page, `${ENDED} .message__text, ${ENDED}`);
    assert.ok(whole.length > first.length, 'the reply did not grow');
    assert.doesNotMatch(whole, /analysis|reasoning|<\|/i, 'reasoning reached the page');
    await takeScreenshot(page, 'first-reply');

    const address = page.url();
    await page.reload();
    await page.locator(ENDED).waitFor();
    assert.equal(page.url(), address);
    await page.locator('article[data-role=user]').getByText(TYPED).waitFor();

    await say(page, 'Still nothing today.');
    await page.locator(ENDED).nth(1).waitFor();
    const second = await textOf(page, ENDED);
    assert.match(second, /sent me 4 messages/, 'the history did not go along');

    const code = await service.stop();
    assert.equal(code, 0, 'the service did not end cleanly');
    service = await startService(folder, {
      NAT_LLM_BASE_URL: upstream.url, NAT_PORT: service.port,
    });
    await page.reload();
    await page.locator(ENDED).nth(1).waitFor();
    await page.locator('article[data-role=user]').getByText(TYPED).waitFor();
    assert.deepEqual(page.faults, []);
  } finally {
    await page.context().close();
    await service.stop();
    await upstream.stop();
  }
});

test('a stop keeps what was said, and the box stays open meanwhile', async () => {
  const upstream = await startFakeUpstream({ pauseMs: 250 });
  const service = await startService(folder, { NAT_LLM_BASE_URL: upstream.url });
  const page = await openPage(browser, { colorScheme: 'dark' });
  try {
    await page.goto(service.url);
    await say(page, 'Tell me something long.');
    const reply = page.locator('article[data-role=assistant]').last();
    await reply.filter({ hasText: 'That sounds' }).waitFor();
    await page.getByRole('textbox', { name: 'Your message' }).fill('typed meanwhile');
    await page.keyboard.press('Escape');
    await page.locator('article[data-role=assistant][data-status=stopped]').waitFor();
    assert.match(await textOf(page, 'article[data-role=assistant]'), /That sounds/);
    const draft = await page.getByRole('textbox', { name: 'Your message' }).inputValue();
    assert.equal(draft, 'typed meanwhile');
    await takeScreenshot(page, 'stopped-evening');
    assert.deepEqual(page.faults, []);
  } finally {
    await page.context().close();
    await service.stop();
    await upstream.stop();
  }
});

test('without a model the companion answers, on a phone and by keyboard alone', async () => {
  const service = await startService(folder);
  const page = await openPage(browser, { viewport: PHONE });
  try {
    await page.goto(service.url);
    await page.getByRole('textbox', { name: 'Your message' }).focus();
    await page.keyboard.type("I can't sleep, there is an exam tomorrow");
    await page.keyboard.press('Enter');
    await page.locator(ENDED).waitFor({ timeout: 60_000 });
    assert.match(await textOf(page, ENDED), /program|AI/, 'the first reply says what it is');
    await takeScreenshot(page, 'companion-phone');
    assert.deepEqual(page.faults, []);
  } finally {
    await page.context().close();
    await service.stop();
  }
});

test('help works without a script, and a desktop lists the conversations', async () => {
  const service = await startService(folder);
  const page = await openPage(browser, { viewport: DESKTOP });
  const plain = await browser.newContext({ javaScriptEnabled: false });
  try {
    const help = await plain.newPage();
    await help.goto(`${service.url}/help`);
    await help.getByRole('link', { name: /findahelpline/i }).first().waitFor();

    await page.goto(service.url);
    await say(page, 'hello');
    await page.locator(ENDED).waitFor({ timeout: 60_000 });
    await page.getByRole('navigation').getByText('hello').first().waitFor();
    await takeScreenshot(page, 'desktop');
    assert.deepEqual(page.faults, []);
  } finally {
    await plain.close();
    await page.context().close();
    await service.stop();
  }
});
