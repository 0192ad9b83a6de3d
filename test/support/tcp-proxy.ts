/** A TCP proxy that breaks a network on purpose: cut, half open, or at the very bytes that a test waits for. */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** What becomes of a chunk that a client sends. */
export type Fate =
  | 'pass'
  /** The server never sees it, and neither side hears of the other again; nothing is closed. */
  | 'freeze'
  /** The server never sees it, and both sides see their connection closed. */
  | 'cut'
  /** The server sees it, but the client sees its connection closed and never an answer. */
  | 'cut after';

/** A running proxy. */
export interface TcpProxy extends AsyncDisposable {
  readonly port: number;
  /** The port on loopback that new connections go to. */
  target: number;
  /** Judges every chunk from a client; default: all pass. */
  judge: (chunk: Buffer) => Fate;
  /** From now on nothing passes either way on the connections that are open, and nothing is closed. New ones work. */
  freeze(): void;
  /** Closes every open connection. New ones work. */
  cut(): void;
}

/** Starts a proxy to a port on loopback. */
export async function tcpProxy(target: number): Promise<TcpProxy> {
  const pairs = new Set<{ client: Socket; server: Socket; frozen: boolean; mute: boolean }>();
  const proxy = createServer((client) => {
    const pair = { client, server: connect(made.target, '127.0.0.1'), frozen: false, mute: false };
    pairs.add(pair);
    const { server } = pair;
    client.on('data', (chunk: Buffer) => {
      if (pair.frozen) return;
      const fate = made.judge(chunk);
      if (fate === 'freeze') pair.frozen = true;
      if (fate === 'pass' || fate === 'cut after') server.write(chunk);
      if (fate === 'cut') server.destroy();
      if (fate === 'cut after') pair.mute = true;
      if (fate === 'cut' || fate === 'cut after') client.destroy();
    });
    server.on('data', (chunk) => {
      if (!pair.frozen && !pair.mute) client.write(chunk);
    });
    // What was passed on is still executed: the server is let go gently.
    client.on('close', () => pair.frozen || server.end());
    server.on('close', () => {
      pairs.delete(pair);
      if (!pair.frozen) client.destroy();
    });
    for (const socket of [client, server]) socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const made: TcpProxy = {
    port: (proxy.address() as AddressInfo).port,
    target,
    judge: () => 'pass',
    freeze() {
      for (const pair of pairs) pair.frozen = true;
    },
    cut() {
      for (const { client, server } of pairs) for (const socket of [client, server]) socket.destroy();
    },
    async [Symbol.asyncDispose]() {
      made.cut();
      await new Promise((resolve) => proxy.close(resolve));
    },
  };
  return made;
}

/** The same URL, through a proxy. */
export function through(proxy: TcpProxy, url: string): string {
  const changed = new URL(url);
  changed.port = String(proxy.port);
  return changed.href;
}
