/** The settings that say how tokens are verified. */
import { z } from 'zod';
import { signingSecret, url } from './values.ts';

/** The settings of this subject. */
export const access = {
  JWT_SECRET: signingSecret
    .optional()
    .describe('Verifies HS256 tokens; 32 bytes or more. This or `JWT_JWKS_URL` is required in production, never both.'),
  JWT_SECRET_PREVIOUS: signingSecret
    .optional()
    .describe('The previous `JWT_SECRET`, during a rotation: tokens that it signed are accepted until they expire.'),
  JWT_JWKS_URL: url
    .optional()
    .describe('Verifies asymmetric tokens with the keys at this URL. Production needs issuer and audience with it.'),
  JWT_ISSUER: z.string().optional().describe('The `iss` that tokens must have.'),
  JWT_AUDIENCE: z.string().optional().describe('The `aud` that tokens must have.'),
  JWT_CUSTOMER_CLAIM: z.string().default('sub').describe("The claim that holds the customer's ID. Default `sub`."),
};
