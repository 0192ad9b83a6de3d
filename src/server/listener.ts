/** An HTTP server with a deadline on everything a peer can delay, and a shutdown that answers what is still arriving. */
import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, Server as NetServer, type Socket } from 'node:net';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { newRequestId } from '../http/request-id.ts';
import { ConnectionLimit, defaultConnectionLimit } from './connection-limit.ts';
import type { MessageClasses } from './express-messages.ts';
import { watchStalledAnswers } from './stalled-answers.ts';

/** How long a peer may take, in milliseconds. */
const DEADLINES = {
  /** To send the headers of a request. */
  headersTimeout: 10_000,
  /** To send a whole request. */
  requestTimeout: 30_000,
  /** How often the two above are checked. */
  connectionsCheckingInterval: 2_000,
  /** Between requests. Longer than the 60 s of common load balancers: otherwise we close just as they send. */
  keepAliveTimeout: 65_000,
} as const;

/** How long requests in progress may take once the server stops, in milliseconds. */
export const STOP_DEADLINE_MS = 5_000;
/** The listener closes in a turn of the event loop without a new connection, or after this time. */
const QUIET_DEADLINE_MS = 500;

/** Where to listen. */
export interface ListenOptions {
  readonly port: number;
  /** When the port is in use, the next free one is taken, and the log says so. Default false. */
  readonly anotherPort?: boolean | undefined;
  readonly host: string;
  /** The names of the settings, for errors. */
  readonly setting: 'PORT' | 'METRICS_PORT';
  readonly log: Logger;
  /** Default: what the limit on file descriptors allows. */
  readonly maxConnections?: number | undefined;
  /** What requests and answers are made as. Default: Node's own. */
  readonly messages?: MessageClasses | undefined;
}

/** A server that listens. */
export interface Listener {
  readonly server: Server;
  readonly port: number;
  /** From now on every answer says `Connection: close`, so that clients move to another instance. */
  beginDraining(): void;
  /**
   * Stops listening, answers what arrives on open connections for `graceMs`, then closes those that are idle. Requests in progress
   * have `STOP_DEADLINE_MS`.
   */
  close(graceMs?: number): Promise<void>;
}

/** Makes a server. `attach` adds its other listeners before it listens. Rejects when it can't listen, naming the setting. */
export async function listen(
  handler: RequestListener,
  options: ListenOptions,
  attach: (server: Server) => void = () => {},
): Promise<Listener> {
  const server = createServer({ ...DEADLINES, ...options.messages });
  const connections = new ConnectionLimit(server, options.maxConnections ?? defaultConnectionLimit(), options.log);
  let isDraining = false;
  server.on('request', (request, response) => {
    if (connections.isFlooding(request.socket)) {
      const address = request.socket.remoteAddress;
      if (!request.socket.destroyed)
        options.log.warn({ address }, 'Closed a connection with too many pipelined requests');
      request.socket.destroy();
      return;
    }
    connections.inOrder(request.socket, () => {
      if (isDraining) response.shouldKeepAlive = false;
      handler(request, response);
    });
  });
  const stalled = watchStalledAnswers(connections);
  server.on('clientError', (error, socket) => answerClientError(error, socket as Socket, connections));
  attach(server);
  const port = await bind(server, options);
  return {
    server,
    port,
    beginDraining() {
      isDraining = true;
    },
    async close(graceMs = 0) {
      isDraining = true;
      await untilQuiet(server);
      await closeServer(server, connections, graceMs);
      stalled[Symbol.dispose]();
    },
  };
}

/** How many ports after a taken one are tried before the system chooses. */
const NEXT_PORTS = 10;

