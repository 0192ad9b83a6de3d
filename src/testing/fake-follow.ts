/** A gateway's event stream for tests of components: what they show is decided by the test, and there is no server. */
import type { KycConnectionOptions } from '../client/connection.ts';
import type { KycUpdate } from '../client/generated/kyc.ts';

/** What differs from a usual update. */
export type FakeUpdate = Partial<Omit<KycUpdate, 'cursor' | 'customerId' | 'revision'>>;

/** A fake gateway of one customer. */
export interface FakeFollow {
  /** For `followKyc`, `useKycStatus` and `<KycProvider>`: `<KycProvider {...fake.options}>`. */
  readonly options: KycConnectionOptions;
  /** How many streams are open. */
  readonly streams: number;
  /** Delivers an update to everybody who follows, and to those who come later. Returns it. */
  update(update: FakeUpdate): KycUpdate;
  /** Cuts every stream: followers reconnect, and continue after their cursor. */
  disconnect(): void;
  /** Refuses connections with this error code of the gateway, and cuts the open ones; null accepts connections again. */
  fail(code: string | null): void;
}

interface Stream {
  readonly send: (text: string) => void;
  readonly cut: () => void;
}

const NEXT_ACTIONS: Readonly<Record<string, KycUpdate['nextAction']>> = {
  PENDING_KYC_DATA: 'PROVIDE_DATA',
  KYC_PENDING: 'WAIT',
  SOFT_KYC_FAILED: 'CORRECT_DATA',
  HARD_KYC_FAILED: 'STOP',
  FULL_USER: 'NONE',
};

/**
 * Makes a fake gateway.
 *
 * @example
 * ```tsx
 * import { KycProvider } from 'xgateway-kyc/react';
 * import { fakeFollow } from 'xgateway-kyc/testing';
 *
 * const fake = fakeFollow('customer-1');
 * fake.update({ status: 'KYC_PENDING' });
 * export const tested = <KycProvider {...fake.options}>…</KycProvider>;
 * fake.update({ status: 'FULL_USER' });
 * ```
 */
export function fakeFollow(customerId = 'customer-1'): FakeFollow {
  const updates: KycUpdate[] = [];
  const streams = new Set<Stream>();
  let refusal: string | null = null;
  const cutAll = (): void => {
    for (const stream of streams) stream.cut();
  };

  const open = async (_input: unknown, init?: RequestInit): Promise<Response> => {
    if (refusal !== null) return refused(refusal);
    const after = cursorIn(init?.body);
    const seen = after === null ? updates.length - 1 : updates.findIndex(({ cursor }) => cursor === after) + 1;
    if (after !== null && seen === 0) return refused('CURSOR_UNKNOWN');
    const { stream, response } = eventStream(init?.signal ?? null, () => streams.delete(stream));
    streams.add(stream);
    stream.send(':\n\n');
    for (const update of updates.slice(Math.max(0, seen))) stream.send(eventOf(update));
    return response;
  };

  return {
    options: {
      url: 'http://kyc.test/graphql',
      token: () => 'a fake token',
      transport: 'sse',
      fetch: open as typeof fetch,
      retryDelay: () => 0,
      // The test decides when a stream is dead.
      silenceMs: 2 ** 31 - 1,
    },
    get streams() {
      return streams.size;
    },
    update(given) {
      const update = completed(customerId, updates.at(-1), given);
      updates.push(update);
      for (const stream of streams) stream.send(eventOf(update));
      return update;
    },
    disconnect: cutAll,
    fail(code) {
      refusal = code;
      if (code !== null) cutAll();
    },
  };
}

function completed(customerId: string, before: KycUpdate | undefined, given: FakeUpdate): KycUpdate {
  const status = given.status ?? before?.status ?? 'CREATED';
  const verified = given.verified ?? status === 'FULL_USER';
  const revision = (before?.revision ?? 0) + 1;
  return {
    customerId,
    revision,
    status,
    rawStatus: status === 'NOT_STARTED' ? null : status,
    processingStatus: null,
    missingDocuments: [],
    rejectLabels: [],
    endUserMessage: null,
    nextAction: NEXT_ACTIONS[status] ?? 'START',
    verified,
    inDoubt: status === 'FULL_USER' && !verified,
    confirmed: false,
    confirmedBy: null,
    cursor: `fake-${revision}`,
    previousStatus: before?.status ?? null,
    reversal: before?.status === 'FULL_USER' && status !== 'FULL_USER',
    repeatsRevision: null,
    possiblyLate: false,
    source: 'CALLBACK',
    receivedAt: new Date().toISOString(),
    ...given,
  } as KycUpdate;
}

function eventOf(update: KycUpdate): string {
  return `event: next\ndata: ${JSON.stringify({ data: { kycStatusChanged: update } })}\n\n`;
}

function cursorIn(body: RequestInit['body'] | undefined): string | null {
  const { variables } = JSON.parse(String(body ?? '{}')) as { variables?: { after?: string | null } };
  return variables?.after ?? null;
}

/**
 * A response whose body the test writes. Not a `Response`: jsdom has none, and the client reads no more of one than this.
 */
function eventStream(signal: AbortSignal | null, onClosed: () => void): { stream: Stream; response: Response } {
  const encoder = new TextEncoder();
  const ready: Uint8Array[] = [];
  let isOver = false;
  let wake = () => {};
  const finish = (): void => {
    isOver = true;
    onClosed();
    wake();
  };
  signal?.addEventListener('abort', finish, { once: true });
  const reader = {
    async read(): Promise<{ done: boolean; value?: Uint8Array }> {
      while (ready.length === 0 && !isOver) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      if (signal?.aborted) throw signal.reason;
      const value = ready.shift();
      return value === undefined ? { done: true } : { done: false, value };
    },
    async cancel() {
      finish();
    },
  };
  const headers = { get: (name: string) => (name === 'content-type' ? 'text/event-stream' : null) };
  const response = { ok: true, status: 200, headers, body: { getReader: () => reader }, text: async () => '' };
  const send = (text: string): void => {
    ready.push(encoder.encode(text));
    wake();
  };
  return { stream: { send, cut: finish }, response: response as unknown as Response };
}

function refused(code: string): Response {
  const body = JSON.stringify({ errors: [{ message: `The test answers with ${code}.`, extensions: { code } }] });
  const status = code === 'UNAUTHENTICATED' ? 401 : 400;
  const headers = { get: () => 'application/json' };
  return { ok: false, status, headers, body: {}, text: async () => body } as unknown as Response;
}
