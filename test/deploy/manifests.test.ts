/** The Kubernetes manifests against the API's schemas (npm's kubernetes-models), the compose file, and the systemd unit. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { environment } from '../../src/server/environment.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const DEPLOY = join(ROOT, 'deploy');
const TOOLS = join(ROOT, 'tools', 'ci');
const require = createRequire(join(TOOLS, 'package.json'));

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  // biome-ignore lint/suspicious/noExplicitAny: each kind has its own
  readonly spec: any;
}

/** What is used of npm's yaml. */
interface Yaml {
  // biome-ignore lint/suspicious/noExplicitAny: what the file holds
  parse(text: string): any;
  parseAllDocuments(text: string): { readonly errors: readonly Error[]; toJS(): Manifest }[];
}

const { parse, parseAllDocuments } = require('yaml') as Yaml;
const read = (name: string) => readFileSync(join(DEPLOY, name), 'utf8');
const manifestsOf = (name: string): Manifest[] =>
  parseAllDocuments(read(name)).map((document) => {
    if (document.errors.length > 0) throw document.errors[0];
    return document.toJS();
  });

const FILES = globSync('kubernetes/*.yaml', { cwd: DEPLOY }).sort();

/** What the types of `apiVersion`'s models say of a manifest: names that no such object has are among it. */
function typeErrors(manifests: readonly Manifest[]): string {
  using folder = temporaryFolder();
  const lines = manifests.map(
    ({ apiVersion, kind, ...rest }, index) =>
      `import type { I${kind} as T${index} } from 'kubernetes-models/${apiVersion}';\n` +
      `export const m${index}: T${index} = ${JSON.stringify({ apiVersion, kind, ...rest })};`,
  );
  writeFileSync(join(folder.path, 'manifests.ts'), lines.join('\n'));
  const paths = Object.fromEntries(
    ['kubernetes-models', '@kubernetes-models'].map((name) => [`${name}/*`, [join(TOOLS, 'node_modules', name, '*')]]),
  );
  const compilerOptions = {
    ...{ noEmit: true, strict: true, skipLibCheck: true, target: 'es2022', types: [] },
    ...{ module: 'esnext', moduleResolution: 'bundler', paths },
  };
  writeFileSync(join(folder.path, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['manifests.ts'] }));
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  return spawnSync(process.execPath, [tsc, '-p', folder.path], { encoding: 'utf8' }).stdout;
}

function validate(manifest: Manifest): void {
  const { [manifest.kind]: Model } = require(`kubernetes-models/${manifest.apiVersion}`);
  new Model(manifest).validate();
}

const podOf = (manifests: readonly Manifest[]) =>
  manifests.find(({ kind }) => kind === 'StatefulSet' || kind === 'Deployment')?.spec.template.spec;

describe.each(FILES)('%s', (name) => {
  const manifests = manifestsOf(name);

  test('each object is valid by its schema, and has no field that is not in it', () => {
    expect(manifests.length).toBeGreaterThanOrEqual(4);
    for (const manifest of manifests) validate(manifest);
    expect(typeErrors(manifests)).toBe('');
  });

  test('the pod is not root, cannot become it, and writes to its volumes alone', () => {
    const pod = podOf(manifests);
    expect(pod.securityContext).toMatchObject({
      runAsNonRoot: true,
      runAsUser: 1_000,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    const [container] = pod.containers;
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(pod.automountServiceAccountToken).toBe(false);
  });

  test('probes ask paths of the server, the end is given its time, and variables are settings', () => {
    const pod = podOf(manifests);
    const [{ startupProbe, readinessProbe, livenessProbe, env, ports }] = pod.containers;
    expect(readinessProbe.httpGet).toEqual({ path: '/health/ready', port: 'http' });
    expect(livenessProbe.httpGet.path).toBe('/health/live');
    expect(startupProbe.httpGet.path).toBe('/health/live');
    expect(ports.map((one: { name: string }) => one.name)).toEqual(['http', 'metrics']);
    // 15 s for the server, 5 s before it.
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(20);
    for (const { name: variable, value } of env) {
      expect(Object.keys(environment.shape)).toContain(variable);
      expect(typeof value).toBe('string');
    }
  });
});

test('a field that does not exist, and one of the wrong type, are found', () => {
  const [pod] = manifestsOf('kubernetes/postgres.yaml').filter(({ kind }) => kind === 'Deployment');
  const unknown = { ...pod, spec: { ...pod?.spec, replica: 3 } } as Manifest;
  expect(typeErrors([unknown])).toContain('\'"replica"\' does not exist');
  const wrong = { ...pod, spec: { ...pod?.spec, replicas: 'three' } } as Manifest;
  expect(() => validate(wrong)).toThrow('replicas must be integer');
});

test('with Postgres there are three replicas, of which one at a time may be away', () => {
  const manifests = manifestsOf('kubernetes/postgres.yaml');
  const budget = manifests.find(({ kind }) => kind === 'PodDisruptionBudget');
  const deployment = manifests.find(({ kind }) => kind === 'Deployment');
  expect([deployment?.spec.replicas, budget?.spec.maxUnavailable]).toEqual([3, 1]);
  expect(budget?.spec.selector.matchLabels).toEqual(deployment?.spec.selector.matchLabels);
});

test('compose.yaml: each file that it mounts is there, and each variable of the server is a setting', () => {
  const { services, volumes } = parse(read('compose.yaml'));
  expect(Object.keys(services)).toEqual(['server', 'postgres', 'prometheus', 'grafana']);
  for (const name of Object.keys(services.server.environment)) expect(Object.keys(environment.shape)).toContain(name);
  for (const service of Object.values<{ volumes?: string[] }>(services)) {
    for (const [source = ''] of (service.volumes ?? []).map((volume) => volume.split(':'))) {
      if (source.startsWith('.')) expect([source, existsSync(join(DEPLOY, source))]).toEqual([source, true]);
      else expect(Object.keys(volumes)).toContain(source);
    }
  }
  expect(existsSync(join(DEPLOY, services.server.build.context, services.server.build.dockerfile))).toBe(true);
});

test('the systemd unit is valid, and exposes little', () => {
  using folder = temporaryFolder();
  const unit = join(folder.path, 'xgateway-kyc.service');
  const text = read('systemd.service').replace('/usr/bin/node', process.execPath);
  expect(text).toContain(process.execPath);
  writeFileSync(unit, text);
  const verified = spawnSync('systemd-analyze', ['verify', '--man=no', unit], { encoding: 'utf8' });
  expect(verified).toMatchObject({ status: 0, stderr: '' });
  const security = execFileSync('systemd-analyze', ['security', '--offline=true', '--threshold=20', unit], {
    encoding: 'utf8',
  });
  expect(security).toMatch(/Overall exposure level/);
});
