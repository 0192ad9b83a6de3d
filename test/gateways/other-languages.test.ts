/** The programs that docs/other-languages.md shows, and `consumeKyc`: every update handled, while both sides are killed again and again. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Running, serve, serverEnv, start } from '../support/process.ts';
import { readerToken, signedCallback } from '../support/server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const PROGRAMS = join(ROOT, 'examples/other-languages');
const LONG = process.env['XGATEWAY_LONG'] === '1';
const KILLS = LONG ? 20 : 4;

/** The same in Node, with the client's own helper. */
const CONSUMER = `
import { consumeKyc, fileStore } from '${ROOT}/src/client/node.ts';
await consumeKyc({
  url: process.env.KYC_URL, token: process.env.KYC_TOKEN, name: 'a consumer', store: fileStore(process.env.CURSOR_FILE + '.d'),
  handler: ({ customerId, revision }) => console.log(JSON.stringify({ customerId, revision })),
}).catch(({ code, message }) => { console.error(code + ': ' + message); process.exit(code === 'CURSOR_UNKNOWN' ? 3 : 2); });
`;

type Command = readonly [string, ...string[]];
/** By language: what starts the program in a folder. */
const LANGUAGES: Readonly<Record<string, (folder: string) => Command>> = {
  Node(folder) {
    writeFileSync(join(folder, 'consumer.mts'), CONSUMER);
    return [process.execPath, join(folder, 'consumer.mts')];
  },
  Python: () => ['python3', join(PROGRAMS, 'follow_kyc.py')],
  Java(folder) {
    // Compiled once, so that a start takes no seconds.
    const classes = join(folder, 'classes');
    mkdirSync(classes);
    const { status, stderr } = spawnSync('javac', ['-d', classes, join(PROGRAMS, 'FollowKyc.java')], {
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(stderr);
    return ['java', '-cp', classes, 'FollowKyc'];
  },
};

for (const [language, command] of Object.entries(LANGUAGES)) {
  test(`${language}: every update is handled, in order per customer, while both sides are killed`, async () => {
    using folder = temporaryFolder();
    const program = command(folder.path);
    let server = await serve(folder.path, serverEnv(folder.path));
    const port = new URL(server.url).port;
    const env = {
      KYC_URL: `${server.url}/graphql`,
      KYC_TOKEN: await readerToken(),
      CURSOR_FILE: join(folder.path, 'kyc.cursor'),
    };
    const runs: Running[] = [];
    const run = () => runs.push(start(program, folder.path, env));
    run();
    try {
      const sent: string[] = [];
      for (let kill = 0; kill <= KILLS; kill++) {
        for (let index = 0; index < 10; index++) {
          const id = `customer-${index % 3}`;
          const status = ['CREATED', 'KYC_PENDING'][sent.length % 2];
          const said = { status, kycEndUserErrorMessage: `message ${sent.length}` };
          const response = await fetch(`${server.url}/callbacks/kyc`, {
            method: 'POST',
            body: signedCallback(id, said),
          });
          const { revision } = (await response.json()) as { revision: number };
          sent.push(`${id} ${revision}`);
          // Killed while updates arrive, and the program before it has stored where it is.
          if (kill < KILLS && index === 5) await runs.at(-1)?.kill('SIGKILL');
          if (kill < KILLS && index === 7) run();
        }
        if (kill < KILLS) {
          await server.kill('SIGKILL');
          server = await serve(folder.path, serverEnv(folder.path, { PORT: port }));
        }
      }
      const handled = () =>
        runs.flatMap(({ said }) =>
          said.stdout
            .split('\n')
            .filter((line) => line.endsWith('}'))
            .map((line) => JSON.parse(line) as { customerId: string; revision: number })
            .map(({ customerId, revision }) => `${customerId} ${revision}`),
        );
      await expect.poll(() => [...new Set(handled())].sort(), { timeout: 60_000 }).toEqual([...sent].sort());
      const firsts = [...new Set(handled())];
      for (const id of ['customer-0', 'customer-1', 'customer-2']) {
        const revisions = firsts.filter((one) => one.startsWith(`${id} `)).map((one) => Number(one.split(' ')[1]));
        expect(revisions).toEqual(revisions.toSorted((a, b) => a - b));
      }
    } finally {
      for (const one of runs) await one.kill('SIGKILL');
      await server.kill('SIGKILL');
    }
  }, 180_000);
}
