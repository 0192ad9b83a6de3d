/** What to do when a connection to another server fails. */

/** Causes can form a loop. */
const MAX_CAUSES = 10;

/**
 * What to do about an error of a connection, of a name or of a certificate; null where that is not known. A sentence.
 *
 * @example
 * ```ts
 * const text = `No answer from ${url}: ${describeError(error)}. ${connectionAdvice(error) ?? ''}`;
 * ```
 */
export function connectionAdvice(error: unknown): string | null {
  let current: unknown = error;
  for (let depth = 0; depth < MAX_CAUSES && current instanceof Error; depth++) {
    const code = 'code' in current ? String(current.code) : current.name;
    const advice = CONNECTION_ADVICE[code];
    if (advice !== undefined) return advice;
    current = current instanceof AggregateError ? current.errors[0] : current.cause;
  }
  return null;
}

const UNKNOWN_ISSUER =
  'If the certificate is of an issuer of your own, set NODE_EXTRA_CA_CERTS=<file> for this process.';
const NO_TLS =
  'The server at this port does not speak TLS: check the port, and whether the URL begins with http or https.';
const UNKNOWN_HOST = 'Check the host name and the DNS.';
const NETWORK = 'Check the network, its firewalls, and the host and the port.';
const RESET = 'Something closed the connection: check that the right server listens there, and whether it speaks TLS.';

/** By the code of Node, of OpenSSL or of undici. */
const CONNECTION_ADVICE: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Nothing listens there: start the server, or correct the host and the port.',
  ENOTFOUND: UNKNOWN_HOST,
  EAI_AGAIN: UNKNOWN_HOST,
  EHOSTUNREACH: NETWORK,
  ENETUNREACH: NETWORK,
  ETIMEDOUT: NETWORK,
  UND_ERR_CONNECT_TIMEOUT: NETWORK,
  TimeoutError: NETWORK,
  ECONNRESET: RESET,
  UND_ERR_SOCKET: RESET,
  EPROTO: NO_TLS,
  ERR_SSL_WRONG_VERSION_NUMBER: NO_TLS,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: NO_TLS,
  HPE_INVALID_CONSTANT:
    'The server at this port does not speak HTTP: check the port, and whether the URL begins with http or https.',
  CERT_HAS_EXPIRED: "Renew the server's certificate. If it is still valid, set the clock of this machine (NTP).",
  CERT_NOT_YET_VALID: 'Set the clock of this machine (NTP), or wait until the certificate is valid.',
  ERR_TLS_CERT_ALTNAME_INVALID:
    'The certificate is for another host name: use that one in the URL, or correct the certificate.',
  DEPTH_ZERO_SELF_SIGNED_CERT: UNKNOWN_ISSUER,
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_ISSUER,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_ISSUER,
  UNABLE_TO_GET_ISSUER_CERT: UNKNOWN_ISSUER,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_ISSUER,
};
