/** REQUIRE_CONFIRMATION is turned on and off between starts: what is recorded keeps its `verified`, what comes is decided anew. */
import { expect, test } from 'vitest';
import { ask, readerToken, startTestServer } from '../support/server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const FULL = { status: 'FULL_USER', docsMissing: null, kycRejectLabel: null };

test('a start with the other setting changes no update, and decides about the next one', async () => {
  using folder = temporaryFolder();
  const databaseUrl = `sqlite:${folder.path}/kyc.db`;
  const token = await readerToken();
  const expected: (readonly [revision: number, verified: boolean])[] = [];

  /** A start; then two callbacks that say something new of `c`, and one of `other` that says nothing new. */
  async function start(
    requireConfirmation: boolean,
    verified: readonly [first: boolean, second: boolean],
  ): Promise<void> {
    await using server = await startTestServer({ databaseUrl, requireConfirmation });
    const history = async () => {
      const query = '{ kyc(customerId: "c") { verified history(first: 200) { nodes { revision verified } } } }';
      const { data } = await ask(server.url, query, token);
      return (data?.kyc?.history.nodes ?? []).map((one: { revision: number; verified: boolean }) => [
        one.revision,
        one.verified,
      ]);
    };
    expect(await history()).toEqual(expected.toReversed());
    for (const isVerified of verified) {
      const said = { ...FULL, kycEndUserErrorMessage: `message ${expected.length}` };
      expect((await server.callback('c', said)).status).toBe(200);
      expected.push([expected.length + 1, isVerified]);
      // A repetition is no news, whatever the setting is now.
      expect((await server.callback('c', said)).status).toBe(200);
    }
    expect(await history()).toEqual(expected.toReversed());
  }

  await start(false, [true, true]);
  await start(true, [false, false]);
  await start(false, [true, true]);
  await start(true, [false, false]);
});
