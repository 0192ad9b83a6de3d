/** The callback endpoint of an Apollo Router, as its implementation behaves: on a port of its own, and as bad as a test likes. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventually } from './eventually.ts';

/** A message that Router received. */
export interface RouterMessage {
  readonly kind: string;
  readonly action: 'check' | 'next' | 'complete';
  readonly id: string;
  readonly verifier: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test knows what it asked for
  readonly payload?: any;
  readonly errors?: readonly { readonly message: string; readonly extensions: { readonly code: string } }[];
}

/** Answers a message instead of Router. Returns false to leave it to Router. */
export type Misbehave = (message: RouterMessage, response: ServerResponse, request: IncomingMessage) => boolean;

/** What is sent to subscribe. */
export interface Subscribe {
  readonly query: string;
  readonly documentId?: string;
  readonly variables?: object;
  readonly token: string;
  readonly id?: string;
  readonly heartbeatIntervalMs?: unknown;
  readonly callbackUrl?: unknown;
  readonly verifier?: unknown;
  readonly accept?: string;
}

export interface ApolloRouter extends AsyncDisposable {
  /** What goes into the allow-list. */
  readonly callbackUrl: string;
  readonly messages: readonly RouterMessage[];
  /** The subscriptions that it knows, by their ID. */
  readonly known: Map<string, string>;
  misbehave: Misbehave;
  /** Subscribes at a server. */
  subscribe(server: { readonly url: string }, subscribe: Subscribe): Promise<Response>;
  /** The payloads of a subscription's `next`s. */
  // biome-ignore lint/suspicious/noExplicitAny: a test knows what it asked for
  payloads(id?: string): any[];
  /** Waits for the subscription's `complete`. */
  completed(id?: string): Promise<RouterMessage>;
  /** Closes its port and every connection; `start` opens the same one again. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

const MISSING = Symbol('missing');

export async function apolloRouter(host = '127.0.0.1'): Promise<ApolloRouter> {
  const messages: RouterMessage[] = [];
  const known = new Map<string, string>();
  let server: Server;
  let port = 0;
  const start = async () => {
    server = createServer((request, response) => void receive(request, response));
    await once(server.listen(port, host), 'listening');
    port = (server.address() as AddressInfo).port;
  };
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  const receive = async (request: IncomingMessage, response: ServerResponse) => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    const message = JSON.parse(body) as RouterMessage;
    // What was received counts, whatever is answered.
    messages.push(message);
    if (request.headers['subscription-protocol'] !== 'callback/1.0') return void response.writeHead(400).end();
    if (router.misbehave(message, response, request)) return;
    answer(message, response, request.url ?? '');
  };
  const answer = ({ id, verifier, action }: RouterMessage, response: ServerResponse, path: string) => {
    const expected = known.get(id) ?? MISSING;
    if (expected !== MISSING && verifier !== expected) return void response.writeHead(401).end();
    if (path !== `/callback/${id}`) return void response.writeHead(400).end();
    response.setHeader('subscription-protocol', 'callback/1.0');
    if (expected === MISSING) return void response.writeHead(404).end();
    if (action === 'complete') known.delete(id);
    response.writeHead({ check: 204, next: 200, complete: 202 }[action]).end();
  };
  const router: ApolloRouter = {
    get callbackUrl() {
      return `http://${host}:${port}/callback`;
    },
    messages,
    known,
    misbehave: () => false,
    subscribe: ({ url }, subscribe) => fetch(`${url}/graphql`, subscribeRequest(router, subscribe)),
    payloads: (id = 'one') =>
      messages.filter((message) => message.id === id && message.action === 'next').map(({ payload }) => payload),
    completed: (id = 'one') =>
      eventually(() => messages.find((message) => message.id === id && message.action === 'complete')),
    stop,
    start,
    [Symbol.asyncDispose]: stop,
  };
  await start();
  return router;
}

/** The request by which a router subscribes; the router knows the subscription then. */
export function subscribeRequest(router: ApolloRouter, subscribe: Subscribe): RequestInit {
  const { query, documentId, variables, token, id = 'one', heartbeatIntervalMs = 0, ...others } = subscribe;
  const verifier = others.verifier ?? `the verifier of ${id}`;
  router.known.set(id, `the verifier of ${id}`);
  const callbackUrl = others.callbackUrl ?? `${router.callbackUrl}/${id}`;
  const subscription = { callbackUrl, subscriptionId: id, verifier, heartbeatIntervalMs };
  return {
    method: 'POST',
    headers: {
      accept: others.accept ?? 'application/json;callbackSpec=1.0,application/json',
      'content-type': 'application/json',
      authorization: `Bearer ${token}`,
    },
    body: JSON.stringify({ query, documentId, variables, extensions: { subscription } }),
  };
}
