// What a person does on the page, and what stands on it compared with what the service has.
import assert from 'node:assert/strict';

export const REPLY = 'article[data-role=assistant]';
export const SAID = 'article[data-role=user]';
const WAIT_MS = 30_000;

export const composer = (page) => page.getByRole('textbox', { name: 'Your message' });

export async function say(page, words) {
  await composer(page).fill(words);
  await page.keyboard.press('Enter');
}

// The last reply once it has these words.
export async function waitForWords(page, words) {
  await page.locator(REPLY).last().filter({ hasText: words }).waitFor({ timeout: WAIT_MS });
}

// As many replies as that have come to this end.
export async function waitForReplies(page, count, status = 'completed') {
  const replies = page.locator(`${REPLY}[data-status=${status}]`);
  await replies.nth(count - 1).waitFor({ timeout: WAIT_MS });
}

export const statusOfLast = (page) => page.locator(REPLY).last().getAttribute('data-status');

export const conversationOf = (page) => new URL(page.url()).pathname.split('/')[2];

const plain = (text) => text.replace(/\s+/g, ' ').trim();

// Who said what, in the order of the page.
export function textsOn(page) {
  return page.locator('article.message').evaluateAll((articles) =>
    articles.map((article) => {
      const words = article.querySelector('.message__words').textContent;
      return `${article.dataset.role}: ${words.replace(/\s+/g, ' ').trim()}`;
    }));
}

export async function textsAt(page, id = conversationOf(page)) {
  const answer = await page.evaluate(
    async (path) => (await fetch(path)).json(), `/api/conversations/${id}/messages?limit=200`);
  return answer.items.map(({ role, text }) => plain(`${role}: ${text}`));
}

// Nothing is lost and nothing doubled: the page says what the service has, word for word.
export async function assertSame(page) {
  assert.deepEqual(await textsOn(page), await textsAt(page));
  assert.deepEqual(page.faults, []);
}
