/** Writes the table of error codes into docs/http.md from the table that answers them: `npm run docs`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ERROR_CODES, type ErrorCode } from '../src/errors.ts';
import { ERROR_ANSWERS } from '../src/http/error-response.ts';

const PAGE = join(import.meta.dirname, '..', 'docs', 'http.md');
const SECTION = /(<!-- errors -->\n)[\s\S]*?(<!-- \/errors -->)/;

/** What each code means, and what the caller does about it. */
const MEANINGS: Readonly<Record<ErrorCode, string>> = {
  UNAUTHENTICATED: 'The token is missing, expired or not valid. Get a fresh one.',
  AUTHENTICATION_UNAVAILABLE: 'Tokens cannot be checked at the moment. Retry with the same token.',
  FORBIDDEN: 'The token may not do this.',
  BAD_REQUEST: 'The request is not a GraphQL request, or a subscription was sent as a plain one.',
  BAD_USER_INPUT: 'An argument or a variable is wrong. The message says which.',
  CURSOR_UNKNOWN: 'The journal does not hold what the cursor points at. Start without it.',
  GRAPHQL_PARSE_FAILED: 'The operation has a syntax error.',
  GRAPHQL_VALIDATION_FAILED: 'The operation does not match the schema.',
  OPERATION_RESOLUTION_FAILURE:
    'The document has no operation with that name, or has several and the request names none.',
  PERSISTED_QUERY_NOT_FOUND: 'The server does not know this hash. Send the whole query with it.',
  DOCUMENT_NOT_FOUND:
    'No trusted document has this `documentId`. Register the documents of this release of the client.',
  DOCUMENT_NOT_TRUSTED:
    'The server executes trusted documents only, and this is none. Register it, or send the ID of one.',
  SUBSCRIPTION_CALLBACK_FAILED:
    "Apollo Router's callback URL did not confirm the subscription, or later failed. Subscribe again.",
  METHOD_NOT_ALLOWED: 'Use one of the methods in `Allow`.',
  NOT_FOUND: 'Nothing is served at this path.',
  REVISION_OUTDATED: 'The customer is no longer at this revision. Read them again.',
  QUERY_TOO_COMPLEX: 'The operation is too deep, too long or too costly. Request less at once.',
  TOO_LARGE: 'The body is over 64 KiB.',
  TOO_MANY_REQUESTS: 'Too many operations of this token are waiting. Retry later.',
  TOO_MANY_CONNECTIONS: "The token's owner has as many connections as the limits allow.",
  TOO_MANY_SUBSCRIPTIONS: 'The socket has as many subscriptions as the limits allow.',
  DOCUMENTS_UNAVAILABLE: 'Trusted documents cannot be looked up at the moment. Retry later.',
  XGATEWAY_UNAVAILABLE: "XGateway's API did not answer.",
  XGATEWAY_NOT_CONFIGURED: 'The server has no API key. Set `XGATEWAY_API_KEY`.',
  JOURNAL_UNAVAILABLE: 'The database cannot be used at the moment. Retry later.',
  QUEUE_FULL: 'Too many reports are waiting to be recorded. Retry later.',
  NOT_READY: 'The server cannot record callbacks yet, or at the moment. The message says why.',
  SHUTTING_DOWN: 'The server is stopping. Reconnect.',
  INTERNAL_SERVER_ERROR: 'An internal error. The log has the details under the request ID in the message.',
  OTHER_CALLBACK_TYPE: 'Callbacks: the `callbackType` is not `kyc`.',
  NOT_GENUINE: 'Callbacks: the hash is missing or does not match.',
  IMPOSSIBLE_CUSTOMER_ID: 'Callbacks: the `customerId` cannot be an ID.',
  NOT_JSON: 'Callbacks: the body is not a JSON object.',
  ADDRESS_NOT_ALLOWED: 'Callbacks: the address is not in `CALLBACK_ALLOWED_IPS`.',
  TOO_MANY_REFUSED: 'Callbacks: too many from this address were refused.',
  TOO_MANY_FOR_CUSTOMER: 'Callbacks: too many changes of this customer in one minute.',
  UNSUPPORTED_ENCODING: 'Callbacks: a `Content-Encoding` other than gzip and deflate.',
  UNAVAILABLE: 'Callbacks: cannot be recorded at the moment. XGateway retries.',
};

/** The page as it should be. */
export function pageWithErrors(page = readFileSync(PAGE, 'utf8')): string {
  const rows = ERROR_CODES.map((code) => {
    const { status, retryAfter, close } = ERROR_ANSWERS[code];
    return `| \`${code}\` | ${status} | ${retryAfter ?? ''} | ${close?.code ?? ''} | ${MEANINGS[code]} |`;
  });
  const header = [
    '| code | HTTP status | retry after, s | socket close | meaning |',
    '| --- | --- | --- | --- | --- |',
  ];
  const table = [...header, ...rows].join('\n');
  return page.replace(SECTION, (_section, before: string, after: string) => `${before}\n${table}\n\n${after}`);
}

if (import.meta.main) writeFileSync(PAGE, pageWithErrors());
