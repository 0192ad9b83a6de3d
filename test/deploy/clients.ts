/** Clients of a server behind a proxy: over HTTPS, a WebSocket, and server-sent events over HTTP/2. They connect from 127.0.0.9. */
import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { request } from 'node:https';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { readerToken, signedCallback } from '../support/server.ts';
import type { RunningProxy } from './proxies.ts';

/** The address that clients connect from. */
export const CLIENT = '127.0.0.9';
const SUBSCRIPTION = 'subscription { kycUpdates { customerId status } }';

/** What a test sends through a proxy. */
export function clientsOf({ port, ca }: RunningProxy) {
  const authority = `kyc.example:${port}`;
  const tls = { ca, servername: 'kyc.example', localAddress: CLIENT };

  /** One request. */
  async function send(
    path: string,
    { method = 'GET', headers = {}, body = '' }: { method?: string; headers?: object; body?: string } = {},
  ) {
    const options = { ...tls, host: '127.0.0.1', port, path, method, agent: false };
    const sent = request({ ...options, headers: { host: authority, ...headers } });
    sent.end(body);
    const [response] = await once(sent, 'response');
    let text = '';
    for await (const chunk of response.setEncoding('utf8')) text += chunk;
    return { status: response.statusCode as number, headers: response.headers, text };
  }

  return {
    send,
    callback: (path: string, customerId: string) =>
      send(path, { method: 'POST', body: signedCallback(customerId, { status: 'KYC_PENDING' }) }),

    /** Follows all updates over a WebSocket. */
    async openSocket(path: string) {
      class ThroughProxy extends WebSocket {
        constructor(url: string, protocols?: string | string[]) {
          const options = { ...tls, headers: { host: authority } };
          super(url, protocols, options);
        }
      }
      const client = createClient({
        url: `wss://127.0.0.1:${port}${path}`,
        webSocketImpl: ThroughProxy,
        retryAttempts: 0,
        connectionParams: { authorization: `Bearer ${await readerToken()}` },
      });
      const closed = new Promise<number>((resolve) => {
        client.on('closed', (event) => resolve((event as { code: number }).code));
      });
      const updates = client.iterate({ query: SUBSCRIPTION });
      return { closed, next: async () => JSON.stringify((await updates.next()).value), end: () => client.dispose() };
    },

    /** Follows all updates as server-sent events over HTTP/2, as browsers do. */
    async openStream(path: string) {
      const session = connectHttp2(`https://127.0.0.1:${port}`, tls);
      const stream = session.request({
        ':method': 'POST',
        ':path': path,
        ':authority': authority,
        'content-type': 'application/json',
        accept: 'text/event-stream',
        authorization: `Bearer ${await readerToken()}`,
      });
      let text = '';
      let isOpen = true;
      stream.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
      });
      stream.once('close', () => {
        isOpen = false;
      });
      stream.end(JSON.stringify({ query: SUBSCRIPTION }));
      await once(stream, 'response');
      return { received: () => text, isOpen: () => isOpen, end: () => session.destroy() };
    },
  };
}
