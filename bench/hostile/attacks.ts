/**
 * What ten hostile clients do. Each attack is a function that one client runs in a loop until the process is killed: it sends
 * one unit of work and resolves when that is answered, or cut off.
 */
import { connect, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { WebSocket } from 'ws';
import { CALLBACK_PATH, callbackBody, GRAPHQL_PATH, token } from '../harness/fixtures.ts';

/** One client of an attack. */
export interface AttackClient {
  readonly port: number;
  /** 0 to 9. */
  readonly index: number;
  /** Counts the units that this client has sent. */
  readonly round: number;
}

/** An attack: what it is called, and one unit of it. */
export interface Attack {
  readonly name: string;
  readonly unit: (client: AttackClient) => Promise<unknown>;
}

const CUSTOMER = token('customer-of-an-attacker', '');
const READER = token('service-of-an-attacker');
const KEYS_5000 = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`k${index}`, 1]));
const EXPLODING = {
  query: 'query($f:KycFilter){kycCustomers(filter:$f){nodes{customerId}}}',
  variables: { f: KEYS_5000 },
};
const UNDECLARED = { query: 'subscription { kycStatusChanged { revision } }', variables: { x: 'x'.repeat(60_000) } };
const WIDE = `query { ${Array.from({ length: 15 }, (_, index) => `a${index}: myKyc { history(first: 200) { nodes { customerId revision status rejectLabels } } }`).join(' ')} }`;
const DEEP = `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`;
const BOMB = gzipSync(Buffer.alloc(64 * 1024 * 1024, ' '));
const LISTS = Array.from({ length: 21_000 }, () => '[]').join();
const NUMBERS = Array.from({ length: 3_900 }, () => '1.0').join();
const SMALL = '{"callbackType":"kyc","customerId":"x","hash":"x"}';
const PIPELINED = `POST ${CALLBACK_PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: ${SMALL.length}\r\n\r\n${SMALL}`.repeat(
  60,
);
const LABELS = Array.from({ length: 8_000 }, (_, index) => `L${index}`);

/** Every attack that is measured. */
export const ATTACKS: readonly Attack[] = [
  { name: 'unknown keys in variables, HTTP', unit: (client) => graphql(client, EXPLODING, CUSTOMER) },
  { name: 'unknown keys in variables, HTTP, no token', unit: (client) => graphql(client, EXPLODING) },
  { name: 'unknown keys in variables, SSE', unit: (client) => graphql(client, EXPLODING, CUSTOMER, '/graphql/stream') },
  { name: 'unknown keys in variables, WebSocket', unit: (client) => operation(client, EXPLODING, CUSTOMER) },
  { name: 'undeclared variables of 60 KB, WebSocket', unit: (client) => operation(client, UNDECLARED, CUSTOMER) },
  { name: 'wide queries of one customer', unit: (client) => graphql(client, { query: WIDE }, CUSTOMER) },
  {
    name: 'costly queries of a service',
    unit: (client) =>
      graphql(
        client,
        {
          query:
            '{ kycCustomers(first: 200) { nodes { customerId history(first: 20) { nodes { revision status } } } } }',
        },
        READER,
      ),
  },
  {
    name: 'reading the history as of long ago',
    unit: (client) =>
      graphql(
        client,
        { query: '{ kyc(customerId: "history", asOf: "2020-01-01T00:00:00.000Z") { revision } }' },
        READER,
      ),
  },
  {
    name: 'streams of everything with a rare filter',
    unit: (client) =>
      operation(
        client,
        { query: 'subscription { kycUpdates(after: "earliest", filter: { statuses: [UNRECOGNIZED] }) { revision } }' },
        READER,
        500,
      ),
  },
  {
    name: 'distinct documents',
    unit: (client) =>
      graphql(client, { query: `query q${client.index}_${client.round} { myKyc { revision } }` }, CUSTOMER),
  },
  {
    name: 'bad tokens',
    unit: (client) => graphql(client, { query: '{ myKyc { revision } }' }, `${CUSTOMER}${client.round}`),
  },
  {
    name: 'refused callbacks, small',
    unit: (client) => callback(client, SMALL),
  },
  {
    name: 'refused callbacks, 64 KB each different',
    unit: (client) =>
      callback(
        client,
        JSON.stringify({
          callbackType: 'kyc',
          customerId: `c${client.index}-${client.round}`,
          hash: 'x',
          pad: 'x'.repeat(64_000),
        }),
      ),
  },
  {
    name: 'refused callbacks of 64 KB of lists',
    unit: (client) => callback(client, `{"callbackType":"kyc","a":[${LISTS}]}`),
  },
  {
    name: 'refused callbacks of 16 KB of exact numbers',
    unit: (client) => callback(client, `{"callbackType":"kyc","a":[${client.round},${NUMBERS}]}`),
  },
  {
    name: 'genuine repetitions with 60 KB of exact numbers',
    unit: (client) =>
      callback(
        client,
        `{"a":[${NUMBERS},${NUMBERS},${NUMBERS},${NUMBERS}],${callbackBody('one-customer', 2).slice(1)}`,
      ),
  },
  { name: 'pipelined refused callbacks', unit: (client) => request(client, PIPELINED) },
  { name: 'callbacks with deep nesting', unit: (client) => callback(client, DEEP) },
  { name: 'callbacks that inflate to 64 MB', unit: (client) => callback(client, BOMB, 'Content-Encoding: gzip\r\n') },
  {
    name: 'genuine callbacks about one customer, 8,000 labels',
    unit: ({ port, round, index }) => {
      const body = JSON.parse(callbackBody('one-customer', 2)) as Record<string, unknown>;
      return callback(
        { port, round, index },
        JSON.stringify({ ...body, kycRejectLabel: [`${index}-${round}`, ...LABELS].join() }),
      );
    },
  },
  {
    name: 'genuine callbacks that are not understood',
    unit: ({ port, round, index }) => {
      const body = JSON.parse(callbackBody('one-customer', 2)) as Record<string, unknown>;
      return callback({ port, round, index }, JSON.stringify({ ...body, status: round * 10 + index }));
    },
  },
  { name: 'readiness', unit: (client) => request(client, 'GET /health/ready HTTP/1.1\r\nHost: x\r\n\r\n') },
  { name: 'half requests', unit: (client) => halfRequest(client) },
  { name: 'sockets that never say who they are', unit: (client) => silentSocket(client) },
  {
    name: 'upgrades that are no WebSocket',
    unit: (client) =>
      request(
        client,
        'GET /graphql HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n',
      ),
  },
];

