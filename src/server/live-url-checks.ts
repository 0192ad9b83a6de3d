/** Whether GraphQL works at a public URL over each of its transports. */
import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { Finding } from './finding.ts';
import { ask, failed, PROBE_TIMEOUT_MS } from './probe.ts';

/** An event stream begins with a comment: one that is not here by then is being collected on the way. */
const BUFFERED_AFTER_MS = 5_000;

/** A query arrives with its body and its token. */
export async function checkGraphql(url: string, headers: Record<string, string>): Promise<Finding> {
  const about = 'GraphQL';
  try {
    const body = JSON.stringify({ query: '{ __typename }' });
    const { status, text } = await ask(url, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body,
    });
    if (status === 200 && text.includes('"Query"')) return { about, level: 'ok', text: `answers at ${url}` };
    return {
      about,
      level: 'problem',
      text: `${url} answered a query with HTTP ${status}. Let the proxy pass POST requests with their body and headers.`,
    };
  } catch (error) {
    return failed(about, `No answer from ${url}`, error);
  }
}

/** A WebSocket upgrade passes, and messages after it. */
export async function checkWebSocket(base: string, bearer: string): Promise<Finding> {
  const about = 'WebSocket';
  const url = base.replace(/^http/, 'ws');
  const socket = new WebSocket(url, 'graphql-transport-ws', { handshakeTimeout: PROBE_TIMEOUT_MS });
  const signal = AbortSignal.timeout(PROBE_TIMEOUT_MS);
  try {
    await once(socket, 'open', { signal });
    socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${bearer}` } }));
    const [message] = (await once(socket, 'message', { signal })) as [Buffer];
    if (JSON.parse(String(message)).type === 'connection_ack')
      return { about, level: 'ok', text: `connects at ${url}` };
    return {
      about,
      level: 'problem',
      text: `${url} does not speak graphql-transport-ws. Check where the proxy sends it.`,
    };
  } catch (error) {
    const reason = `No WebSocket at ${url}. Let the proxy pass Upgrade and Connection on (deploy/proxies/); until then clients use server-sent events`;
    return failed(about, reason, error);
  } finally {
    socket.on('error', () => {}).terminate();
  }
}

/** An event stream begins with a comment. A proxy that buffers keeps it back, and every update as well. */
export async function checkStream(url: string, headers: Record<string, string>): Promise<Finding> {
  const about = 'SSE';
  const ending = new AbortController();
  const late = setTimeout(() => ending.abort(new Error('nothing arrived')), BUFFERED_AFTER_MS);
  try {
    const response = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      headers: { ...headers, 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query: 'subscription { kycUpdates { cursor } }' }),
      signal: ending.signal,
    });
    const type = response.headers.get('content-type') ?? '';
    if (response.status !== 200 || !type.startsWith('text/event-stream')) {
      return {
        about,
        level: 'problem',
        text: `${url} answered with HTTP ${response.status} (${type}) instead of an event stream.`,
      };
    }
    const reader = response.body?.getReader();
    const first = await reader?.read();
    if (first === undefined || first.done)
      return { about, level: 'problem', text: `The event stream at ${url} ended at once.` };
    return { about, level: 'ok', text: `arrives unbuffered at ${url}` };
  } catch (error) {
    if (!ending.signal.aborted) return failed(about, `No event stream at ${url}`, error);
    const seconds = BUFFERED_AFTER_MS / 1_000;
    const text = `The event stream at ${url} did not begin within ${seconds} s: the proxy collects answers before it passes them on. Turn buffering and compression off for it.`;
    return { about, level: 'problem', text };
  } finally {
    clearTimeout(late);
    ending.abort();
  }
}
