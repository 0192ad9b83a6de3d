/** What `xgateway-kyc check` says about one thing. */

/** What one look found. `problem`: the server would not start, or not work. */
export interface Finding {
  readonly about:
    | ('settings' | 'journal' | 'API key' | 'JWKS' | 'clock' | 'proxy')
    | ('URL' | 'prefix' | 'callbacks' | 'GraphQL' | 'WebSocket' | 'SSE');
  readonly level: 'ok' | 'warning' | 'problem';
  readonly text: string;
}
