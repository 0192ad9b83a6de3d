/** One test of an application, with the testing kit, for every runner. */

/** The test, in the words that all runners know. */
export const KIT_TEST = `
test('a customer is verified', async () => {
  const api = await createXgatewayApi();
  const gateway = await createTestGateway({ xgatewayApi: api.options, now: 1_750_000_000_000 });
  const { status } = await gateway.deliver(signCallback({ customerId: 'c', status: 'FULL_USER' }));
  api.set('c', 'FULL_USER');
  gateway.clock.advance(1_000);
  const { kyc } = await gateway.refresh('c');
  const fake = fakeFollow('c');
  const { customerId } = fake.update({ status: callbackFor('CREATED').status });
  const found = [status, kyc.verified, kyc.updatedAt.getTime(), customerId];
  if (found.join() !== '200,true,1750000001000,c') throw new Error(found.join());
  await gateway.stop();
  await api.close();
});
`;
/** What it imports. */
export const KIT_IMPORT =
  "import { callbackFor, createTestGateway, createXgatewayApi, fakeFollow, signCallback } from 'xgateway-kyc/testing';\n";
