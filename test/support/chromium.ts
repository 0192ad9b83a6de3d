/** A real Chromium: from npm on Linux, the machine's own elsewhere. */
import npmChromium from '@sparticuz/chromium';
import { type Browser, chromium } from 'playwright-core';

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
export async function launchBrowser(): Promise<Browser> {
  if (process.platform !== 'linux') return chromium.launch({ channel: 'chrome', args: OFFLINE });
  npmChromium.setGraphicsMode = false;
  // A container's root has no sandbox; the pages are our own.
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath: await npmChromium.executablePath(), args: [...OFFLINE, ...sandbox] });
}
