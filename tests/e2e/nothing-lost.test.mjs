// Reloads, killed servers, lost lines, closed and second tabs: the words are all there, once each.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, openPage, openTab, takeScreenshot, DESKTOP, PHONE } from './browser.mjs';
import { makeDataFolder, removeFolder, startFakeUpstream, startService } from './service.mjs';
import * as talk from './talk.mjs';

// The first words of every reply, with most of it still to come.
const FIRST_WORDS = 'That sounds like a lot';

let browser;
let folder;
let upstream;
let service;

const start = (port) =>
  startService(folder, { NAT_LLM_BASE_URL: upstream.url, ...(port && { NAT_PORT: port }) });

before(async () => {
  browser = await launch();
  folder = await makeDataFolder();
  upstream = await startFakeUpstream({ pauseMs: 60 });
  service = await start();
});
after(async () => {
  await browser.close();
  await service.stop();
  await upstream.stop();
  await removeFolder(folder);
});

// Runs with a page of its own browser.
const withPage = (name, run, options) =>
  test(name, async () => {
    const page = await openPage(browser, options);
    try {
      await page.goto(service.url);
      await run(page);
    } finally {
      await page.context().close();
    }
  });

// Ends the process of a tab, which asks nobody and saves nothing.
async function crash(page) {
  const crashed = page.waitForEvent('crash');
  const devtools = await page.context().newCDPSession(page);
  devtools.send('Page.crash').catch(() => {});
  await crashed;
  await page.close();
}

// The turns that a page was told of as they began.
function turnsToldTo(page) {
  const ids = new Set();
  page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => {
    const { type, turn_id: id } = JSON.parse(payload);
    if (type === 'turn') ids.add(id);
  }));
  return ids;
}

withPage('a reload in the middle of a reply loses no word of it', async (page) => {
  await talk.say(page, 'There is so much to do this week.');
  await talk.waitForWords(page, FIRST_WORDS);
  assert.equal(await talk.statusOfLast(page), 'running');
  await page.reload();
  await talk.waitForReplies(page, 1);
  await talk.assertSame(page);
});

withPage('a server that is killed keeps what was shown, and the reply goes on', async (page) => {
  await talk.say(page, 'I moved to a new town.');
  await talk.waitForWords(page, FIRST_WORDS);
  await service.kill();
  await page.getByText('reconnecting').waitFor();
  const [, shown] = await talk.textsOn(page);
  service = await start(service.port);
  await talk.waitForReplies(page, 1, 'interrupted');
  const [, kept] = await talk.textsOn(page);
  assert.ok(kept.startsWith(shown), `"${shown}" became "${kept}"`);
  await talk.assertSame(page);
  await takeScreenshot(page, 'interrupted-phone');
  await page.getByRole('button', { name: 'Continue' }).click();
  await talk.waitForReplies(page, 1);
  await talk.assertSame(page);
});

withPage('a tab that dies right after Enter has lost nothing', async (page) => {
  await page.context().setOffline(true);
  await talk.say(page, 'The lights went out.');
  await crash(page);
  await page.context().setOffline(false);
  const next = await openTab(page.context());
  await next.goto(service.url);
  await talk.waitForReplies(next, 1);
  await talk.assertSame(next);
  await talk.say(next, 'And now they are back.');
  await next.close();
  const last = await openTab(page.context());
  await last.goto(service.url);
  await last.getByRole('navigation').getByText('The lights went out.').click();
  await talk.waitForReplies(last, 2);
  await talk.assertSame(last);
}, { viewport: DESKTOP });

withPage('what was typed offline survives the tab and goes out once, in order', async (page) => {
  await page.context().setOffline(true);
  await talk.say(page, 'The train stopped in a tunnel.');
  await talk.say(page, 'It is dark, and I am fine.');
  await page.locator(`${talk.SAID}[data-status=held]`).nth(1).waitFor();
  await takeScreenshot(page, 'waiting-offline-phone');
  await page.close();
  await page.context().setOffline(false);
  const next = await openTab(page.context());
  await next.goto(service.url);
  await talk.waitForReplies(next, 2);
  await talk.assertSame(next);
  const texts = await talk.textsOn(next);
  assert.deepEqual(
    texts.filter((text) => text.startsWith('user')),
    ['user: The train stopped in a tunnel.', 'user: It is dark, and I am fine.'],
  );
}, { viewport: PHONE });

withPage('two tabs and a second device see the same turns live', async (page) => {
  await talk.say(page, 'My brother called today.');
  await talk.waitForWords(page, FIRST_WORDS);
  const tab = await openTab(page.context());
  await tab.goto(page.url());
  await talk.waitForWords(tab, FIRST_WORDS);
  const device = await openPage(browser, { viewport: DESKTOP });
  const told = turnsToldTo(device);
  await device.context().addCookies(await page.context().cookies());
  await device.goto(page.url());
  const all = [page, tab, device];
  for (const each of all) await talk.waitForReplies(each, 1);

  await talk.say(tab, 'He wants to visit.');
  for (const each of all) await each.locator(talk.SAID).getByText('He wants to visit.').waitFor();
  for (const each of all) await talk.waitForReplies(each, 2);
  await talk.say(device, 'I said yes.');
  for (const each of all) await talk.waitForReplies(each, 3);
  for (const each of all) await talk.assertSame(each);
  // It did not have to ask again and again.
  assert.equal(told.size, 3);
  await device.context().close();
}, { viewport: DESKTOP });

withPage('a message to a server that is away waits for it', async (page) => {
  await talk.say(page, 'Good morning.');
  await talk.waitForReplies(page, 1);
  await service.kill();
  await talk.say(page, 'I slept badly.');
  await page.locator(`${talk.SAID}[data-status=held]`).waitFor();
  await talk.composer(page).fill('and another thing');
  service = await start(service.port);
  await talk.waitForReplies(page, 2);
  await talk.assertSame(page);
  // What stands in the box outlives the page too.
  await page.close();
  const next = await openTab(page.context());
  await next.goto(page.url());
  await talk.waitForReplies(next, 2);
  assert.equal(await talk.composer(next).inputValue(), 'and another thing');
});

withPage('refusals that pass are waited out; the one that does not is kept', async (page) => {
  const answers = [
    { status: 429, headers: { 'Retry-After': '1' }, json: { status: 429 } },
    { status: 503, json: { status: 503 } },
    { status: 422, json: { status: 422, detail: 'This cannot be sent as it is.' } },
  ];
  await page.route('**/api/turns', (route) => {
    const refusal = answers.shift();
    return refusal ? route.fulfill(refusal) : route.continue();
  });
  await talk.say(page, 'I sent this too fast.');
  await page.locator(talk.SAID).getByText('a lot in a short time').waitFor();
  await page.locator(`${talk.SAID}[data-status=failed]`).waitFor({ timeout: 30_000 });
  await page.reload();
  await page.locator(`${talk.SAID}[data-status=failed]`).waitFor();
  await page.getByRole('button', { name: 'Send again' }).click();
  await talk.waitForReplies(page, 1);
  await talk.assertSame(page);
});
