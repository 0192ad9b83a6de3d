/**
 * Development only: signs a callback as XGateway would and posts it to this server's own callback endpoint, so that it goes
 * the whole way of a real one. The secret does not leave the server.
 */
import { json, Router } from 'express';
import { z } from 'zod';
import { type Authenticate, type AuthenticationRequest, requireReader } from '../access/viewer.ts';
import { describeError, KycError } from '../errors.ts';
import { sendError } from '../http/error-response.ts';
import { callbackHash } from '../xgateway/callback-hash.ts';

/** What signs and sends. Never give it in production. */
export interface DevelopmentOptions {
  /** The secret that callbacks are signed with, or a function that returns the one that holds now. */
  readonly secret: string | (() => string);
  /** Who asks: only a token with the scope `kyc:read` may send. */
  readonly authenticate: Authenticate;
  /** Where callbacks are taken. Default `/callbacks/kyc`. */
  readonly callbackPath?: string;
}

const Callback = z.object({
  customerId: z.string().min(1),
  status: z.string().nullable(),
  docsMissing: z.array(z.string()).default([]),
  kycRejectLabel: z.string().nullable().default(null),
  kycEndUserErrorMessage: z.string().nullable().default(null),
});

/** Takes `POST /callback` with a callback without its hash, and answers what the callback endpoint answered. */
export function developmentRouter({
  secret,
  authenticate,
  callbackPath = '/callbacks/kyc',
}: DevelopmentOptions): Router {
  const viewerOf = async (request: AuthenticationRequest) => authenticate(request);
  return Router().post('/callback', json(), async (request, response, next) => {
    try {
      // The header also keeps other origins out: a browser does not let them set it.
      requireReader(await viewerOf(request));
    } catch (error) {
      // Express 4 does not see that a promise rejects: it would end the process.
      return error instanceof KycError ? sendError(response, error) : next(error);
    }
    const parsed = Callback.safeParse(request.body);
    if (!parsed.success) return sendError(response, new KycError('BAD_USER_INPUT', z.prettifyError(parsed.error)));
    const callback = {
      callbackType: 'kyc',
      ...parsed.data,
      hash: callbackHash(parsed.data.customerId, typeof secret === 'string' ? secret : secret()),
    };
    const { localPort, localAddress = '127.0.0.1' } = request.socket;
    const host = localAddress.includes(':') ? `[${localAddress}]` : localAddress;
    try {
      const answer = await fetch(`http://${host}:${localPort}${callbackPath}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(callback),
      });
      response.status(answer.status).json(await answer.json());
    } catch (error) {
      const message = `Cannot post to this server's own callback endpoint: ${describeError(error)}`;
      sendError(response, new KycError('INTERNAL_SERVER_ERROR', message));
    }
  });
}
