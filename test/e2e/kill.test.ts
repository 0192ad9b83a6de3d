import { randomInt } from 'node:crypto';
import { expect, test } from 'vitest';
import { run, type ServerProcess, serve, serverEnv } from '../support/process.ts';
import { adminToken, ask, signedCallback } from '../support/server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const CUSTOMERS = 30;
const LANES = 32;
const KILL_AFTER = [1, 40, 250, 600];

/** A callback that was sent, and the revision that its acknowledgement named. */
interface Sent {
  readonly customerId: string;
  readonly status: string;
  revision?: number;
}

/** Sends until the server is gone. Every callback says something that was never said before. */
async function lane(server: ServerProcess, sent: Sent[], acknowledged: () => void): Promise<void> {
  for (;;) {
    const one: Sent = { customerId: `c${randomInt(CUSTOMERS)}`, status: `STATUS ${sent.length}` };
    sent.push(one);
    try {
      await send(server, one);
      acknowledged();
    } catch {
      return;
    }
  }
}

async function send(server: ServerProcess, one: Sent): Promise<void> {
  const body = signedCallback(one.customerId, { status: one.status });
  const response = await fetch(`${server.url}/callbacks/kyc`, { method: 'POST', body });
  const { revision } = (await response.json()) as { revision: number };
  expect(response.status).toBe(200);
  one.revision = revision;
}

/** Every customer's statuses by revision, and that revisions have no gap. */
async function histories(server: ServerProcess): Promise<Map<string, string[]>> {
  const token = await adminToken();
  const found = new Map<string, string[]>();
  for (let customer = 0; customer < CUSTOMERS; customer++) {
    const statuses: string[] = [];
    let after: string | null = null;
    do {
      const query = `query ($after: String) { kyc(customerId: "c${customer}") {
        history(first: 200, after: $after) { nodes { revision rawStatus } pageInfo { hasNextPage endCursor } } } }`;
      const { data } = await ask(server.url, query, token, { after });
      const { nodes = [], pageInfo = null } = data.kyc?.history ?? {};
      statuses.unshift(...nodes.map(({ rawStatus }: { rawStatus: string }) => rawStatus).toReversed());
      const revisions = nodes.map(({ revision }: { revision: number }) => revision);
      const newest = revisions[0] ?? 0;
      expect(revisions).toEqual(Array.from(revisions, (_, index) => newest - index));
      if (pageInfo?.hasNextPage !== true) expect(revisions.at(-1) ?? 1).toBe(1);
      after = pageInfo?.hasNextPage === true ? pageInfo.endCursor : null;
    } while (after !== null);
    found.set(`c${customer}`, statuses);
  }
  return found;
}

test('kill -9 in the middle of load, again and again, loses nothing that was acknowledged', async () => {
  using folder = temporaryFolder();
  const sent: Sent[] = [];
  let server = await serve(folder.path);
  try {
    for (const killAfter of KILL_AFTER) {
      let acknowledged = 0;
      const killed = server;
      const onAnswer = () => {
        if (++acknowledged === killAfter) void killed.kill('SIGKILL');
      };
      await Promise.all(Array.from({ length: LANES }, () => lane(killed, sent, onAnswer)));
      expect((await killed.ended).signal).toBe('SIGKILL');

      server = await serve(folder.path);
      const found = await histories(server);
      for (const { customerId, status, revision } of sent) {
        if (revision !== undefined)
          expect([revision, found.get(customerId)?.[revision - 1]]).toEqual([revision, status]);
      }
      // XGateway sends again what was not acknowledged: it is recorded now, or it was already.
      for (const one of sent) if (one.revision === undefined) await send(server, one);
      expect((await run(['verify'], folder.path, serverEnv(folder.path))).code).toBe(0);
    }
  } finally {
    await server.kill('SIGKILL');
  }
  expect(sent.length).toBeGreaterThan(KILL_AFTER.reduce((sum, count) => sum + count));
});
