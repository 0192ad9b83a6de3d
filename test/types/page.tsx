/** A merchant's page. Compiled as a frontend does: with the browser's types, and without Node's. */
import {
  createResumingClient,
  type FollowedUpdate,
  followKyc,
  type KycFollowState,
  type KycNextAction,
} from 'xgateway-kyc/client';
import { KycProvider, useKycStatus } from 'xgateway-kyc/react';

declare function show(...what: unknown[]): void;

const wording: Record<KycNextAction, string> = {
  START: 'Begin',
  PROVIDE_DATA: 'Send your documents',
  WAIT: 'We are checking',
  CORRECT_DATA: 'Please correct your data',
  STOP: 'We can not go on',
  NONE: 'All done',
};

function Status() {
  const { kyc, connection } = useKycStatus();
  if (kyc === null) return <p>{connection.name === 'live' ? 'Not started' : 'One moment'}</p>;
  return <p title={kyc.receivedAt}>{kyc.verified ? 'Verified' : wording[kyc.nextAction]}</p>;
}

export function Page({ token }: { readonly token: () => Promise<string> }) {
  return (
    <KycProvider url="/graphql" token={token}>
      <Status />
    </KycProvider>
  );
}

const say = (state: KycFollowState): string =>
  state.name === 'retrying' ? state.reason.message : state.name === 'live' ? state.transport : state.name;

const follower = followKyc({
  url: new URL('/graphql', location.href),
  token: 'token',
  storage: localStorage,
  webSocketImpl: WebSocket,
  fetch: window.fetch.bind(window),
  onUpdate: (update: FollowedUpdate) => show(update.status, update.snapshot),
  onState: (state) => show(say(state)),
});
follower.close();

const client = createResumingClient({
  url: 'wss://kyc.example/graphql',
  connectionParams: { authorization: 'Bearer x' },
});
export const leave = client.subscribe(
  { query: 'subscription { kycStatusChanged { cursor } }' },
  {
    next: ({ data }) => show(data),
    error: show,
    complete() {},
  },
);

// @ts-expect-error a token is needed
followKyc({ url: '/graphql' });
