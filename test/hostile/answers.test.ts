import { expect, test } from 'vitest';
import { startTestServer, token } from '../support/server.ts';

const LARGE = Array.from({ length: 4_000 }, (_, index) => `D${index}`);

test('what one answer holds is bounded in bytes: a few large updates pass, many are refused', async () => {
  await using server = await startTestServer({ callbacksPerCustomerPerMinute: 0 });
  for (let sent = 0; sent < 60; sent++) {
    const answer = await server.callback('mallory', { status: 'PENDING_KYC_DATA', docsMissing: [`${sent}`, ...LARGE] });
    expect(answer.status).toBe(200);
  }
  const bearer = await token({ sub: 'mallory' });
  const history = (first: number) => `history(first: ${first}) { nodes { missingDocuments { type } } }`;
  const few = await server.query(`{ myKyc { ${history(5)} } }`, bearer);
  expect(few.data.myKyc.history.nodes).toHaveLength(5);
  expect(few.data.myKyc.history.nodes[0].missingDocuments).toHaveLength(4_001);
  const many = `a: ${history(30)} b: ${history(30)} c: ${history(30)}`;
  const refused = await server.query(`{ myKyc { ${many} } }`, bearer);
  expect(refused.errors?.[0]?.extensions.code).toBe('QUERY_TOO_COMPLEX');
  expect(JSON.stringify(refused).length).toBeLessThan(2_000_000);
  // Each operation has the whole of it.
  for (let asked = 0; asked < 4; asked++) {
    expect((await server.query(`{ myKyc { ${history(20)} } }`, bearer)).errors).toBeUndefined();
  }
});
