/** nginx, HAProxy and Caddy with the files of deploy/proxies/. Only host, ports, certificates and paths differ. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { eventually } from '../support/eventually.ts';

const FILES = join(import.meta.dirname, '..', '..', 'deploy', 'proxies');
const OWN = '127.0.0.1:4000';

/** A proxy: its files, the command that checks them, and the command that runs it in the foreground. */
interface Recipe {
  files(port: number, target: string, folder: string): Record<string, string>;
  check(folder: string): string[];
  run(folder: string): string[];
}

const read = (name: string) => readFileSync(join(FILES, name), 'utf8');

/** `text` with each of `changes` made; one that is not there is a mistake of this test. */
function changed(text: string, changes: Record<string, string>): string {
  return Object.entries(changes).reduce((made, [before, after]) => {
    if (!made.includes(before)) throw new Error(`"${before}" is not in the file.`);
    return made.replaceAll(before, after);
  }, text);
}

export const PROXIES = {
  nginx: {
    files: (port, target, folder) => ({
      'main.conf':
        // Its workers write large bodies into the test's folder, which only its owner can enter.
        `user root; worker_processes 1; pid ${folder}/pid; error_log ${folder}/error.log; events {}\nhttp {\n  access_log off;\n` +
        ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
          .map((one) => `  ${one}_temp_path ${folder}/${one};\n`)
          .join('') +
        `  include ${folder}/nginx.conf;\n}\n`,
      'nginx.conf': changed(read('nginx.conf'), {
        'listen 443': `listen 127.0.0.1:${port}`,
        [OWN]: target,
        '/etc/ssl/kyc.example': `${folder}/kyc.example`,
        '/etc/nginx/xgateway-kyc-proxy.conf': `${folder}/nginx-proxy.conf`,
      }),
      'nginx-proxy.conf': read('nginx-proxy.conf'),
    }),
    check: (folder) => ['nginx', '-t', '-c', `${folder}/main.conf`],
    run: (folder) => ['nginx', '-c', `${folder}/main.conf`, '-g', 'daemon off;'],
  },
  haproxy: {
    files: (port, target, folder) => ({
      'haproxy.cfg': changed(read('haproxy.cfg'), {
        'bind :443': `bind 127.0.0.1:${port}`,
        [OWN]: target,
        '/etc/haproxy/kyc.example.pem': `${folder}/kyc.example.pem`,
      }),
    }),
    check: (folder) => ['haproxy', '-c', '-f', `${folder}/haproxy.cfg`],
    run: (folder) => ['haproxy', '-db', '-f', `${folder}/haproxy.cfg`],
  },
  caddy: {
    files: (port, target, folder) => ({
      Caddyfile:
        '{\n\tadmin off\n\tauto_https disable_redirects\n}\n' +
        changed(read('Caddyfile'), {
          '\nkyc.example {': `\nkyc.example:${port} {\n\ttls ${folder}/kyc.example.crt ${folder}/kyc.example.key`,
          [OWN]: target,
        }),
    }),
    check: (folder) => ['caddy', 'validate', '--adapter', 'caddyfile', '--config', `${folder}/Caddyfile`],
    run: (folder) => ['caddy', 'run', '--adapter', 'caddyfile', '--config', `${folder}/Caddyfile`],
  },
} satisfies Record<string, Recipe>;

/** A proxy that runs. */
export interface RunningProxy extends AsyncDisposable {
  readonly port: number;
  /** The certificate that it serves, for `kyc.example`. */
  readonly ca: string;
}

/** Checks the files of a proxy, after `change`, with its own command, then runs it in front of the server at `url`. */
export async function startProxy(
  name: keyof typeof PROXIES,
  url: string,
  folder: string,
  change = (text: string) => text,
): Promise<RunningProxy> {
  const recipe: Recipe = PROXIES[name];
  const port = await freePort();
  const certificate = makeCertificate(folder);
  for (const [file, text] of Object.entries(recipe.files(port, new URL(url).host, folder))) {
    writeFileSync(join(folder, file), change(text));
  }
  const env = { ...process.env, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder };
  const [checker = '', ...checked] = recipe.check(folder);
  execFileSync(checker, checked, { env, stdio: 'pipe' });
  const [program = '', ...words] = recipe.run(folder);
  const child = spawn(program, words, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    said = (said + text).slice(-4_000);
  });
  const ended = once(child, 'close');
  await eventually(async () => {
    if (child.exitCode !== null) throw new Error(`${name} ended: ${said}`);
    return accepts(port);
  });
  return {
    port,
    ca: certificate,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

function makeCertificate(folder: string): string {
  const [key, crt] = [join(folder, 'kyc.example.key'), join(folder, 'kyc.example.crt')];
  const subject = ['-subj', '/CN=kyc.example', '-addext', 'subjectAltName=DNS:kyc.example'];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  execFileSync('openssl', ['req', '-x509', ...curve, '-days', '2', ...subject, '-keyout', key, '-out', crt], {
    stdio: 'pipe',
  });
  const certificate = readFileSync(crt, 'utf8');
  writeFileSync(join(folder, 'kyc.example.pem'), certificate + readFileSync(key, 'utf8'));
  return certificate;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
