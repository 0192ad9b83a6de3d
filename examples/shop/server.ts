/**
 * A merchant's shop with the gateway mounted in it. The shop knows who is logged in (here: a cookie), and hands the page
 * short-lived tokens for that customer alone; the page follows their KYC with the React hook.
 *
 *   npm run example
 */
import { hash, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import express, { type Request } from 'express';
import { SignJWT } from 'jose';
import { createKycGateway } from 'xgateway-kyc';

/** How the shop runs. */
export interface ShopOptions {
  readonly port: number;
  /** Where the gateway keeps its journal. */
  readonly databaseUrl: string;
  /** The secret that this shop shares with XGateway. */
  readonly callbackSecret: string;
  /** How long a customer's token is valid. The page fetches the next one by itself. */
  readonly tokenSeconds: number;
  /** The built page. */
  readonly page: string;
}

/** A running shop. */
export interface Shop {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts the shop. */
export async function startShop(options: ShopOptions): Promise<Shop> {
  // Signs the tokens that the shop hands out and the gateway verifies. Several instances of a shop would share it.
  const tokenSecret = randomBytes(32).toString('base64');
  const gateway = await createKycGateway({
    secrets: { current: options.callbackSecret },
    databaseUrl: options.databaseUrl,
    access: { key: { secret: tokenSecret } },
  });
  await gateway.start();

  const app = express();
  app.use('/callbacks/kyc', gateway.callbacks);
  app.use('/graphql/stream', gateway.stream);
  app.use('/graphql', gateway.graphql);

  app.post('/api/login', express.json(), (request, response) => {
    response.cookie('customer', String(request.body.customer), { httpOnly: true, sameSite: 'strict' });
    response.json({ customer: String(request.body.customer) });
  });
  app.get('/api/me', (request, response) => {
    response.json({ customer: loggedIn(request) });
  });
  app.post('/api/kyc-token', async (request, response) => {
    const customer = loggedIn(request);
    if (customer === null) return void response.sendStatus(401);
    const token = await new SignJWT()
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(customer)
      .setExpirationTime(Math.floor(Date.now() / 1_000) + options.tokenSeconds)
      .sign(new TextEncoder().encode(tokenSecret));
    response.json({ token });
  });
  // What the page shows is for the customer; what counts is asked here, at the moment of the payment.
  app.post('/api/pay', async (request, response) => {
    const customer = loggedIn(request);
    if (customer === null) return void response.sendStatus(401);
    const kyc = await gateway.kyc(customer);
    if (kyc?.verified !== true) {
      response
        .status(403)
        .json({ error: 'Bank transfer is for verified customers.', nextAction: kyc?.nextAction ?? 'START' });
      return;
    }
    response.status(201).json({ paid: '46.50' });
  });
  // For the demonstration alone: plays XGateway, which knows the secret, and reports on the customer who is logged in.
  app.post('/demo/xgateway', express.json(), async (request, response) => {
    const customerId = loggedIn(request) ?? '';
    const proof = hash('sha512', `${customerId}.${options.callbackSecret}`, 'base64');
    const answer = await fetch(`${url}/callbacks/kyc`, {
      method: 'POST',
      body: JSON.stringify({ callbackType: 'kyc', customerId, hash: proof, ...request.body }),
    });
    response.status(answer.status).json(await answer.json());
  });
  app.use(express.static(options.page));

  const server = createServer(app);
  gateway.attachWebSocket(server);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.port, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    async stop() {
      await gateway.drain();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await gateway.stop();
    },
  };
}

/** Who is logged in. A real shop has its own sessions, which can't be made up by the browser. */
function loggedIn(request: Request): string | null {
  return /(?:^|; )customer=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1] ?? null;
}

if (import.meta.main) {
  const shop = await startShop({
    port: Number(process.env['PORT'] ?? 4100),
    databaseUrl: 'sqlite:data/shop/kyc.db',
    callbackSecret: 'the secret key of the shop',
    tokenSeconds: 300,
    page: join(import.meta.dirname, 'dist'),
  });
  process.stdout.write(`The shop is open: ${shop.url}\n`);
  process.once('SIGINT', () => void shop.stop());
}
