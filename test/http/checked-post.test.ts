import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseAllowedUrls } from '../../src/http/allowed-urls.ts';
import { CheckedPoster, type PostError } from '../../src/http/checked-post.ts';

let port = 0;
let requests: string[] = [];
let resources: AsyncDisposableStack;
beforeEach(async () => {
  resources = new AsyncDisposableStack();
  requests = [];
  const server = createServer((request, response) => {
    requests.push(String(request.headers.host));
    response.writeHead(204).end();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  port = (server.address() as AddressInfo).port;
  resources.defer(() => void server.close().closeAllConnections());
});
afterEach(() => resources.disposeAsync());

type Answers = readonly (readonly string[])[];

/** A poster whose resolver gives one of these answers after the other, the last one again and again. */
function poster(answers: Answers, list: readonly string[] = []) {
  let asked = 0;
  const resolve = (_host: string, _options: object, done: (error: null, found: object[]) => void) => {
    const found = answers[Math.min(asked++, answers.length - 1)] ?? [];
    done(
      null,
      found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  };
  const made = new CheckedPoster(parseAllowedUrls(list), resolve as never);
  resources.defer(() => made.close());
  const post = (host: string, more: object = {}) =>
    made.post({ url: new URL(`http://${host}:${port}/`), headers: {}, body: '{}', deadlineMs: 1_000, ...more });
  return { post, asked: () => asked };
}
const failure = (pending: Promise<unknown>): Promise<PostError> =>
  pending.then(
    () => Promise.reject(new Error('it was sent')),
    (error: PostError) => error,
  );

test.each<[string, Answers]>([
  ['169.254.169.254', [['169.254.169.254']]],
  ['::ffff:169.254.169.254', [['::ffff:169.254.169.254']]],
  ['127.0.0.1', [['127.0.0.1']]],
  ['a private address', [['10.0.0.1']]],
  ['a good and a bad one', [['203.0.114.7', '127.0.0.1']]],
  ['nothing', [[]]],
])('a public name that DNS says is %s is not connected to', async (_what, answers) => {
  const error = await failure(poster(answers).post('router.example.com'));
  expect([error.name, error.maybeReceived]).toEqual(['PostError', false]);
  expect(requests).toEqual([]);
});

test('an address in the URL is checked without a lookup', async () => {
  const { post, asked } = poster([['203.0.114.7']]);
  for (const host of ['169.254.169.254', '[fe80::1]', '[::ffff:a9fe:a9fe]', '0.0.0.0', '2852039166', '0xa9fea9fe']) {
    expect((await failure(post(host))).cause).toMatchObject({ code: 'ADDRESS_REFUSED' });
  }
  expect(asked()).toBe(0);
});

test('what was checked is connected to: DNS is asked once for a connection', async () => {
  const { post, asked } = poster([['127.0.0.1'], ['169.254.169.254']], ['127.0.0.0/8']);
  expect((await post('router.example.com')).statusCode).toBe(204);
  expect([asked(), requests]).toEqual([1, [`router.example.com:${port}`]]);
  // The next connection asks anew, and is refused.
  expect((await failure(post('router.example.com'))).cause).toMatchObject({ code: 'ADDRESS_REFUSED' });
});

test('a connection that is kept is the one that was checked', async () => {
  const { post, asked } = poster([['127.0.0.1'], ['169.254.169.254']], ['127.0.0.0/8']);
  const warnings: string[] = [];
  const warned = ({ message }: Error) => warnings.push(message);
  process.on('warning', warned);
  for (let count = 0; count < 20; count++) {
    expect((await post('router.example.com', { reuses: true })).statusCode).toBe(204);
  }
  process.off('warning', warned);
  expect([asked(), warnings]).toEqual([1, []]);
});

test('a refused connection was not received; one that breaks after it was sent may have been', async () => {
  const { post } = poster([['127.0.0.1']], ['127.0.0.0/8']);
  const tcp = createTcpServer((socket) => socket.once('data', () => socket.destroy()));
  await once(tcp.listen(0, '127.0.0.1'), 'listening');
  const url = new URL(`http://localhost:${(tcp.address() as AddressInfo).port}/`);
  expect((await failure(post('localhost', { url }))).maybeReceived).toBe(true);
  await new Promise((resolve) => tcp.close(resolve));
  expect((await failure(post('localhost', { url }))).maybeReceived).toBe(false);
});

test('an answer that does not come, or comes drop by drop, has a deadline', async () => {
  const tcp = createTcpServer((socket) => {
    const timer = setInterval(() => socket.write('H'), 50);
    socket.on('close', () => clearInterval(timer)).on('error', () => {});
  });
  await once(tcp.listen(0, '127.0.0.1'), 'listening');
  resources.defer(() => void tcp.close());
  const url = new URL(`http://localhost:${(tcp.address() as AddressInfo).port}/`);
  const startedAt = performance.now();
  const error = await failure(poster([['127.0.0.1']]).post('localhost', { url, deadlineMs: 300 }));
  expect(error.maybeReceived).toBe(true);
  expect(performance.now() - startedAt).toBeLessThan(2_000);
});

test('an answer without end is read no further than 16 KiB', async () => {
  let written = 0;
  const closed = Promise.withResolvers<void>();
  const endless = createServer((_request, response) => {
    response.writeHead(200).on('close', closed.resolve);
    const chunk = 'x'.repeat(4_096);
    const more = () => {
      if (response.destroyed) return;
      written += chunk.length;
      response.write(chunk, () => setImmediate(more));
    };
    more();
  });
  await once(endless.listen(0, '127.0.0.1'), 'listening');
  resources.defer(() => void endless.close().closeAllConnections());
  const url = new URL(`http://localhost:${(endless.address() as AddressInfo).port}/`);
  expect((await poster([['127.0.0.1']]).post('localhost', { url })).statusCode).toBe(200);
  await closed.promise;
  expect(written).toBeLessThan(8 * 1024 * 1024);
});

test('a redirect is an answer, and not followed', async () => {
  const redirecting = createServer((_request, response) =>
    response.writeHead(307, { Location: `http://localhost:${port}/` }).end(),
  );
  await once(redirecting.listen(0, '127.0.0.1'), 'listening');
  resources.defer(() => void redirecting.close().closeAllConnections());
  const url = new URL(`http://localhost:${(redirecting.address() as AddressInfo).port}/`);
  expect((await poster([['127.0.0.1']]).post('localhost', { url })).statusCode).toBe(307);
  expect(requests).toEqual([]);
});
