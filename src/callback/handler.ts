/** The callback endpoint as a plain HTTP handler: the application or server mounts it at the path registered with XGateway. */
import type { ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { KycError } from '../errors.ts';
import { isInRanges, parseAddressRanges } from '../http/address-range.ts';
import { type AddressedRequest, addressReader } from '../http/client-address.ts';
import { sendError } from '../http/error-response.ts';
import type { NodeHandler, NodeRequest } from '../http/node-handler.ts';
import { markProven } from '../http/proof.ts';
import { requestIdOf, unansweredRequestId } from '../http/request-id.ts';
import { readCallbackBody } from './body.ts';
import { guardedHook } from './guarded-hook.ts';
import type { CallbackOrigin, Intake } from './intake.ts';
import { RefusalRateLimit } from './rate-limit.ts';
import { answerOf, bodyOf, type CallbackOutcome } from './responses.ts';

/** How the endpoint treats callbacks of other types, and which addresses it accepts. */
export interface CallbackHandlerOptions {
  readonly intake: Intake;
  readonly log: Logger;
  /** IP addresses and CIDR ranges that callbacks may come from; empty: any. Behind a proxy, set Express' `trust proxy`. */
  readonly allowedIps?: readonly string[];
  /** The address that a request came from. Default: Express' `request.ip`, or that of the connection. */
  readonly addressOf?: (request: AddressedRequest) => string;
  /** Whether `addressOf` trusts proxies. Default: what Express' `trust proxy` says. */
  readonly trustsProxy?: boolean;
  /** Pass callbacks of other types on to the next handler, with their body in `req.body`. Default: answer 422. */
  readonly passOtherTypes?: boolean;
  /** Called with each outcome. An error that it throws is logged. */
  readonly onOutcome?: (outcome: CallbackOutcome) => void;
}

/** What Express adds to a request. */
type CallbackRequest = NodeRequest & {
  readonly app?: { get(setting: string): unknown };
  readonly route?: unknown;
};

/**
 * Makes the handler. It answers every request, whatever its URL; below a mount of Express' only those of the mount's own path. Without
 * `next`, callbacks of other types are answered 422 whatever `passOtherTypes` says.
 */
export function callbackHandler(options: CallbackHandlerOptions): NodeHandler {
  const endpoint = new Endpoint(options);
  return (request: CallbackRequest, response, next) => {
    if (next !== undefined && isElsewhere(request)) return next();
    endpoint.handle(request, response, next).catch((error: unknown) => {
      requestIdOf(request, response);
      if (next !== undefined) return next(error);
      options.log.error({ err: error }, 'Failed to answer a callback; XGateway will retry it');
      if (response.headersSent) response.destroy();
      else sendError(response, new KycError('INTERNAL_SERVER_ERROR', 'Internal error; see the server log.'));
    });
    return undefined;
  };
}

/** Whether the request is for a path below the one that Express has mounted the handler at. */
function isElsewhere({ baseUrl, route, url = '' }: CallbackRequest): boolean {
  return baseUrl !== undefined && route === undefined && url !== '/' && !url.startsWith('/?');
}

/** The answers that only a callback with a matching hash gets. */
const GENUINE: ReadonlySet<CallbackOutcome['answer']> = new Set(['applied', 'unchanged', 'kept'] as const);
/** The intake knows the customer, and logs these. */
const LOGGED_BY_INTAKE: ReadonlySet<CallbackOutcome['answer']> = new Set([...GENUINE, 'NOT_GENUINE'] as const);

class Endpoint {
  readonly #options: CallbackHandlerOptions;
  readonly #ranges: ReturnType<typeof parseAddressRanges>;
  readonly #refusals = new RefusalRateLimit();
  readonly #addressOf: (request: AddressedRequest) => string;
  readonly #onOutcome: (outcome: CallbackOutcome) => void;
  #hasWarnedOfProxy = false;

  constructor(options: CallbackHandlerOptions) {
    this.#options = options;
    this.#addressOf = options.addressOf ?? addressReader();
    this.#onOutcome = guardedHook(options.onOutcome, options.log);
    this.#ranges = parseAddressRanges(options.allowedIps ?? []);
  }

  async handle(request: CallbackRequest, response: ServerResponse, next: (() => void) | undefined): Promise<void> {
    const origin = this.#originOf(request);
    const outcome = await this.#receive(request, origin);
    if (outcome.answer === 'OTHER_CALLBACK_TYPE' && this.#options.passOtherTypes === true && next !== undefined) {
      requestIdOf(request, response);
      return next();
    }
    if (GENUINE.has(outcome.answer)) markProven(request.socket);
    this.#answer(response, this.#limited(outcome, origin), origin);
  }

  async #receive(request: CallbackRequest, origin: CallbackOrigin): Promise<CallbackOutcome> {
    const { intake } = this.#options;
    if (request.method !== 'POST') return { answer: 'METHOD_NOT_ALLOWED' };
    if (this.#ranges.length > 0 && !origin.isAllowedAddress) return { answer: 'ADDRESS_NOT_ALLOWED' };
    const body = await readCallbackBody(request);
    switch (body.kind) {
      case 'too large':
        return { answer: 'TOO_LARGE' };
      case 'unsupported encoding':
        return { answer: 'UNSUPPORTED_ENCODING' };
      case 'not JSON':
        return intake.refuseText(body.text, origin);
      case 'object':
        request.body = body.value;
        // Awaited here: a promise that an async function returns takes three more turns of the queue of microtasks.
        return await intake.receive({ ...origin, body: body.value, text: body.text });
      default:
        return body satisfies never;
    }
  }

  /** Too many refusals from one address replace the refusal, never the answer to a genuine callback. */
  #limited(outcome: CallbackOutcome, { address }: CallbackOrigin): CallbackOutcome {
    if (answerOf(outcome.answer).countsAgainstSender !== true) return outcome;
    const retryAfter = this.#refusals.waitSeconds(address);
    this.#refusals.note(address);
    return retryAfter === 0 ? outcome : { answer: 'TOO_MANY_REFUSED', retryAfter };
  }

  #answer(response: ServerResponse, outcome: CallbackOutcome, origin: CallbackOrigin): void {
    const { status, headers } = answerOf(outcome.answer);
    if (!LOGGED_BY_INTAKE.has(outcome.answer)) this.#logRefusal(outcome, origin);
    this.#onOutcome(outcome);
    const body = JSON.stringify(bodyOf(outcome));
    const always = {
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Length': Buffer.byteLength(body),
      'X-Request-Id': origin.requestId,
    };
    if (headers === undefined && outcome.retryAfter === undefined) response.writeHead(status, always);
    else {
      const retryAfter = outcome.retryAfter !== undefined && { 'Retry-After': String(outcome.retryAfter) };
      response.writeHead(status, { ...headers, ...retryAfter, ...always });
    }
    // The table is ASCII (a test says so), which is written faster when that is known.
    response.end(body, 'latin1');
  }

  /** The operator of the sending system has to find the cause, so the line has its address. */
  #logRefusal({ answer }: CallbackOutcome, { address, requestId, startedAt }: CallbackOrigin): void {
    const ms = Math.round(performance.now() - startedAt);
    const refusal = { address, outcome: 'refused', code: answer, ms, requestId };
    this.#options.log.warn(refusal, `Refused a callback: ${answerOf(answer).message}`);
  }

  #originOf(request: CallbackRequest): CallbackOrigin {
    if (!this.#hasWarnedOfProxy && request.headers['x-forwarded-for'] !== undefined) this.#warnOfProxy(request);
    const startedAt = performance.now();
    const address = this.#addressOf(request);
    const isAllowedAddress = this.#ranges.length > 0 && isInRanges(address, this.#ranges);
    return { address, requestId: unansweredRequestId(request), isAllowedAddress, startedAt };
  }

  #warnOfProxy({ app, socket }: CallbackRequest): void {
    const trusted = app?.get('trust proxy');
    if (this.#options.trustsProxy === true || (trusted !== undefined && trusted !== false)) return;
    this.#hasWarnedOfProxy = true;
    this.#options.log.warn(
      { address: socket.remoteAddress },
      'A callback has an X-Forwarded-For header, but no proxy is trusted: all callbacks seem to come from the proxy. ' +
        'Set TRUST_PROXY (in an Express application, "trust proxy") to the number of proxies in front, or their CIDR ranges',
    );
  }
}
