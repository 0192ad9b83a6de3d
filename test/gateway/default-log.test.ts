/** A gateway without a log of the application's own, in a process whose standard output cannot be written. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { start } from '../support/process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const INDEX = join(import.meta.dirname, '..', '..', 'src', 'index.ts');

/** Refused callbacks make warnings; the process ends by itself once the gateway has stopped. */
const PROGRAM = `
  import { createServer } from 'node:http';
  const { createKycGateway } = await import(process.argv[1]);
  const open = () => createKycGateway({ secrets: { current: 's' }, databaseUrl: 'sqlite::memory:', access: { key: { secret: 'x'.repeat(32) } } });
  const gateways = [await open(), await open()];
  for (const gateway of gateways) {
    await gateway.start();
    const server = createServer(gateway.callbacks);
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = 'http://127.0.0.1:' + server.address().port;
    for (let n = 0; n < 5; n++) {
      const body = JSON.stringify({ callbackType: 'kyc', customerId: 'c' + n, hash: 'x', status: 'CREATED' });
      const { status } = await fetch(url, { method: 'POST', body });
      process.stderr.write(status + ' ');
    }
    server.closeAllConnections();
    server.close();
  }
  for (const gateway of gateways) await gateway.stop();
  process.stderr.write('stopped');
`;

const program = (shell: string) =>
  ['sh', '-c', `"$0" --input-type=module -e "$1" "$2" ${shell}`, process.execPath, PROGRAM, INDEX] as const;
const REFUSED = '401 '.repeat(10);

test.runIf(existsSync('/dev/full')).each([
  ['a full disk', '> /dev/full'],
  ['a reader that has gone', '| true'],
])('with %s callbacks are answered, and the process ends', async (_what, shell) => {
  using folder = temporaryFolder();
  await using application = start(program(shell), folder.path, {});
  expect(await application.ended).toMatchObject({ code: 0, stderr: `${REFUSED}stopped` });
});

test('else warnings are lines of JSON, each once', async () => {
  using folder = temporaryFolder();
  await using application = start(program(''), folder.path, {});
  const { code, stdout, stderr } = await application.ended;
  expect([code, stderr]).toEqual([0, `${REFUSED}stopped`]);
  const lines = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { msg: string; level: number });
  const refused = lines.filter(({ msg }) => /hash/.test(msg));
  expect(refused.length).toBeGreaterThanOrEqual(10);
  expect(new Set(lines.map(({ level }) => level))).toEqual(new Set([40]));
});
