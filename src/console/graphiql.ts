/**
 * GraphiQL for development, from the npm package `@graphql-yoga/render-graphiql`: an optional peer dependency, so that no
 * production install carries an editor. Everything comes from this server; the content security policy lets nothing else in.
 */
import { createRequire } from 'node:module';
import { type RequestHandler, type Response, Router } from 'express';
import { publicPrefix } from '../http/base-path.ts';
import { GRAPHIQL_SCRIPT, graphiqlHtml } from './graphiql-page.ts';
import { pageHeaders, sendMissing } from './page.ts';

/** How GraphiQL is served. */
export interface GraphiqlOptions {
  /**
   * What a proxy removed from the front of the path, and links of the page therefore need, for example `/kyc`. Default:
   * `X-Forwarded-Prefix`, from a proxy that the application trusts (Express' `trust proxy`).
   */
  readonly basePath?: string;
  /** Where GraphQL over server-sent events is served. Default: `/stream` below the path that GraphiQL is mounted at. */
  readonly streamPath?: string;
}

const PACKAGE = '@graphql-yoga/render-graphiql';
const MISSING = `GraphiQL is not installed. Run: npm install --save-dev ${PACKAGE}`;

/** The editor writes style elements, brings its icon font as a data URL, and works in workers. */
const POLICY =
  "default-src 'none'; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; " +
  "style-src 'self' 'unsafe-inline'; font-src 'self' data:; img-src 'self' data:; worker-src 'self'";

/** What the package exports: each a file's text. */
interface Editor {
  readonly js: string;
  readonly css: string;
  readonly editorWorkerService: string;
  readonly jsonWorker: string;
  readonly graphqlWorker: string;
}

/**
 * GraphiQL for browsers, for development. Mount it before GraphQL itself, at the same path: a request that does not ask for a
 * page is passed on. A token in the URL's fragment (`#token=…`) becomes the `authorization` header of every operation.
 *
 * @example
 * ```ts
 * import express from 'express';
 * import { createKycGateway, graphiqlRouter } from 'xgateway-kyc';
 *
 * const gateway = await createKycGateway({ secrets: { current: 'secret' }, access: { key: { secret: 'x'.repeat(32) } } });
 * const app = express();
 * if (process.env['NODE_ENV'] !== 'production') app.use('/graphql', graphiqlRouter());
 * app.use('/graphql/stream', gateway.stream);
 * app.use('/graphql', gateway.graphql);
 * ```
 */
export function graphiqlRouter({ streamPath, basePath }: GraphiqlOptions = {}): Router {
  const router = Router();
  router.get('/', (request, response, next) => {
    const wantsPage = request.accepts(['application/json', 'text/html']) === 'text/html';
    if (!wantsPage || request.query['query'] !== undefined) return next();
    if (findEditor() === null) return sendMissing(response, MISSING);
    const prefix = publicPrefix(request, basePath);
    const path = prefix + request.baseUrl;
    response
      .set(pageHeaders(POLICY))
      .type('html')
      .send(graphiqlHtml(path, prefix + (streamPath ?? `${request.baseUrl}/stream`)));
  });
  router.get('/graphiql/start.js', (_request, response) => sendAsset(response, 'js', GRAPHIQL_SCRIPT));
  router.get('/graphiql/style.css', asset('css', 'css'));
  router.get('/graphiql/editor.js', asset('js', 'js'));
  router.get('/graphiql/worker.js', asset('js', 'editorWorkerService'));
  router.get('/graphiql/json.js', asset('js', 'jsonWorker'));
  router.get('/graphiql/graphql.js', asset('js', 'graphqlWorker'));
  return router;
}

function asset(type: 'js' | 'css', name: keyof Editor): RequestHandler {
  return (_request, response, next) => {
    const editor = findEditor();
    if (editor === null) return next();
    sendAsset(response, type, editor[name]);
  };
}

function sendAsset(response: Response, type: 'js' | 'css', text: string): void {
  response.set({ 'Cache-Control': 'no-cache', 'X-Content-Type-Options': 'nosniff' }).type(type).send(text);
}

/** The package, loaded when somebody opens GraphiQL; null when it is not installed. */
function findEditor(): Editor | null {
  const require = createRequire(import.meta.url);
  try {
    return require(`${PACKAGE}/graphiql`) as Editor;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return null;
    throw error;
  }
}
