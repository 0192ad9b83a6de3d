import { expect, test } from 'vitest';
import { createKycGateway } from '../../src/gateway/create.ts';
import { CALLBACK_SECRET, JWT_SECRET } from '../support/server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { API_KEY, startXgateway } from '../support/xgateway.ts';

test('rotateSecrets: what is given is replaced, all of it or nothing, and what is left out stays', async () => {
  await using xgateway = await startXgateway();
  xgateway.customers.set('c', { status: 'FULL_USER' });
  using folder = temporaryFolder();
  const gateway = await createKycGateway({
    secrets: { current: CALLBACK_SECRET },
    access: { key: { secret: JWT_SECRET } },
    databaseUrl: `sqlite:${folder.path}/kyc.db`,
    xgatewayApi: { key: 'wrong', url: xgateway.url, allowHttp: true },
  });
  try {
    await gateway.start();
    await expect(gateway.refresh('c')).rejects.toMatchObject({ code: 'XGATEWAY_UNAVAILABLE' });
    // Something is wrong with each of these: not even the rest of it is taken.
    for (const wrong of [
      { callbacks: { current: '' }, apiKey: API_KEY },
      { callbacks: { current: 'a.b', previous: 'b' }, apiKey: API_KEY },
      { tokens: { secret: 'short' }, apiKey: API_KEY },
      { apiKey: '' },
    ]) {
      expect(() => gateway.rotateSecrets(wrong)).toThrow(TypeError);
    }
    await expect(gateway.refresh('c')).rejects.toMatchObject({ code: 'XGATEWAY_UNAVAILABLE' });
    gateway.rotateSecrets({ apiKey: API_KEY });
    // Calls had been paused because of the wrong key.
    expect(await gateway.refresh('c')).toMatchObject({ outcome: 'APPLIED', kyc: { status: 'FULL_USER' } });
  } finally {
    await gateway.stop();
  }
});

test("a gateway without XGateway's API, or with an access function, says that it has no such secret", async () => {
  using folder = temporaryFolder();
  const gateway = await createKycGateway({
    secrets: { current: CALLBACK_SECRET },
    access: () => null,
    databaseUrl: `sqlite:${folder.path}/kyc.db`,
  });
  try {
    expect(() => gateway.rotateSecrets({ apiKey: API_KEY })).toThrow(/xgatewayApi/);
    expect(() => gateway.rotateSecrets({ tokens: { secret: JWT_SECRET } })).toThrow(/access function/);
    gateway.rotateSecrets({});
  } finally {
    await gateway.stop();
  }
});