function graphql(client: AttackClient, body: object, bearer?: string, path = GRAPHQL_PATH): Promise<void> {
  const text = JSON.stringify(body);
  const accept = path === GRAPHQL_PATH ? 'application/json' : 'text/event-stream';
  const authorization = bearer === undefined ? '' : `Authorization: Bearer ${bearer}\r\n`;
  return request(
    client,
    `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nAccept: ${accept}\r\n${authorization}Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
  );
}

function callback(client: AttackClient, body: string | Buffer, headers = ''): Promise<void> {
  const head = `POST ${CALLBACK_PATH} HTTP/1.1\r\nHost: x\r\n${headers}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n`;
  return request(client, Buffer.concat([Buffer.from(head), Buffer.from(body)]));
}

const open = new Map<number, Socket>();

/** Sends bytes on the client's connection, and resolves with the first bytes of the answer, or when it is cut off. */
async function request({ port, index }: AttackClient, bytes: string | Buffer): Promise<void> {
  let socket = open.get(index);
  if (socket === undefined || socket.destroyed || !socket.writable) {
    socket = connect(port, '127.0.0.1').on('error', () => {});
    open.set(index, socket);
    // The server may cut each connection after one answer: ports are not to run out before it does.
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await new Promise<void>((resolve) => {
    const done = (): void => {
      socket.off('data', done).off('close', done);
      resolve();
    };
    socket.once('data', done).once('close', done);
    socket.write(bytes);
  });
}

const sockets = new Map<number, WebSocket>();

/** One operation on the client's socket, which is opened again when the server has closed it. Left after `stayMs`, or an answer. */
async function operation(client: AttackClient, payload: object, bearer: string, stayMs = 0): Promise<void> {
  const socket = await openSocket(client, bearer);
  if (socket === null) return;
  const id = String(client.round);
  await new Promise<void>((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      socket.off('message', answered).off('close', done);
      if (socket.readyState === socket.OPEN) socket.send(JSON.stringify({ id, type: 'complete' }));
      resolve();
    };
    const answered = (data: unknown): void => {
      if (stayMs === 0 && (JSON.parse(String(data)) as { readonly id?: string }).id === id) done();
    };
    const timer = setTimeout(done, stayMs === 0 ? 20 : stayMs);
    socket.on('message', answered).on('close', done);
    socket.send(JSON.stringify({ id, type: 'subscribe', payload }));
  });
}

/** The client's socket once it is acknowledged; null when it was closed instead, a moment later. */
async function openSocket({ port, index }: AttackClient, bearer: string): Promise<WebSocket | null> {
  const known = sockets.get(index);
  if (known?.readyState === WebSocket.OPEN) return known;
  const socket = new WebSocket(`ws://127.0.0.1:${port}/graphql`, 'graphql-transport-ws');
  sockets.set(index, socket);
  const isAcknowledged = await new Promise<boolean>((resolve) => {
    socket.on('error', () => {});
    socket.on('close', () => resolve(false));
    socket.on('open', () =>
      socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${bearer}` } })),
    );
    socket.once('message', () => resolve(true));
  });
  if (isAcknowledged) return socket;
  await new Promise((resolve) => setTimeout(resolve, 10));
  return null;
}

/** Opens a connection, sends half a request and leaves it. A few a second from each client. */
async function halfRequest({ port }: AttackClient): Promise<void> {
  connect(port, '127.0.0.1')
    .on('error', () => {})
    .write(`POST ${CALLBACK_PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{"callb`);
  await new Promise((resolve) => setTimeout(resolve, 20));
}

/** Opens a WebSocket and says nothing. */
async function silentSocket({ port }: AttackClient): Promise<void> {
  new WebSocket(`ws://127.0.0.1:${port}/graphql`, 'graphql-transport-ws').on('error', () => {});
  await new Promise((resolve) => setTimeout(resolve, 20));
}
