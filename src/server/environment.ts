/** The environment variables, by subject: what each means, and what its text may be. */
import { z } from 'zod';
import { access } from './environment/access.ts';
import { callbacks } from './environment/callbacks.ts';
import { limits } from './environment/limits.ts';
import { serving } from './environment/serving.ts';
import { signIn } from './environment/sign-in.ts';
import { storage } from './environment/storage.ts';

/** The variables by subject, in the order in which the documentation shows them. */
export const SUBJECTS = {
  'The server': serving,
  'The journal': storage,
  XGateway: callbacks,
  Tokens: access,
  'Signing in': signIn,
  Limits: limits,
} as const;

/** The environment variables, each with what the documentation says of it. */
export const environment = z.object({ ...serving, ...storage, ...callbacks, ...access, ...signIn, ...limits });

/** The environment, parsed. */
export type Environment = z.output<typeof environment>;

/** The settings that hold secrets. Their values are never shown. */
export const SECRET_SETTINGS = [
  'XGATEWAY_SECRET_KEY',
  'XGATEWAY_SECRET_KEY_PREVIOUS',
  'XGATEWAY_API_KEY',
  'JWT_SECRET',
  'JWT_SECRET_PREVIOUS',
  'OIDC_CLIENT_SECRET',
  'SESSION_SECRET',
  'SESSION_SECRET_PREVIOUS',
] as const satisfies readonly (keyof Environment)[];

/** The settings that can be read from a file, which `<name>_FILE` names. The journal's URL may hold a password. */
export const FILE_SETTINGS = [...SECRET_SETTINGS, 'DATABASE_URL'] as const;
