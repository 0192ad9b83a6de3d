/** The callback endpoint as an Express router. Mount it at the path that is registered with XGateway. */
import { type NextFunction, type Request, type Response, Router } from 'express';
import { isInRanges, parseAddressRanges } from '../http/address-range.ts';
import { readBytes } from '../http/body.ts';
import { asJsonObject, type Intake, parseJsonObject } from './intake.ts';
import { RefusalRateLimit } from './rate-limit.ts';
import { ANSWERS, bodyOf, type CallbackOutcome } from './responses.ts';

/** The largest callback that is read, in bytes. */
export const MAX_CALLBACK_BYTES = 64 * 1024;

/** How the router treats what is not for it, and whom it listens to. */
export interface CallbackRouterOptions {
  readonly intake: Intake;
  /** Addresses and CIDR ranges that callbacks may come from; empty: anywhere. Behind a proxy, set Express' `trust proxy`. */
  readonly allowedIps?: readonly string[];
  /** Pass callbacks of other types on to the next handler, with their body in `req.body`. Default: answer 422. */
  readonly passOtherTypes?: boolean;
  /** Called with each outcome. */
  readonly onOutcome?: (outcome: CallbackOutcome) => void;
}

const RETRY_AFTER_SECONDS = 5;

/** Makes the router. */
export function callbackRouter(options: CallbackRouterOptions): Router {
  const ranges = parseAddressRanges(options.allowedIps ?? []);
  const refusals = new RefusalRateLimit();

  const judge = async (request: Request): Promise<CallbackOutcome | { waitSeconds: number }> => {
    const address = request.ip ?? '';
    if (ranges.length > 0 && !isInRanges(address, ranges)) return { answer: 'ADDRESS_NOT_ALLOWED' };
    const waitSeconds = refusals.waitSeconds(address);
    if (waitSeconds > 0) return { waitSeconds };
    const body = await readBody(request);
    if (body === 'too large') return { answer: 'TOO_LARGE' };
    if (body === null) return { answer: 'NOT_JSON' };
    request.body = body;
    const outcome = await options.intake(body);
    // What goes on to the application was not refused.
    const isPassedOn = outcome.answer === 'OTHER_CALLBACK_TYPE' && options.passOtherTypes === true;
    if (ANSWERS[outcome.answer].kept === 'refused' && !isPassedOn) refusals.note(address);
    return outcome;
  };

  const handle = async (request: Request, response: Response, next: NextFunction): Promise<void> => {
    const judged = await judge(request);
    if (!('answer' in judged)) {
      response.set('Retry-After', String(judged.waitSeconds));
      return answer(response, { answer: 'TOO_MANY_REFUSED' });
    }
    if (judged.answer === 'OTHER_CALLBACK_TYPE' && options.passOtherTypes === true) return next('router');
    if (judged.answer === 'UNAVAILABLE') response.set('Retry-After', String(RETRY_AFTER_SECONDS));
    // What was not read of a body that is too large must not be taken for the next request.
    if (judged.answer === 'TOO_LARGE') response.set('Connection', 'close');
    answer(response, judged);
  };

  const answer = (response: Response, outcome: CallbackOutcome): void => {
    options.onOutcome?.(outcome);
    response.status(ANSWERS[outcome.answer].status).json(bodyOf(outcome));
  };

  return Router()
    .post('/', (request, response, next) => {
      handle(request, response, next).catch(next);
    })
    .all('/', (_request, response) => {
      response.set('Allow', 'POST');
      answer(response, { answer: 'METHOD_NOT_ALLOWED' });
    });
}

/** The body as a JSON object, whoever read it first; null when it is none. */
async function readBody(request: Request): Promise<Record<string, unknown> | null | 'too large'> {
  const parsed: unknown = request.body;
  if (parsed instanceof Uint8Array) return parseJsonObject(parsed);
  if (typeof parsed === 'string') return parseJsonObject(Buffer.from(parsed));
  if (typeof parsed === 'object' && parsed !== null) return asJsonObject(parsed);
  const bytes = await readBytes(request, MAX_CALLBACK_BYTES);
  return bytes === 'too large' ? bytes : parseJsonObject(bytes);
}
