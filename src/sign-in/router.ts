/**
 * The paths of signing in, below `/console/sign-in`:
 *
 * - `GET /start` begins a sign-in and sends the browser to the provider;
 * - `GET /callback` is where the provider sends it back to;
 * - `POST /session` says who is signed in, and renews the session when it is time;
 * - `POST /sign-out` ends it; `GET /signed-out` is the page where that leads.
 *
 * Nothing in a request says where to go afterwards: a sign-in ends at the console.
 */
import { type Request, type RequestHandler, type Response, Router } from 'express';
import type { Logger } from 'pino';
import { KycError } from '../errors.ts';
import { HttpError, sendError } from '../http/error-response.ts';
import { requestIdOf } from '../http/request-id.ts';
import { SignInFailure } from './failure.ts';
import { FAILURE_PAGES, SIGN_IN_HEADERS, SIGNED_OUT, type SignInPage, signInHtml } from './pages.ts';
import type { SignIn } from './sign-in.ts';

/** The longest query of a return from the provider, in characters. */
const MAX_SEARCH_LENGTH = 8_192;

type Handle = (request: Request, response: Response) => Promise<void>;

/** Makes the router. Mount it at `/console/sign-in`. */
export function signInRouter(signIn: SignIn, log: Logger): Router {
  const { urls } = signIn;
  const sendPage = (response: Response, page: SignInPage, requestId: string | null): void => {
    response
      .status(page.status)
      .set(SIGN_IN_HEADERS)
      .send(signInHtml(page, `${urls.base}/start`, requestId));
  };
  /** Answers a `SignInFailure` with its page. */
  const withPages =
    (handle: Handle): Handle =>
    async (request, response) => {
      try {
        await handle(request, response);
      } catch (error) {
        if (!(error instanceof SignInFailure)) throw error;
        const { kind, message: reason } = error;
        const requestId = requestIdOf(request, response);
        const isOurs = kind === 'unavailable' || kind === 'configuration';
        log[isOurs ? 'error' : 'warn']({ kind, reason, requestId }, 'A sign-in failed');
        if (kind === 'unavailable') response.set('Retry-After', '60');
        sendPage(response, FAILURE_PAGES[kind], requestId);
      }
    };
  const start: Handle = async (request, response) => {
    const { url, cookies } = await signIn.begin(request.headers.cookie, request.query['account'] === 'other');
    response.append('Set-Cookie', [...cookies]).redirect(302, url.href);
  };
  const callback: Handle = async (request, response) => {
    const at = request.originalUrl.indexOf('?');
    const search = at === -1 ? '' : request.originalUrl.slice(at + 1);
    if (search.length > MAX_SEARCH_LENGTH) throw new SignInFailure('invalid', 'The query is too long');
    const state = new URLSearchParams(search).get('state') ?? '';
    response.append('Set-Cookie', signIn.clearing(state));
    const { cookies } = await signIn.finish(search, state, request.headers.cookie);
    response.append('Set-Cookie', [...cookies]).redirect(303, urls.console);
  };
  const router = Router();
  router.use((_request, response, next) => {
    response.set({ 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' });
    next();
  });
  router.route('/start').get(withPages(start)).all(only('GET, HEAD'));
  router.route('/callback').get(withPages(callback)).all(only('GET, HEAD'));
  router
    .route('/signed-out')
    .get((_request, response) => sendPage(response, SIGNED_OUT, null))
    .all(only('GET, HEAD'));
  router.route('/session').post(ownPagesOnly(urls.origin), session(signIn)).all(only('POST'));
  router.route('/sign-out').post(ownPagesOnly(urls.origin), signOut(signIn)).all(only('POST'));
  router.get('/', (_request, response) => response.redirect(302, urls.console));
  return router;
}

function session(signIn: SignIn): Handle {
  return async (request, response) => {
    try {
      const { session, renewAt, cookies } = await signIn.session(request.headers.cookie);
      response.append('Set-Cookie', [...cookies]).json({
        name: session.name,
        mayAdmin: session.scope === 'kyc:admin',
        expiresAt: session.until,
        endsAt: session.ends,
        renewAt,
      });
    } catch (error) {
      if (!(error instanceof KycError)) throw error;
      const isOver = error.code === 'UNAUTHENTICATED' && request.headers.cookie !== undefined;
      if (isOver) response.append('Set-Cookie', [...signIn.clearingSession()]);
      sendError(response, error);
    }
  };
}

function signOut(signIn: SignIn): Handle {
  return async (request, response) => {
    const { location, cookies } = await signIn.end(request.headers.cookie);
    response.append('Set-Cookie', [...cookies]).json({ location });
  };
}

/** Refuses requests that a page of another origin sent, or that do not say which page did. */
function ownPagesOnly(origin: string): RequestHandler {
  return ({ headers }, response, next) => {
    if (headers.origin === origin) return next();
    sendError(response, new HttpError('FORBIDDEN', `Only pages of ${origin} (PUBLIC_URL) may do this.`));
  };
}

function only(methods: string): RequestHandler {
  return (_request, response) => {
    const message = `Use ${methods.replace(', HEAD', '')}.`;
    sendError(response, new HttpError('METHOD_NOT_ALLOWED', message, { headers: { Allow: methods } }));
  };
}
