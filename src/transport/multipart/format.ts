/**
 * Apollo's multipart protocol for subscriptions over HTTP, `subscriptionSpec=1.0`, which Apollo Client's HttpLink and Apollo's mobile
 * clients speak by default
 * (https://www.apollographql.com/docs/graphos/routing/operations/subscriptions/multipart-protocol).
 *
 * A client reads a part when the boundary after it has come, so each part ends with the next boundary.
 */
import type { StreamFormat } from '../streams/format.ts';

const BOUNDARY = '\r\n--graphql';
const END = '--\r\n';

/** The format. */
export const multipart: StreamFormat = {
  transport: 'multipart',
  contentType: 'multipart/mixed;boundary="graphql";subscriptionSpec="1.0"',
  opening: BOUNDARY,
  heartbeat: part('{}'),
  result: (payload) => part(`{"payload":${payload}}`),
  completion: END,
  interruption: ({ message, extensions }) =>
    part(JSON.stringify({ payload: null, errors: [{ message, extensions }] })) + END,
};

function part(json: string): string {
  return `\r\nContent-Type: application/json\r\n\r\n${json}${BOUNDARY}`;
}
