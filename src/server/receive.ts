/** What every request passes through before the application, and a log line for POSTs that match no route. */
import type { RequestListener } from 'node:http';
import type { RequestHandler } from 'express';
import type { Logger } from 'pino';
import { withoutBasePath } from '../http/base-path.ts';
import { normalizeForwardedFor } from '../http/client-address.ts';
import { requestIdOf } from '../http/request-id.ts';
import { originForm } from '../http/request-target.ts';
import { DEFAULT_CALLBACK_PATH } from './environment/callbacks.ts';
import type { Settings } from './settings.ts';

const MAX_LOGGED_PATH = 200;

/** What the paths of requests are compared with. */
export type Paths = Pick<Settings, 'basePath' | 'callbackPath'>;

/**
 * Prepares each request for `application`: its answer gets an `X-Request-Id`, the addresses in `X-Forwarded-For` lose ports and
 * brackets, its URL becomes a path and loses `basePath`, and the path of the callbacks is found again where a sender wrote it with too many slashes.
 * Outside of Express, where a middleware costs more than all of this.
 * The endpoint of the callbacks writes `X-Request-Id` itself, with the head of its answer.
 */
export function receive(application: RequestListener, { basePath, callbackPath }: Paths): RequestListener {
  const fullPath = basePath + callbackPath;
  return (request, response) => {
    normalizeForwardedFor(request);
    const url = originForm(request.url ?? '');
    const own = basePath === '' ? url : withoutBasePath(collapseSlashes(url, fullPath), basePath);
    request.url = collapseSlashes(own, callbackPath);
    if (!isForPath(request.url, callbackPath)) requestIdOf(request, response);
    application(request, response);
  };
}

function isForPath(url: string, path: string): boolean {
  return url === path || (url.startsWith(path) && url[path.length] === '?');
}

/**
 * `path` instead of a URL that differs from it only by more slashes, or percent-encoded ones: `//callbacks/kyc`, where a base URL with
 * a slash was joined, or `/callbacks//kyc/`. XGateway gives up after 10 tries, so a 404 loses every callback. Other URLs stay.
 */
export function collapseSlashes(url: string, path: string): string {
  if (url === path || !(url.includes('//') || url.includes('%2'))) return url;
  const end = url.indexOf('?');
  const [given, query] = end === -1 ? [url, ''] : [url.slice(0, end), url.slice(end)];
  const collapsed = given.replace(/(?:\/|%2f)+/gi, '/').replace(/(.)\/$/, '$1');
  return collapsed.toLowerCase() === path.toLowerCase() ? path + query : url;
}

/**
 * Middleware for the end of the chain: logs a POST that matched no route. It may be a callback with a mistyped URL.
 * @param callbackPath is left out of the log unless it is the default: it may be meant to be unguessable.
 */
export function logUnmatchedPost(log: Logger, callbackPath: string): RequestHandler {
  return (request, response, next) => {
    if (request.method === 'POST') {
      // The query may hold anything.
      const path = (request.originalUrl.split('?', 1)[0] ?? '').slice(0, MAX_LOGGED_PATH);
      log.warn(
        {
          path: callbackPath === DEFAULT_CALLBACK_PATH ? path : path.replaceAll(callbackPath, '[CALLBACK_PATH]'),
          address: request.ip,
          requestId: requestIdOf(request, response),
        },
        'A POST matched no route. If it is a callback, correct the URL that is registered with XGateway',
      );
    }
    next();
  };
}
