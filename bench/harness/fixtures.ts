/** What the load sends: callbacks, tokens and operations, rendered once so that sending costs the load little. */
import { createHmac, hash } from 'node:crypto';

export const CALLBACK_SECRET = 'a-callback-secret-for-the-benchmark';
export const JWT_SECRET = 'a-jwt-secret-of-more-than-32-bytes-for-the-benchmark';

/** Every contender serves the same paths. */
export const CALLBACK_PATH = '/callbacks/kyc';
export const GRAPHQL_PATH = '/graphql';

const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token of HS256 that is good for a day. */
export function token(subject: string, scope = 'kyc:read'): string {
  const exp = Math.floor(Date.now() / 1_000) + 86_400;
  const claims = { sub: subject, scope, iss: 'bench', aud: 'bench', exp };
  const signed = `${base64url({ alg: 'HS256', typ: 'JWT' })}.${base64url(claims)}`;
  return `${signed}.${createHmac('sha256', JWT_SECRET).update(signed).digest('base64url')}`;
}

const JOURNEY = [
  { status: 'KYC_NEEDED', docsMissing: [], kycRejectLabel: null },
  { status: 'KYC_PENDING', docsMissing: [], kycRejectLabel: null },
  { status: 'SOFT_KYC_FAILED', docsMissing: ['SELFIE', 'PASSPORT'], kycRejectLabel: 'BAD_SELFIE, BAD_PASSPORT' },
  { status: 'FULL_USER', docsMissing: [], kycRejectLabel: null },
] as const;

/** A customer's ID, of the length that a merchant's UUID has. */
export function customerId(index: number): string {
  return `customer-${String(index).padStart(27, '0')}`;
}

/** The body of a customer's callback number `step`: each says something new. */
export function callbackBody(customer: string, step: number): string {
  return JSON.stringify({
    callbackType: 'kyc',
    customerId: customer,
    ...JOURNEY[step % JOURNEY.length],
    kycEndUserErrorMessage: null,
    hash: hash('sha512', `${customer}.${CALLBACK_SECRET}`, 'base64'),
  });
}

/** A POST as it goes over the wire. */
export function post(path: string, body: string, authorization?: string): Buffer {
  const lines = [
    `POST ${path} HTTP/1.1`,
    'Host: 127.0.0.1',
    'Content-Type: application/json',
    'Accept: application/json',
    ...(authorization === undefined ? [] : [`Authorization: Bearer ${authorization}`]),
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`);
}

/**
 * An endless supply of callbacks about `customers` customers in turn, every `stride`-th of them all; each one says something
 * new about its customer.
 */
export function callbacks(customers: number, name = '', stride = 1): () => Buffer {
  const requests = JOURNEY.map((_, step) =>
    Array.from({ length: customers }, (_, index) =>
      post(CALLBACK_PATH, callbackBody(name + customerId(index * stride), step)),
    ),
  );
  let sent = 0;
  return () => {
    const step = Math.floor(sent / customers) % JOURNEY.length;
    return requests[step]?.[sent++ % customers] as Buffer;
  };
}

const STATE = 'customerId revision status nextAction verified missingDocuments { type } rejectLabels endUserMessage';

/** The query that is measured. */
export const QUERY = `query ($id: ID!) { kyc(customerId: $id) { ${STATE} updatedAt } }`;

/** The subscription that is measured. */
export const SUBSCRIPTION = `subscription ($id: ID!) { kycStatusChanged(customerId: $id) { ${STATE} receivedAt } }`;
