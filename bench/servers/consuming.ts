/** Our gateway in a server of an owner's, with as many named consumers as `CONSUMERS` says. */
import { createServer } from 'node:http';
import express from 'express';
import { pino } from 'pino';
import { createKycGateway } from '../../src/index.ts';

const gateway = await createKycGateway({
  secrets: { current: process.env['XGATEWAY_SECRET_KEY'] ?? '' },
  databaseUrl: process.env['DATABASE_URL'] ?? '',
  access: { key: { secret: process.env['JWT_SECRET'] ?? '' } },
  requireConfirmation: false,
  log: pino({ level: 'warn' }),
});
await gateway.start();
for (let index = 0; index < Number(process.env['CONSUMERS']); index++) {
  await gateway.consume(`beside-${index}`, () => Promise.resolve());
}

/** How many updates there are. */
let total = 0;
let drains = 0;

/** Has new consumers handle everything that there is; resolves with how many updates they have handled. */
async function drain(consumers: number, concurrency: number): Promise<number> {
  const drained = Array.from({ length: consumers }, async (_, index) => {
    const name = `drain-${drains}-${index}`;
    const { promise, resolve } = Promise.withResolvers<number>();
    let handled = 0;
    const handle = async (): Promise<void> => {
      if (++handled === total) resolve(handled);
    };
    const consumer = await gateway.consume(name, handle, { from: 'earliest', concurrency });
    await promise;
    await consumer.stop();
    await gateway.consumers.remove(name);
    return handled;
  });
  drains++;
  return (await Promise.all(drained)).reduce((sum, handled) => sum + handled, 0);
}

const app = express()
  .use('/callbacks/kyc', gateway.callbacks)
  .get('/fill', async (request, response) => {
    // Updates to consume: each customer has four.
    const customers = Number(request.query['customers']);
    const statuses = ['CREATED', 'KYC_PENDING', 'SOFT_KYC_FAILED', 'KYC_NEEDED'] as const;
    for (const status of statuses) {
      const reports = Array.from({ length: customers }, (_, index) => ({ customerId: `customer-${index}`, status }));
      await Promise.all(reports.map((report) => gateway.record(report, { by: 'bench' })));
    }
    total += customers * statuses.length;
    response.json({});
  })
  .get('/drain', async (request, response) => {
    response.json({ handled: await drain(Number(request.query['consumers']), Number(request.query['concurrency'])) });
  })
  .get('/', (_request, response) => response.json({}));
createServer(app).listen(Number(process.env['PORT']), '127.0.0.1');
