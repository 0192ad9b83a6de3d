/** The messages of Apollo Router's HTTP callback protocol, and what its answers mean. */
import type { KycError } from '../../errors.ts';
import {
  AddressRefused,
  type CheckedPost,
  type CheckedPoster,
  type PostAnswer,
  PostError,
} from '../../http/checked-post.ts';

/** The header that both sides send. */
export const PROTOCOL_HEADER = 'subscription-protocol';
/** The version that we speak. */
export const PROTOCOL = 'callback/1.0';

/** What a message is about: it stands in each of them. */
export interface Recipient {
  readonly url: URL;
  readonly subscriptionId: string;
  readonly verifier: string;
}

/** Makes the texts of one subscription's messages. */
export function messagesFor({ subscriptionId, verifier }: Recipient) {
  const beginning = (action: string): string =>
    JSON.stringify({ kind: 'subscription', action, id: subscriptionId, verifier }).slice(0, -1);
  const next = beginning('next');
  return {
    check: `${beginning('check')}}`,
    /** `payload` is JSON. */
    next: (payload: string): string => `${next},"payload":${payload}}`,
    complete: ({ message, extensions }: KycError): string =>
      `${beginning('complete')},"errors":${JSON.stringify([{ message, extensions }])}}`,
  };
}

/** The outcome of a message. */
export type Outcome =
  /** `confirms`: with the status and the header that a check asks for. */
  | { readonly kind: 'accepted'; readonly confirms: boolean }
  /** Router has ended the subscription. */
  | { readonly kind: 'ended' }
  /** It was not received, or not taken this time: the same message may be sent again. */
  | { readonly kind: 'retry'; readonly reason: string }
  /** Sending it again would not help. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** Router may have it or not: sent again, an update could come twice. */
  | { readonly kind: 'unknown'; readonly reason: string };

/** Sends one message. Never rejects. */
export async function send(
  poster: CheckedPoster,
  { url }: Recipient,
  body: string,
  options: Pick<CheckedPost, 'deadlineMs' | 'signal' | 'reuses'>,
): Promise<Outcome> {
  const headers = { 'Content-Type': 'application/json', Accept: 'application/json', [PROTOCOL_HEADER]: PROTOCOL };
  try {
    return meaningOf(await poster.post({ ...options, url, body, headers }));
  } catch (error) {
    if (!(error instanceof PostError)) throw error;
    const { cause, maybeReceived } = error;
    if (cause instanceof AddressRefused) return { kind: 'refused', reason: cause.message };
    const reason = (cause as NodeJS.ErrnoException).code ?? error.message;
    return { kind: maybeReceived ? 'unknown' : 'retry', reason };
  }
}

function meaningOf({ statusCode: status = 0, headers }: PostAnswer): Outcome {
  const reason = `HTTP ${status}`;
  if (status >= 200 && status < 300) {
    return {
      kind: 'accepted',
      confirms: status === 204 && /^callback\/1\.\d+$/.test(String(headers[PROTOCOL_HEADER])),
    };
  }
  if (status === 404) return { kind: 'ended' };
  if (status === 429) return { kind: 'retry', reason };
  // A proxy that gave up waiting: Router may have it.
  if (status === 504) return { kind: 'unknown', reason };
  return status >= 500 ? { kind: 'retry', reason } : { kind: 'refused', reason };
}
