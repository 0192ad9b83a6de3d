/** The limit: bare node:http and ws. Parses a callback, pushes it to those who follow the customer, stores and checks nothing. */
import { createServer } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';

interface Message {
  readonly type: 'connection_init' | 'subscribe';
  readonly payload: { readonly variables: { readonly id: string } };
}

const followers = new Map<string, Set<WebSocket>>();

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    if (request.method === 'POST') relay(JSON.parse(Buffer.concat(chunks).toString()));
    response.setHeader('Content-Type', 'application/json');
    response.end('{"outcome":"applied","revision":1}');
  });
});

function relay({ customerId, status, docsMissing }: Record<string, unknown>): void {
  const sockets = followers.get(String(customerId));
  if (sockets === undefined) return;
  const nextAction = 'PROVIDE_DATA';
  const update = { customerId, revision: 1, status, nextAction, verified: false, missingDocuments: docsMissing };
  const rest = { rejectLabels: [], endUserMessage: null, receivedAt: new Date().toISOString() };
  const frame = JSON.stringify({
    id: '1',
    type: 'next',
    payload: { data: { kycStatusChanged: { ...update, ...rest } } },
  });
  for (const socket of sockets) socket.send(frame);
}

const sockets = new WebSocketServer({ server, perMessageDeflate: false, maxPayload: 64 * 1024 });
sockets.on('connection', (socket) => {
  socket.on('message', (data) => {
    const message = JSON.parse(String(data)) as Message;
    if (message.type === 'connection_init') socket.send('{"type":"connection_ack"}');
    else follow(socket, message.payload.variables.id);
  });
});

function follow(socket: WebSocket, customerId: string): void {
  const set = followers.get(customerId) ?? new Set();
  followers.set(customerId, set.add(socket));
  socket.on('close', () => set.delete(socket));
}

server.listen(Number(process.env['PORT']), '127.0.0.1');
