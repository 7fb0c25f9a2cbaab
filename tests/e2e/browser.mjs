// Debian's Chromium, driven by playwright-core. No request leaves this machine.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { chromium } from 'playwright-core';

const ROOT = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname),
  '../..');

export const PHONE = { width: 360, height: 740 };
export const DESKTOP = { width: 1440, height: 900 };

export function launch() {
  return chromium.launch({
    executablePath: process.env.NAT_CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync',
    ],
  });
}

// A page that fails the test at the first error of a script.
export async function openPage(browser, { viewport = PHONE, colorScheme = 'light' } = {}) {
  return openTab(await browser.newContext({ viewport, colorScheme }));
}

// One more tab of the same browser.
export async function openTab(context) {
  const page = await context.newPage();
  page.faults = [];
  page.on('pageerror', (error) => page.faults.push(String(error)));
  return page;
}

// Into build/screens; with NAT_UPDATE_SCREENS=1 into docs/screens, which the README shows.
export async function takeScreenshot(page, name) {
  const folder = path.join(ROOT, process.env.NAT_UPDATE_SCREENS ? 'docs/screens' : 'build/screens');
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: path.join(folder, `${name}.png`) });
}
