/** `/health/request`: how this server sees a request that came through the proxies in front, for `xgateway-kyc check --url`. */
import type { Request, RequestHandler } from 'express';
import { publicPrefix } from '../http/base-path.ts';
import { normalizeAddress } from '../http/client-address.ts';
import type { Settings } from './settings.ts';

/** What the server sees. */
export interface SeenRequest {
  /** The address that it takes for the sender's. */
  readonly address: string;
  /** The other end of the connection: the last proxy, or the sender itself. */
  readonly peer: string;
  /** The addresses in `X-Forwarded-For`, the nearest proxy's entry last. */
  readonly forwardedFor: readonly string[];
  /** `TRUST_PROXY`. */
  readonly trustProxy: number | readonly string[] | false;
  /** What links in its answers begin with. */
  readonly prefix: string;
  /** The path of the callbacks, below the prefix. */
  readonly callbackPath: string;
}

/** Answers with the request as it is seen here. It has to be behind `kyc:admin`. */
export function seenRequest(settings: Settings): RequestHandler {
  return (request, response) => {
    response.set('Cache-Control', 'no-store').json(seen(request, settings));
  };
}

function seen(request: Request, { basePath, callbackPath, trustProxy }: Settings): SeenRequest {
  const forwarded = request.headers['x-forwarded-for'];
  return {
    address: normalizeAddress(request.ip ?? ''),
    peer: normalizeAddress(request.socket.remoteAddress ?? ''),
    forwardedFor: forwarded === undefined ? [] : String(forwarded).split(', '),
    trustProxy,
    prefix: publicPrefix(request, basePath),
    callbackPath,
  };
}
