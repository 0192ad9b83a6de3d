/** The handlers of a gateway for the Fetch API. */
import { type FetchHandler, fetchHandler } from '../http/fetch-handler.ts';
import type { NodeHandler } from '../http/node-handler.ts';
import type { KycFetch } from './gateway.ts';

/** Makes them. */
export function kycFetch(handlers: Readonly<Record<'callbacks' | 'graphql' | 'stream', NodeHandler>>): KycFetch {
  const callbacks = fetchHandler(handlers.callbacks);
  const graphql = fetchHandler(handlers.graphql);
  const stream = fetchHandler(handlers.stream);
  const route: FetchHandler = (request, info) => {
    const { pathname } = new URL(request.url);
    if (/\/callbacks\/kyc\/?$/.test(pathname)) return callbacks(request, info);
    return /\/graphql\/stream\/?$/.test(pathname) ? stream(request, info) : graphql(request, info);
  };
  return Object.assign(route, { callbacks, graphql });
}
