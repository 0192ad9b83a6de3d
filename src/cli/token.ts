/** `xgateway-kyc token`: a JWT for development, signed with `JWT_SECRET`. */
import { SignJWT } from 'jose';
import type { JwtOptions } from '../access/jwt.ts';
import { readSettings } from '../server/settings.ts';
import { defineCommand, UsageError } from './command.ts';

/** The command. */
export const command = defineCommand({
  about:
    'Prints a token for development, signed with JWT_SECRET: for one customer, or with a scope for a service. A server that\n' +
    'verifies with JWT_JWKS_URL takes the tokens of its issuer instead.',
  options: {
    customer: { type: 'string', placeholder: '<id>', description: 'A token of this customer, who sees their own KYC.' },
    scope: { type: 'string', placeholder: '<scopes>', description: 'Scopes, for example "kyc:read" or "kyc:admin".' },
    expires: {
      type: 'string',
      placeholder: '<time>',
      default: '1h',
      description: 'How long it is valid, for example 15m.',
    },
  },
  examples: ['xgateway-kyc token --customer demo_customer_id', 'xgateway-kyc token --scope kyc:read --expires 8h'],
  async run({ customer, scope, expires }) {
    if (customer === undefined && scope === undefined) throw new UsageError('Say --customer, --scope, or both.');
    const { access } = readSettings(process.env);
    process.stdout.write(`${await developmentToken(access, { customer, scope, expires })}\n`);
    return 0;
  },
});

/** For whom a development token is, and for how long. */
export interface DevelopmentToken {
  readonly customer?: string | undefined;
  readonly scope?: string | undefined;
  /** A time span such as `15m`. */
  readonly expires: string;
}

/** Signs a token that a server with these settings accepts. Throws `UsageError` where that can't be. */
export async function developmentToken(
  { key, issuer, audience, customerClaim = 'sub' }: JwtOptions,
  { customer = 'development', scope, expires }: DevelopmentToken,
): Promise<string> {
  if (!('secret' in key)) throw new UsageError('JWT_JWKS_URL is set: ask its issuer for a token.');
  const token = new SignJWT({
    [customerClaim]: customer,
    ...(scope !== undefined && { scope }),
    ...(issuer !== undefined && { iss: issuer }),
    ...(audience !== undefined && { aud: audience }),
  });
  try {
    token.setProtectedHeader({ alg: 'HS256' }).setIssuedAt().setExpirationTime(expires);
  } catch {
    throw new UsageError(`"${expires}" is no time span. Try 15m, 8h or 2d.`);
  }
  return token.sign(new TextEncoder().encode(key.secret));
}
