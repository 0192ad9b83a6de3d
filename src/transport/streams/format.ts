/** How a stream of results is written into one HTTP response. Both formats carry the same streams, with the same rules. */
import type { KycError } from '../../errors.ts';
import { covers, type MediaRange } from '../../http/media-types.ts';
import { multipart } from '../multipart/format.ts';
import { serverSentEvents } from '../sse/format.ts';

/** The text of a stream, part by part. */
export interface StreamFormat {
  /** The label of its metrics. */
  readonly transport: 'sse' | 'multipart';
  readonly contentType: string;
  /** Sent at once: some clients report an open stream only when something arrived. */
  readonly opening: string;
  /** Shows the client, and proxies in between, that the stream is alive. */
  readonly heartbeat: string;
  /** One GraphQL result. `payload` is JSON. `id`: the cursor that a client resumes after. */
  result(payload: string, id?: string): string;
  /** After the last result. */
  readonly completion: string;
  /** Ends a stream that is not complete: its client reconnects. */
  interruption(error: KycError): string;
}

/** The format that a client prefers for a subscription; null: it accepts no stream. A wildcard does not count: a stream has to be named. */
export function streamFormatFor(ranges: readonly MediaRange[]): StreamFormat | null {
  for (const { type, parameters } of ranges) {
    if (type === 'text/event-stream') return serverSentEvents;
    if (type === 'multipart/mixed' && parameters.get('subscriptionspec') === '1.0') return multipart;
  }
  return null;
}

/** Whether a client takes a plain JSON answer. */
export function acceptsJson(ranges: readonly MediaRange[]): boolean {
  return covers(ranges, 'application/json') || ranges.some(({ type }) => type === 'application/graphql-response+json');
}
