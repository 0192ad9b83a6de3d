/** What `xgateway-kyc check` examines before a server is started, or while one runs. It changes nothing. */
import { accessSync, constants, existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { createLocalJWKSet, type JSONWebKeySet } from 'jose';
import { describeError } from '../errors.ts';
import { NoJournalError } from '../journal/no-journal-error.ts';
import { openReader, parseDatabaseUrl } from '../journal/open.ts';
import { counted } from '../text/counted.ts';
import { ApiError, xgatewayApi } from '../xgateway/kyc-api.ts';
import type { Finding } from './finding.ts';
import { failed } from './probe.ts';
import type { Settings } from './settings.ts';

const TIMEOUT_MS = 10_000;
/** How far the clock may be off, in milliseconds: tokens have a tolerance of 5 seconds, and `Date` has no fractions. */
const MAX_SKEW_MS = 5_000;
/** A customer that XGateway will not know: a 404 of the API proves the key. */
const NOBODY = 'xgateway-kyc-check';

/** Looks at everything that valid settings name. Never rejects. */
export async function* checkDeployment(settings: Settings): AsyncGenerator<Finding> {
  yield await checkJournal(settings);
  yield* await checkApi(settings);
  yield* await checkJwks(settings);
  yield* checkProxy(settings);
}

async function checkJournal({ databaseUrl, production }: Settings): Promise<Finding> {
  const about = 'journal';
  const database = parseDatabaseUrl(databaseUrl);
  if (database.kind === 'memory') return { about, level: 'ok', text: 'in memory: lost when the process ends' };
  try {
    if (database.kind === 'sqlite' && !existsSync(database.path)) return checkFolder(database.path, production);
    const journal = await openReader(databaseUrl);
    try {
      const { description, position } = journal.facts;
      return { about, level: 'ok', text: `${description}, position ${position}` };
    } finally {
      await journal.close();
    }
  } catch (error) {
    const isNew = error instanceof NoJournalError;
    if (isNew)
      return { about, level: production ? 'warning' : 'ok', text: 'none yet; a server makes a new, empty one' };
    return { about, level: 'problem', text: describeError(error) };
  }
}

/** A server makes the file; in production it does not make the folder. */
function checkFolder(path: string, production: boolean): Finding {
  const folder = dirname(resolve(path));
  const about = 'journal';
  if (!existsSync(folder)) {
    return production
      ? { about, level: 'problem', text: `The folder ${folder} does not exist. Make it, or set DATABASE_URL.` }
      : { about, level: 'ok', text: `none yet; a server makes ${resolve(path)}` };
  }
  try {
    accessSync(folder, constants.W_OK);
  } catch {
    return { about, level: 'problem', text: `This user cannot write to ${folder}. Change its owner or its mode.` };
  }
  const level = production ? 'warning' : 'ok';
  return { about, level, text: `none yet; a server makes a new, empty one at ${resolve(path)}` };
}

async function checkApi({ xgatewayApi: api, production }: Settings): Promise<readonly Finding[]> {
  const about = 'API key';
  if (api === null) {
    return [{ about, level: production ? 'warning' : 'ok', text: 'XGATEWAY_API_KEY is not set: nothing is confirmed' }];
  }
  const clock = await checkClock(api.url, 'HEAD');
  try {
    await xgatewayApi({ ...api, allowHttp: !production, timeoutMs: TIMEOUT_MS })(NOBODY);
    return [{ about, level: 'ok', text: `accepted by ${hostOf(api.url)}` }, ...clock];
  } catch (error) {
    // The API rate-limits, or refuses the made-up customer: the key itself was read.
    const isAccepted = error instanceof ApiError && (error.failure === 'RATE_LIMITED' || error.failure === 'REFUSED');
    return [{ about, level: isAccepted ? 'warning' : 'problem', text: describeError(error) }, ...clock];
  }
}

async function checkJwks({ access: { key } }: Settings): Promise<readonly Finding[]> {
  if (!('jwksUrl' in key)) return [];
  const about = 'JWKS';
  try {
    const response = await fetch(key.jwksUrl, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (response.status !== 200) throw new Error(`${hostOf(key.jwksUrl)} answered with HTTP ${response.status}`);
    const keys = (await response.json()) as JSONWebKeySet;
    createLocalJWKSet(keys);
    const count = keys.keys.length;
    if (count === 0) throw new Error(`${hostOf(key.jwksUrl)} has no keys: no token can be verified`);
    const found = `${counted(count, 'key')} at ${hostOf(key.jwksUrl)}`;
    return [{ about, level: 'ok', text: found }, ...skew(response.headers.get('date'), key.jwksUrl)];
  } catch (error) {
    return [failed(about, 'Cannot fetch the keys at JWT_JWKS_URL', error)];
  }
}

async function checkClock(url: string, method: string): Promise<readonly Finding[]> {
  try {
    const response = await fetch(url, { method, redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) });
    return skew(response.headers.get('date'), url);
  } catch {
    // Connection problems are reported by the API key's check.
    return [];
  }
}

function skew(date: string | null, url: string): readonly Finding[] {
  const theirs = Date.parse(date ?? '');
  if (Number.isNaN(theirs)) return [];
  // `Date` is cut to the second.
  const offMs = Date.now() - (theirs + 500);
  const seconds = Math.abs(offMs / 1_000).toFixed(1);
  if (Math.abs(offMs) <= MAX_SKEW_MS) {
    return [{ about: 'clock', level: 'ok', text: `within ${MAX_SKEW_MS / 1_000} s of ${hostOf(url)}` }];
  }
  const direction = offMs > 0 ? 'ahead of' : 'behind';
  const text = `This machine's clock is ${seconds} s ${direction} ${hostOf(url)}: tokens are refused or accepted too long. Set it (NTP).`;
  return [{ about: 'clock', level: 'problem', text }];
}

function* checkProxy({ trustProxy, callbackAllowedIps, production, basePath }: Settings): Generator<Finding> {
  const about = 'proxy';
  if (trustProxy !== false && trustProxy !== 0) {
    const trusted = typeof trustProxy === 'number' ? counted(trustProxy, 'hop') : trustProxy.join(', ');
    yield {
      about,
      level: 'ok',
      text: `X-Forwarded-For is believed from ${trusted}${basePath && `; links begin with ${basePath}`}`,
    };
  } else if (production && callbackAllowedIps.length > 0) {
    const text =
      'CALLBACK_ALLOWED_IPS is set and TRUST_PROXY is not: behind a proxy every callback has the address of the proxy and is refused';
    yield { about, level: 'warning', text };
  } else {
    const level = production ? 'warning' : 'ok';
    yield { about, level, text: 'TRUST_PROXY is not set: behind a proxy, all senders have its address' };
  }
}

function hostOf(url: string): string {
  return new URL(url).host;
}
