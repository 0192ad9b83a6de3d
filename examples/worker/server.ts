/**
 * A worker that opens and closes payouts as customers are verified: each update exactly once, whatever is killed when. What it did and
 * the cursor are written in one transaction of the worker's own database.
 *
 *   XGATEWAY_SECRET_KEY=… DATABASE_URL=sqlite:data/kyc.db node examples/worker/server.ts
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { createKycGateway } from 'xgateway-kyc';
import { Payouts } from './payouts.ts';

/** How the worker runs. */
export interface WorkerOptions {
  readonly port: number;
  /** Where the gateway keeps its journal. */
  readonly databaseUrl: string;
  /** The file of the worker's own database. */
  readonly payoutsPath: string;
  /** The secret that is shared with XGateway. */
  readonly callbackSecret: string;
  /** Signs the tokens of those who may look at the consumer: 32 bytes or more. */
  readonly tokenSecret: string;
}

/** A running worker. */
export interface Worker {
  readonly url: string;
  readonly payouts: Payouts;
  stop(): Promise<void>;
}

/** Starts the worker. */
export async function startWorker(options: WorkerOptions): Promise<Worker> {
  const { databaseUrl, payoutsPath, callbackSecret, tokenSecret } = options;
  const payouts = new Payouts(payoutsPath);
  const gateway = await createKycGateway({
    secrets: { current: callbackSecret },
    databaseUrl,
    access: { key: { secret: tokenSecret } },
  });
  await gateway.start();
  await gateway.consume('payouts', (update, { fence, replayed }) => payouts.apply(update, fence, replayed), {
    from: async ({ fence }) => payouts.cursor(fence),
  });

  const app = express().use('/callbacks/kyc', gateway.callbacks).use('/graphql', gateway.graphql);
  const server = createServer(app).listen(options.port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    payouts,
    async stop() {
      await gateway.drain();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await gateway.stop();
      payouts.close();
    },
  };
}

if (import.meta.main) {
  const { XGATEWAY_SECRET_KEY = '', JWT_SECRET = '', DATABASE_URL = 'sqlite:data/kyc.db', PORT = '4000' } = process.env;
  const worker = await startWorker({
    port: Number(PORT),
    databaseUrl: DATABASE_URL,
    payoutsPath: 'data/payouts.db',
    callbackSecret: XGATEWAY_SECRET_KEY,
    tokenSecret: JWT_SECRET,
  });
  process.stdout.write(`Callbacks go to ${worker.url}/callbacks/kyc\n`);
  process.once('SIGTERM', () => void worker.stop());
}
