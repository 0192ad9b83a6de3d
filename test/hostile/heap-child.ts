/** A process of its own, with `--expose-gc`: clients send all they may, leave, and the heap is measured before and after. */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from 'graphql-sse';
import { WebSocket } from 'ws';
import { startTestServer, type TestServer, token } from '../support/server.ts';

const PADDING = 'x'.repeat(55_000);

/** Each case is a way in which something of a client could be kept. */
async function attack(server: TestServer, round: number): Promise<void> {
  await Promise.all([sockets(server, round), streams(server, round), documents(server, round), tokens(server, round)]);
}

/** Subscriptions that end at once, with large variables: declared, undeclared, and each text another. */
async function sockets(server: TestServer, round: number): Promise<void> {
  const bearer = await token({ sub: `c${round}` });
  const socket = new WebSocket(server.wsUrl, 'graphql-transport-ws');
  await new Promise((resolve) => socket.once('open', resolve));
  socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${bearer}` } }));
  await new Promise((resolve) => socket.once('message', resolve));
  for (let index = 0; index < 100; index++) {
    const id = `${round}-${index}`;
    const query = `subscription S${round}x${index % 100}($a: String, $no: Boolean = false) { kycStatusChanged(after: $a) { revision @skip(if: $no) } }`;
    for (const [kind, variables] of [{ unknown: PADDING + id }, { a: PADDING + id }, { no: true }].entries()) {
      const message = { id: `${id}-${kind}`, type: 'subscribe', payload: { query, variables } };
      socket.send(JSON.stringify(message));
      if (kind === 2) socket.send(JSON.stringify({ id: message.id, type: 'complete' }));
      await sleep(1);
    }
  }
  const closed = new Promise((resolve) => socket.once('close', resolve));
  if (socket.readyState !== WebSocket.OPEN) throw new Error('The server has closed the socket.');
  socket.close();
  await closed;
}

async function streams(server: TestServer, round: number): Promise<void> {
  const headers = { authorization: `Bearer ${await token({ sub: `s${round}` })}` };
  const client = createClient({ url: `${server.url}/graphql/stream`, headers, retryAttempts: 0 });
  for (let index = 0; index < 50; index++) {
    const query = `subscription ($a: String) { kycStatusChanged(after: $a) { x${index}: revision } }`;
    const updates = client.iterate({ query, variables: { a: PADDING + index } });
    await updates.next().catch(() => {});
    await updates.return?.();
  }
  client.dispose();
}

/** Documents of many nodes, and automatically persisted queries. */
async function documents(server: TestServer, round: number): Promise<void> {
  const bearer = await token({ sub: `d${round}`, scope: 'kyc:read' });
  for (let index = 0; index < 80; index++) {
    const query = `query Q${round}x${index} { kycStatusCounts { ${'count '.repeat(300)} } }`;
    const sha256Hash = createHash('sha256').update(query).digest('hex');
    await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${bearer}` },
      body: JSON.stringify({ query, extensions: { persistedQuery: { version: 1, sha256Hash } } }),
    }).then((response) => response.text());
  }
}

async function tokens(server: TestServer, round: number): Promise<void> {
  for (let index = 0; index < 150; index++) {
    const bearer = await token({ sub: `t${round}x${index}`, padding: 'y'.repeat(8_000) });
    await server.query('{ __typename }', bearer);
  }
}

async function heap(): Promise<number> {
  for (let index = 0; index < 5; index++) {
    globalThis.gc?.();
    await sleep(20);
  }
  return process.memoryUsage().heapUsed;
}

const server = await startTestServer();
await server.callback('c0', { status: 'CREATED' });
await attack(server, 0);
const before = await heap();
for (let round = 1; round <= 2; round++) await attack(server, round);
const after = await heap();
process.send?.({ before, after });
