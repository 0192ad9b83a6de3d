/** What tests ask of a page in a real Chromium. */
import { mkdirSync } from 'node:fs';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

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
