/** The GraphQL of the running server, for the commands that write. */
import { describeError } from '../errors.ts';
import type { Settings } from '../server/settings.ts';
import { connectionAdvice } from '../text/connection-advice.ts';
import { UsageError } from './command.ts';
import { commandSettings } from './settings.ts';
import { developmentToken } from './token.ts';

/** Executes an operation at the server. Rejects with the server's message when it fails. */
export type Ask = <Data>(query: string, variables?: Readonly<Record<string, unknown>>) => Promise<Data>;

/** The options that every such command has. */
export const REMOTE_OPTIONS = {
  url: { type: 'string', placeholder: '<url>', description: "GraphQL's URL. Default: the server of this folder." },
} as const;

/** What the help of each of these commands says about the token. */
export const REMOTE_ABOUT =
  'Needs a running server. The token is XGATEWAY_KYC_TOKEN (scope kyc:admin), or one signed with JWT_SECRET (or with the\n' +
  'development secret of this folder).';

/** The server of this folder has to be started; what is wrong with another URL depends on the error. */
function adviceOn(error: unknown, given: string | undefined): string {
  const advice = given === undefined ? null : connectionAdvice(error);
  return advice ?? 'Start the server with "npm start", or name another with --url.';
}

interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
}

/** The server refused an operation. */
export class RemoteError extends Error {
  readonly code: string | undefined;

  constructor(message: string, code: string | undefined) {
    super(message);
    this.code = code;
  }
}

/** A token with `kyc:admin`: XGATEWAY_KYC_TOKEN, or one that these settings sign. Throws `UsageError` when they sign none. */
export async function adminTokenOf({ access }: Settings): Promise<string> {
  return (
    process.env['XGATEWAY_KYC_TOKEN'] ??
    developmentToken(access, { customer: 'command line', scope: 'kyc:admin', expires: '5m' })
  );
}

/** Connects to the server. Each operation gets a new token: a long run outlives one. */
export function remote(given: string | undefined): Ask {
  const settings = commandSettings();
  const url = given ?? `http://127.0.0.1:${settings.port}/graphql`;
  if (!URL.canParse(url)) throw new UsageError(`${url} is not a URL.`);

  return async <Data>(query: string, variables: Readonly<Record<string, unknown>> = {}) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await adminTokenOf(settings)}` },
      body: JSON.stringify({ query, variables }),
    }).catch((error: unknown) => {
      throw new Error(`No answer from ${url} (${describeError(error)}). ${adviceOn(error, given)}`, { cause: error });
    });
    const answer = (await response.json().catch(() => ({}))) as Answer;
    const [refused] = answer.errors ?? [];
    if (refused !== undefined) throw new RemoteError(refused.message, refused.extensions?.code);
    if (answer.data == null)
      throw new Error(`${url} is not a GraphQL endpoint of xgateway-kyc (HTTP ${response.status}).`);
    return answer.data as Data;
  };
}
