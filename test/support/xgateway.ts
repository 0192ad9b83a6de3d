/** A stand-in of XGateway's API: its documented answers over real HTTP, and its failures. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the stand-in says of a customer. */
export interface StandInKyc {
  readonly status: string | null;
  readonly docsMissing?: readonly unknown[] | null;
  readonly kycEndUserErrorMessage?: string | null;
}

/** Answers one lookup in its own way; returns false to leave it to the stand-in. */
export type Misbehave = (customerId: string, response: ServerResponse, request: IncomingMessage) => boolean;

export interface XgatewayStandIn extends AsyncDisposable {
  readonly url: string;
  /** What it knows. Everybody else is a 404. */
  readonly customers: Map<string, StandInKyc>;
  /** Customer IDs, in the order in which they were asked about. */
  readonly asked: string[];
  /** The most lookups that were open at a time. */
  readonly mostOpen: number;
  misbehave: Misbehave;
}

export const API_KEY = 'the API key of the tests';

const REFUSAL = (code: string) => JSON.stringify({ success: false, errors: [{ code, message: 'said the stand-in' }] });

/** How the API fails, by name. Each answers every lookup. */
export const FAILURES = {
  'a 429': (_id, response) => answer(response, 429, REFUSAL('RATE_LIMIT'), { 'retry-after': '0' }),
  'a 500': (_id, response) => answer(response, 500, REFUSAL('INTERNAL')),
  'a page of a proxy': (_id, response) => answer(response, 200, '<html>welcome</html>'),
  'a status that is a number': (id, response) => answer(response, 200, said(id, { status: 7 as never })),
  'a redirect': (_id, response) => answer(response, 302, '', { location: 'https://elsewhere.example/' }),
  'another customer': (_id, response) => answer(response, 200, said('somebody else', { status: 'FULL_USER' })),
  'more than it should': (id, response) =>
    answer(response, 200, said(id, { status: 'CREATED', kycEndUserErrorMessage: 'x'.repeat(70_000) })),
  'a refused key': (_id, response) => answer(response, 401, REFUSAL('UNAUTHORIZED')),
  'a refused lookup': (_id, response) => answer(response, 400, REFUSAL('BAD_REQUEST')),
  'a 404 of another server': (_id, response) => answer(response, 404, '<html>not found</html>'),
  'a cut connection': (_id, response) => {
    response.destroy();
    return true;
  },
  'no answer': () => true,
} satisfies Record<string, Misbehave>;

/** Starts the stand-in. */
export async function startXgateway(): Promise<XgatewayStandIn> {
  const customers = new Map<string, StandInKyc>();
  const asked: string[] = [];
  let [open, mostOpen] = [0, 0];
  const standIn = { misbehave: (() => false) as Misbehave };
  const server = createServer((request, response) => {
    const id = /^\/api\/v2\/customer\/([^/]+)\/bank-transfer\/kyc$/.exec(request.url ?? '')?.[1];
    if (id === undefined) return void answer(response, 404, '<html>not found</html>');
    const customerId = decodeURIComponent(id);
    asked.push(customerId);
    open += 1;
    mostOpen = Math.max(mostOpen, open);
    response.once('close', () => {
      open -= 1;
    });
    if (standIn.misbehave(customerId, response, request)) return;
    if (request.headers['x-api-key'] !== API_KEY) return void answer(response, 401, REFUSAL('UNAUTHORIZED'));
    const kyc = customers.get(customerId);
    if (kyc === undefined) answer(response, 404, REFUSAL('NOT_FOUND'));
    else answer(response, 200, said(customerId, kyc));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v2`,
    customers,
    asked,
    get mostOpen() {
      return mostOpen;
    },
    get misbehave() {
      return standIn.misbehave;
    },
    set misbehave(misbehave) {
      standIn.misbehave = misbehave;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function said(id: string, kyc: StandInKyc): string {
  return JSON.stringify({ success: true, data: { id, ...kyc } });
}

function answer(response: ServerResponse, status: number, body: string, headers: Record<string, string> = {}): true {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
  return true;
}
