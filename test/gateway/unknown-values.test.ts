/** What XGateway says that this release does not know is counted and logged; what people and imports say is not XGateway's. */
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { openShop } from '../embedding/shop.ts';

test.each([
  ['an import', 0],
  ['a callback', 1],
])('%s', async (what, counted) => {
  const lines: string[] = [];
  const log = pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) });
  await using shop = await openShop({ log });
  if (what === 'a callback') await shop.receive('alice', 'A_NEW_STATUS');
  else await shop.gateway.record({ customerId: 'alice', status: 'KYC_PENDING' }, { by: 'the old system' });
  const metrics = await shop.gateway.metrics.registry.metrics();
  expect(metrics).toContain(`xgateway_kyc_unrecognized_statuses_total ${counted}`);
  expect(metrics).toContain('xgateway_kyc_unknown_fields_total 0');
  expect(lines.filter((line) => line.includes('that this release does not know'))).toHaveLength(counted);
});
