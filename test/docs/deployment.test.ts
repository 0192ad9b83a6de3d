import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');
const pages = ['deployment', 'operations']
  .map((name) => readFileSync(join(ROOT, 'docs', `${name}.md`), 'utf8'))
  .join('\n');
const compose = readFileSync(join(ROOT, 'deploy', 'compose.yaml'), 'utf8');

test('every file of deploy/ is named in the docs, by the image, or by compose.yaml', () => {
  const files = globSync('deploy/**/*.*', { cwd: ROOT, withFileTypes: true }).filter((entry) => entry.isFile());
  expect(files.length).toBeGreaterThan(10);
  const named = `${pages}${compose}${readFileSync(join(ROOT, 'deploy', 'Containerfile'), 'utf8')}`;
  for (const { name, parentPath } of files) {
    const isProvisioning = parentPath.includes('provisioning');
    expect(named).toContain(isProvisioning ? './grafana/provisioning' : name);
  }
});

test('what was not tested says so in its first lines', () => {
  for (const name of ['proxies/traefik.yaml', 'litestream.yml']) {
    expect(readFileSync(join(ROOT, 'deploy', name), 'utf8').slice(0, 300)).toContain('UNTESTED');
  }
});