async function bind(server: Server, options: ListenOptions): Promise<number> {
  const { port, host, setting, log } = options;
  try {
    const taken = await bindTo(server, port, host).catch((error: unknown) => {
      if (options.anotherPort !== true || codeOf(error) !== 'EADDRINUSE') throw error;
      return bindToNext(server, port, host);
    });
    if (port !== 0 && taken !== port)
      log.warn(`Port ${port} is in use; listening on ${taken}. Set ${setting} to choose one`);
    return taken;
  } catch (cause) {
    const code = codeOf(cause);
    const advice = LISTEN_ADVICE[code]?.(setting) ?? `Check ${setting} and HOST.`;
    throw new Error(`Cannot listen on ${host} port ${port} (${code || String(cause)}). ${advice}`, { cause });
  }
}

async function bindToNext(server: Server, port: number, host: string): Promise<number> {
  for (let next = port + 1; next <= port + NEXT_PORTS; next++) {
    const taken = await bindTo(server, next, host).catch((error: unknown) => {
      if (codeOf(error) !== 'EADDRINUSE') throw error;
      return null;
    });
    if (taken !== null) return taken;
  }
  return bindTo(server, 0, host);
}

function bindTo(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const listening = () => {
      server.off('error', failed);
      resolve((server.address() as AddressInfo).port);
    };
    const failed = (error: Error) => {
      server.off('listening', listening);
      reject(error);
    };
    server.once('error', failed).once('listening', listening).listen(port, host);
  });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

const LISTEN_ADVICE: Readonly<Record<string, (setting: string) => string>> = {
  EADDRINUSE: (setting) => `Another process uses this port: stop it, or set ${setting} to a free one.`,
  EACCES: (setting) => `This user may not open it: ports below 1024 need a privilege. Set ${setting} to a higher one.`,
  EADDRNOTAVAIL: () => 'This machine has no such address: set HOST to one of its own, or to 0.0.0.0.',
  ENOTFOUND: () => 'There is no such host: set HOST to an address of this machine.',
};

/** Input that is not HTTP, or arrives too slowly, gets an answer too, unless one is already under way. */
function answerClientError(error: Error, socket: Socket, connections: ConnectionLimit): void {
  if (!socket.writable || connections.isBusy(socket)) {
    socket.destroy();
    return;
  }
  const code = 'code' in error ? error.code : '';
  const [status, message] =
    code === 'HPE_HEADER_OVERFLOW'
      ? ['431 Request Header Fields Too Large', 'The headers are larger than 16 KiB.']
      : code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? ['408 Request Timeout', 'The request took too long to arrive.']
        : ['400 Bad Request', 'The request is not valid HTTP.'];
  const body = JSON.stringify({ error: { code: 'BAD_REQUEST', message } });
  const head = `HTTP/1.1 ${status}\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ${body.length}\r\n`;
  socket.once('finish', () => socket.destroy());
  socket.end(`${head}X-Request-Id: ${newRequestId()}\r\nConnection: close\r\n\r\n${body}`);
}

/**
 * Waits for a turn of the event loop in which nobody connected, and ends right after it. The kernel resets connections that it has
 * completed and we have not accepted: closing the listener at such a moment leaves it the fewest.
 */
async function untilQuiet(server: Server): Promise<void> {
  const deadline = performance.now() + QUIET_DEADLINE_MS;
  let isQuiet = false;
  const noteConnection = () => {
    isQuiet = false;
  };
  server.on('connection', noteConnection);
  while (!isQuiet && performance.now() < deadline) {
    isQuiet = true;
    await nextTurn();
  }
  server.off('connection', noteConnection);
}

async function closeServer(server: Server, connections: ConnectionLimit, graceMs: number): Promise<void> {
  // Not http's own close, which also closes idle connections: a request may be on its way on them.
  const closed = new Promise<void>((resolve) => {
    NetServer.prototype.close.call(server, () => resolve());
  });
  if (graceMs > 0) await Promise.race([closed, sleep(graceMs)]);
  server.close();
  connections.closeUnused();
  const deadline = setTimeout(() => server.closeAllConnections(), STOP_DEADLINE_MS);
  await closed;
  clearTimeout(deadline);
}
