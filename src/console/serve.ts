/**
 * The pages for browsers, as `npm run build` left them in dist/console: the console, and GraphiQL in development. Everything
 * comes from this server; the content security policy lets nothing else in.
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import express, { type RequestHandler, type Response, Router } from 'express';
import { type DevelopmentOptions, developmentRouter } from './development.ts';

/** How the console is served. */
export interface ConsoleOptions {
  /** Where GraphQL is served, WebSocket upgrades included. Default `/graphql`. */
  readonly graphqlPath?: string;
  /** In development only: the console can then send signed callbacks. */
  readonly development?: DevelopmentOptions;
}

/** How GraphiQL is served. */
export interface GraphiqlOptions {
  /** Where the console's router is mounted: GraphiQL's files are there too. Default `/console`. */
  readonly consolePath?: string;
}

// The same from src/console/ and from dist/console/.
const BUILT = fileURLToPath(new URL('../../dist/console/', import.meta.url));

const SHARED_POLICY =
  "default-src 'none'; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const CONSOLE_POLICY = `${SHARED_POLICY}; style-src 'self'; font-src 'self'; img-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'`;
/** The editor writes style elements, brings its icon font as a data URL, and works in workers. */
const GRAPHIQL_POLICY = `${SHARED_POLICY}; style-src 'self' 'unsafe-inline'; font-src 'self' data:; img-src 'self' data:; worker-src 'self'`;

/** The console. Mount it at `/console`. */
export function consoleRouter({ graphqlPath = '/graphql', development }: ConsoleOptions = {}): Router {
  const router = Router();
  if (development !== undefined) router.use('/development', developmentRouter(development));
  router.get('/', (request, response) => {
    const settings = { graphql: graphqlPath, base: request.baseUrl, development: String(development !== undefined) };
    sendPage(response, 'app', CONSOLE_POLICY, request.baseUrl, settings);
  });
  // Their names carry a hash of their content.
  router.use('/assets', express.static(`${BUILT}assets`, { immutable: true, maxAge: '1y', index: false }));
  return router;
}

/** GraphiQL for browsers. Mount it before GraphQL itself, at the same path: what does not ask for a page is passed on. */
export function graphiqlPage({ consolePath = '/console' }: GraphiqlOptions = {}): RequestHandler {
  return (request, response, next) => {
    const wantsPage = request.method === 'GET' && request.accepts(['application/json', 'text/html']) === 'text/html';
    if (!wantsPage || request.query['query'] !== undefined) return next();
    sendPage(response, 'graphiql', GRAPHIQL_POLICY, consolePath, { graphql: request.baseUrl || request.path });
  };
}

/** Sends a built page: its asset links become absolute, and its `html` element carries the settings as data attributes. */
function sendPage(
  response: Response,
  name: 'app' | 'graphiql',
  policy: string,
  base: string,
  settings: Record<string, string>,
): void {
  const file = `${BUILT}${name}/index.html`;
  if (!existsSync(file)) {
    response.status(503).type('text').send('This page is not built yet. Run: npm run build');
    return;
  }
  const data = Object.entries(settings).map(([key, value]) => ` data-${key}="${escapeHtml(value)}"`);
  const html = readFileSync(file, 'utf8')
    .replace('<html lang="en"', `<html lang="en"${data.join('')}`)
    .replaceAll('"../assets/', `"${escapeHtml(base)}/assets/`);
  response
    .set({
      'Content-Security-Policy': policy,
      'Cache-Control': 'no-cache',
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Referrer-Policy': 'no-referrer',
      'X-Content-Type-Options': 'nosniff',
      'X-Frame-Options': 'DENY',
    })
    .type('html')
    .send(html);
}

function escapeHtml(text: string): string {
  return text.replace(/[&"<>]/g, (character) => `&#${character.charCodeAt(0)};`);
}
