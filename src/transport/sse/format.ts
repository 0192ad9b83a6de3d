/**
 * Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html), distinct connections mode of GraphQL over SSE
 * (https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md): one request, one operation, its results as events. An update's
 * event has its cursor as ID.
 */
import type { StreamFormat } from '../streams/format.ts';

const COMMENT = ':\n\n';

/** The format. */
export const serverSentEvents: StreamFormat = {
  transport: 'sse',
  contentType: 'text/event-stream; charset=utf-8',
  opening: COMMENT,
  heartbeat: COMMENT,
  // JSON has no line breaks.
  result: (payload, id) => `${id === undefined ? '' : `id: ${id}\n`}event: next\ndata: ${payload}\n\n`,
  completion: 'event: complete\ndata: \n\n',
  // A stream that ends without `complete` is one to reconnect to.
  interruption: () => '',
};
