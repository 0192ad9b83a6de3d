/** GraphQL over HTTP as an Express handler, thin: Apollo Server does the protocol. */
import { type ApolloServer, HeaderMap } from '@apollo/server';
import type { NextFunction, Request, Response } from 'express';
import type { KycContext } from '../graphql/context.ts';
import { readBytes } from '../http/body.ts';

/** The largest GraphQL request that is read, in bytes. */
export const MAX_REQUEST_BYTES = 64 * 1024;

/** Makes the handler. `contextOf` says who asks. */
export function httpHandler(apollo: ApolloServer<KycContext>, contextOf: (request: Request) => Promise<KycContext>) {
  const handle = async (request: Request, response: Response): Promise<void> => {
    const body = request.method === 'POST' ? await readJson(request) : undefined;
    if (body === 'too large') {
      response
        .status(413)
        .set('Connection', 'close')
        .json({ errors: [{ message: 'The request is over 64 KiB.' }] });
      return;
    }
    const answer = await apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: {
        method: request.method,
        headers: headersOf(request),
        search: searchOf(request.originalUrl),
        body,
      },
      context: () => contextOf(request),
    });
    response.status(answer.status ?? 200);
    for (const [name, value] of answer.headers) response.setHeader(name, value);
    response.end(answer.body.kind === 'complete' ? answer.body.string : '');
  };
  return (request: Request, response: Response, next: NextFunction): void => {
    handle(request, response).catch(next);
  };
}

/** Accept headers that mean what Apollo Server answers without one, after negotiating twice. */
const ACCEPTS_JSON: ReadonlySet<string | undefined> = new Set(['application/json', '*/*']);

function headersOf(request: Request): HeaderMap {
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  if (ACCEPTS_JSON.has(headers.get('accept'))) headers.delete('accept');
  return headers;
}

function searchOf(url: string): string {
  const start = url.indexOf('?');
  return start === -1 ? '' : url.slice(start);
}

/** The request's body as JSON; undefined when it is none, `too large` when it is over `MAX_REQUEST_BYTES`. */
export async function readJson(request: Request): Promise<unknown> {
  if (request.body !== undefined) return request.body;
  const bytes = await readBytes(request, MAX_REQUEST_BYTES);
  if (bytes === 'too large') return bytes;
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}
