/**
 * What `xgateway-kyc check --url` looks at: whether a running server is reached at its public URL, through whatever stands in front. Sends
 * what clients send; nothing is recorded.
 */
import { newRequestId } from '../http/request-id.ts';
import type { Finding } from './finding.ts';
import { checkGraphql, checkStream, checkWebSocket } from './live-url-checks.ts';
import { ask, failed } from './probe.ts';
import { proxyFinding } from './proxy-findings.ts';
import type { SeenRequest } from './seen-request.ts';

/** Addresses reserved for documentation (RFC 5737). */
const FORGED = '192.0.2.';

/** What is checked. */
export interface PublicUrl {
  /** The server's base URL as clients see it, for example `https://shop.example/kyc`. */
  readonly url: string;
  /** Makes a token with `kyc:admin`. */
  readonly token: () => Promise<string>;
}

/** Checks a public URL. Never rejects. */
export async function* checkPublicUrl({ url, token }: PublicUrl): AsyncGenerator<Finding> {
  const base = url.replace(/\/+$/, '');
  const reached = await reach(base);
  yield reached;
  if (reached.level === 'problem') return;
  const bearer = await token().catch((error: unknown) => error as Error);
  if (typeof bearer !== 'string') {
    yield {
      about: 'proxy',
      level: 'problem',
      text: `No token with kyc:admin: ${bearer.message} Set XGATEWAY_KYC_TOKEN.`,
    };
    return;
  }
  const headers = { authorization: `Bearer ${bearer}` };
  const request = await seenThrough(base, headers, `${FORGED}${1 + Math.floor(Math.random() * 254)}`);
  yield* request.findings;
  if (request.seen === null) return;
  yield await checkCallbacks(base + request.seen.callbackPath, request.seen);
  yield await checkGraphql(`${base}/graphql`, headers);
  yield await checkWebSocket(`${base}/graphql`, bearer);
  yield await checkStream(`${base}/graphql/stream`, headers);
}

/** Whether this software answers, and not a page of the proxy. */
async function reach(base: string): Promise<Finding> {
  const about = 'URL';
  const requestId = newRequestId();
  try {
    const response = await ask(`${base}/health/live`, { headers: { 'x-request-id': requestId } });
    if (response.status >= 300 && response.status < 400) {
      const to = response.headers.get('location') ?? 'another URL';
      return {
        about,
        level: 'problem',
        text: `${base} redirects to ${to}. XGateway posts to the URL that is registered: use the new one.`,
      };
    }
    const isOurs = response.status === 200 && response.text.includes('"live"');
    if (!isOurs) {
      const text = `${base}/health/live answered with HTTP ${response.status}, which is not this server. Check the path, and where the proxy sends it.`;
      return { about, level: 'problem', text };
    }
    if (response.headers.get('x-request-id') !== requestId) {
      return {
        about,
        level: 'warning',
        text: `${base} answers, and X-Request-Id is lost on the way: requests cannot be followed in the logs`,
      };
    }
    return { about, level: 'ok', text: `${base} reaches a server` };
  } catch (error) {
    return failed(about, `No answer from ${base}`, error);
  }
}

/** How the server sees a request that claims to come from another address. */
async function seenThrough(
  base: string,
  headers: Record<string, string>,
  forged: string,
): Promise<{ seen: SeenRequest | null; findings: Finding[] }> {
  const about = 'proxy';
  try {
    const response = await ask(`${base}/health/request`, { headers: { ...headers, 'x-forwarded-for': forged } });
    if (response.status === 401 || response.status === 403) {
      const text = `The server refuses the token (HTTP ${response.status}). Run this with the server's settings, or set XGATEWAY_KYC_TOKEN (scope kyc:admin).`;
      return { seen: null, findings: [{ about, level: 'problem', text }] };
    }
    if (response.status !== 200) {
      const text = `${base}/health/request answered with HTTP ${response.status}: let the proxy pass this path, or upgrade the server.`;
      return { seen: null, findings: [{ about, level: 'problem', text }] };
    }
    const seen = JSON.parse(response.text) as SeenRequest;
    const isEncrypted = base.startsWith('https:');
    return { seen, findings: [proxyFinding(seen, forged, isEncrypted), prefixFinding(seen, base)] };
  } catch (error) {
    return { seen: null, findings: [failed(about, `Cannot see how ${base} is reached`, error)] };
  }
}

function prefixFinding({ prefix }: SeenRequest, base: string): Finding {
  const about = 'prefix';
  const path = new URL(base).pathname.replace(/\/$/, '');
  if (prefix === path) return { about, level: 'ok', text: path === '' ? 'none' : `links begin with ${path}` };
  const text = `Links to the console begin with ${prefix || '/'}, and the URL with ${path || '/'}. Let the proxy send X-Forwarded-Prefix: ${path || '/'} (with TRUST_PROXY), or set BASE_PATH=${path}.`;
  return { about, level: 'warning', text };
}

/** A GET is answered 405 by the callback endpoint, and by nothing else: nothing is recorded or counted against anybody. */
async function checkCallbacks(url: string, { address }: SeenRequest): Promise<Finding> {
  const about = 'callbacks';
  try {
    const { status, headers } = await ask(url, {});
    if (status === 405 && headers.get('allow') === 'POST') {
      return { about, level: 'ok', text: `register ${url} with XGateway` };
    }
    const text = `${url} answered with HTTP ${status}, which is not the callback endpoint (the server sees ${address}). Check the path, and where the proxy sends it.`;
    return { about, level: 'problem', text };
  } catch (error) {
    return failed(about, `No answer from ${url}`, error);
  }
}
