import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LineWriter } from '../../src/telemetry/line-writer.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

test('lines arrive in order, in the background and at once', async () => {
  using folder = temporaryFolder();
  for (const sync of [false, true]) {
    const path = join(folder.path, String(sync));
    const fd = openSync(path, 'w');
    const writer = new LineWriter(fd, { sync, maxBytes: 1_000_000 });
    const lines = Array.from({ length: 2_000 }, (_, index) => `line ${index} é\n`);
    for (const line of lines) writer.write(line);
    if (sync) expect(readFileSync(path, 'utf8')).toBe(lines.join(''));
    await expect.poll(() => readFileSync(path, 'utf8') === lines.join('')).toBe(true);
    writer.write('last\n');
    await expect.poll(() => readFileSync(path, 'utf8').endsWith('last\n')).toBe(true);
    expect(writer.dropped).toBe(0);
    closeSync(fd);
  }
});

test('what cannot be written waits within a bound, is counted beyond it, and holds neither a line nor the end up', () => {
  const fd = openSync('/dev/full', 'w');
  for (const sync of [false, true]) {
    const writer = new LineWriter(fd, { sync, maxBytes: 100 });
    for (let count = 0; count < 30; count++) writer.write('ten bytes\n');
    expect(writer.dropped).toBe(20);
    const startedAt = performance.now();
    writer.flush();
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  }
  closeSync(fd);
});
