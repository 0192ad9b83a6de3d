/** `xgateway-kyc token`: a JWT for development, signed with `JWT_SECRET`. */
import { SignJWT } from 'jose';
import type { JwtOptions } from '../access/jwt.ts';
import { defineCommand, UsageError } from './command.ts';
import { commandSettings } from './settings.ts';

const SCOPES: ReadonlySet<string> = new Set(['kyc:read', 'kyc:admin']);

/** The command. */
export const command = defineCommand({
  about:
    'Prints a token for development, signed with JWT_SECRET: for one customer, or with a scope for a service. With JWT_JWKS_URL,\n' +
    'get tokens from its issuer instead.',
  options: {
    customer: { type: 'string', placeholder: '<id>', description: 'For this customer, who sees their own KYC.' },
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
    if (customer === undefined && scope === undefined) throw new UsageError('Use --customer, --scope, or both.');
    const unknown = (scope ?? '').split(/[\s,]+/).filter((word) => word !== '' && !SCOPES.has(word));
    if (unknown.length > 0 || scope?.trim() === '') {
      const named =
        unknown.length > 0
          ? `There is no scope ${unknown.map((word) => JSON.stringify(word)).join(', ')}`
          : '--scope is empty';
      throw new UsageError(`${named}. Known: ${[...SCOPES].join(', ')}.`);
    }
    const { access } = commandSettings();
    process.stdout.write(
      `${await developmentToken(access, {
        customer,
        scope: scope
          ?.trim()
          .split(/[\s,]+/)
          .join(' '),
        expires,
      })}\n`,
    );
    return 0;
  },
});

/** The bearer of a development token, and how long it lasts. */
export interface DevelopmentToken {
  readonly customer?: string | undefined;
  readonly scope?: string | undefined;
  /** A time span such as `15m`. */
  readonly expires: string;
}

/** Signs a token that a server with these settings accepts. Throws `UsageError` when they don't sign tokens. */
export async function developmentToken(
  { key, issuer, audience, customerClaim = 'sub' }: JwtOptions,
  { customer = 'development', scope, expires }: DevelopmentToken,
): Promise<string> {
  if (!('secret' in key))
    throw new UsageError('JWT_JWKS_URL is set, so this server signs no tokens. Get one from the issuer.');
  const token = new SignJWT({
    [customerClaim]: customer,
    ...(scope !== undefined && { scope }),
    ...(issuer !== undefined && { iss: issuer }),
    ...(audience !== undefined && { aud: audience }),
  });
  try {
    token.setProtectedHeader({ alg: 'HS256' }).setIssuedAt().setExpirationTime(expires);
  } catch {
    throw new UsageError(`"${expires}" is not a time span. Try 15m, 8h or 2d.`);
  }
  return token.sign(new TextEncoder().encode(key.secret));
}
