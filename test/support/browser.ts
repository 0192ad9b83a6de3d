/** A real Chromium: from npm on Linux, the machine's own elsewhere. */
import { mkdirSync } from 'node:fs';
import { AxeBuilder } from '@axe-core/playwright';
import npmChromium from '@sparticuz/chromium';
import { type Browser, chromium, type Page } from 'playwright-core';
import { expect } from 'vitest';

/** Keeps the browser from talking to anybody but the server under test. */
const OFFLINE = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-domain-reliability',
  '--disable-quic',
  '--disable-sync',
  '--no-first-run',
];

/** Starts the browser. */
export async function startBrowser(): Promise<Browser> {
  if (process.platform !== 'linux') return chromium.launch({ channel: 'chrome', args: OFFLINE });
  npmChromium.setGraphicsMode = false;
  // A container's root has no sandbox; the pages are our own.
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath: await npmChromium.executablePath(), args: [...OFFLINE, ...sandbox] });
}

/** Fails when axe finds something on the page as it is now. */
export async function expectAccessible(page: Page): Promise<void> {
  // Flashing rows are half transparent for a moment: what counts is how they rest.
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const { violations } = await new AxeBuilder({ page }).analyze();
  const found = violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary}`),
  );
  expect(found.join('\n\n')).toBe('');
}

/** Keeps a picture of the page in artefacts/. */
export async function keepScreenshot(page: Page, name: string): Promise<void> {
  mkdirSync('artefacts', { recursive: true });
  await page.screenshot({ path: `artefacts/${name}.png` });
}
