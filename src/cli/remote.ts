/** The running server's GraphQL, for the commands that write. */
import { readSettings } from '../server/settings.ts';
import { UsageError } from './command.ts';
import { developmentToken } from './token.ts';

/** Asks the server. Rejects with its message when it refuses. */
export type Ask = <Data>(query: string, variables?: Readonly<Record<string, unknown>>) => Promise<Data>;

/** The options that every such command has. */
export const REMOTE_OPTIONS = {
  url: { type: 'string', placeholder: '<url>', description: "GraphQL's URL. Default: the server of this folder." },
} as const;

/** What the help of every such command says of its token. */
export const REMOTE_ABOUT =
  'Works through the running server. Its token is XGATEWAY_KYC_TOKEN (scope kyc:admin), or one that it signs with JWT_SECRET\n' +
  '(or the development secret of this folder).';

interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
}

/** A refusal of the server, with its code. */
export class Refusal extends Error {
  readonly code: string | undefined;

  constructor(message: string, code: string | undefined) {
    super(message);
    this.code = code;
  }
}

/** Makes the asker. The token is made anew for each question: a long work outlives one. */
export function remote(given: string | undefined): Ask {
  const settings = readSettings(process.env);
  const url = given ?? `http://127.0.0.1:${settings.port}/graphql`;
  if (!URL.canParse(url)) throw new UsageError(`${url} is no URL.`);
  const token = async () =>
    process.env['XGATEWAY_KYC_TOKEN'] ??
    developmentToken(settings.access, { customer: 'command line', scope: 'kyc:admin', expires: '5m' });

  return async <Data>(query: string, variables: Readonly<Record<string, unknown>> = {}) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await token()}` },
      body: JSON.stringify({ query, variables }),
    }).catch((error: unknown) => {
      throw new Error(`Nobody answers at ${url}. Start the server with "npm start", or say --url.`, { cause: error });
    });
    const answer = (await response.json().catch(() => ({}))) as Answer;
    const [refused] = answer.errors ?? [];
    if (refused !== undefined) throw new Refusal(refused.message, refused.extensions?.code);
    if (answer.data == null) throw new Error(`${url} is no GraphQL of xgateway-kyc (${response.status}).`);
    return answer.data as Data;
  };
}
