/**
 * The console's page, as `npm run build` left it in dist/console/public. Everything comes from this server; the content security
 * policy lets nothing else in.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import express, { type RequestHandler, type Response, Router } from 'express';
import { publicPrefix } from '../http/base-path.ts';
import { isCustomerUrlTemplate } from './customer-url.ts';
import { type DevelopmentOptions, developmentRouter } from './development.ts';
import { escapeHtml, pageHeaders, sendMissing } from './page.ts';

/** How the console is served. */
export interface ConsoleOptions {
  /**
   * What a proxy removed from the front of the path, and links of the page therefore need, for example `/kyc`. Default:
   * `X-Forwarded-Prefix`, from a proxy that the application trusts (Express' `trust proxy`).
   */
  readonly basePath?: string;
  /** Where GraphQL is served, WebSocket upgrades included. Default `/graphql`. */
  readonly graphqlPath?: string;
  /**
   * Where a customer's page in your own system is, for example `https://crm.example/customers/{customerId}`: http or https. The ID is
   * percent-encoded. Default: no link.
   */
  readonly customerUrlTemplate?: string | undefined;
  /** Where people sign in, instead of pasting a token: the URL of the sign-in paths. Default: they paste a token. */
  readonly signInUrl?: string | undefined;
  /** In development only: the console can then send signed callbacks. */
  readonly development?: DevelopmentOptions;
  /**
   * The folder of the built console. Default: the one in this package. A bundled application says where it copied
   * `node_modules/xgateway-kyc/dist/console/public` to.
   */
  readonly folder?: string;
}

const POLICY =
  "default-src 'none'; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; " +
  "style-src 'self'; font-src 'self'; img-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'";

/**
 * The console for support and compliance staff. Mount it at `/console`. It reads through GraphQL with the token of the person
 * who signs in, so it needs no access of its own. Throws a `TypeError` for a `customerUrlTemplate` that can't be used.
 *
 * @example
 * ```ts
 * import express from 'express';
 * import { consoleRouter } from 'xgateway-kyc/console';
 *
 * const app = express();
 * app.use('/console', consoleRouter({ graphqlPath: '/graphql' }));
 * ```
 */
export function consoleRouter({
  graphqlPath = '/graphql',
  basePath,
  customerUrlTemplate,
  development,
  folder,
  signInUrl,
}: ConsoleOptions = {}): Router {
  if (customerUrlTemplate !== undefined && !isCustomerUrlTemplate(customerUrlTemplate)) {
    throw new TypeError('customerUrlTemplate must be an http(s) URL with {customerId} in its path, query or fragment.');
  }
  const router = Router();
  if (development !== undefined) router.use('/development', developmentRouter(development));
  router.get('/', (request, response) => {
    const prefix = publicPrefix(request, basePath);
    const base = prefix + request.baseUrl;
    const settings = {
      graphql: prefix + graphqlPath,
      base,
      development: String(development !== undefined),
      'customer-url': customerUrlTemplate ?? '',
      ...(signInUrl !== undefined && { 'sign-in': signInUrl }),
    };
    sendPage(response, folder ?? consoleFolder(), base, settings);
  });
  // Resolved at the first request: a bundle that never serves the console needs no such folder.
  let assets: RequestHandler | null = null;
  router.use('/assets', (request, response, next) => {
    // Their names carry a hash of their content.
    assets ??= express.static(join(folder ?? consoleFolder(), 'assets'), {
      immutable: true,
      maxAge: '1y',
      index: false,
      redirect: false,
    });
    assets(request, response, next);
  });
  return router;
}

/** In dist/console: a sibling of this module's folder in the build, also when this module is in the bundle of `serve`. */
export function consoleFolder(): string {
  const isSource = import.meta.filename.endsWith('.ts');
  return join(import.meta.dirname, isSource ? '../../dist/console/public' : '../console/public');
}

/** Sends the built page: its asset links become absolute, and its `html` element carries the settings as data attributes. */
function sendPage(response: Response, folder: string, base: string, settings: Record<string, string>): void {
  const file = join(folder, 'app', 'index.html');
  if (!existsSync(file)) {
    const message = `The console's page is not in ${folder}. Run \`npm run build\`, or pass \`folder\` to consoleRouter.`;
    sendMissing(response, message);
    return;
  }
  const data = Object.entries(settings).map(([key, value]) => ` data-${key}="${escapeHtml(value)}"`);
  const html = readFileSync(file, 'utf8')
    .replace('<html lang="en"', `<html lang="en"${data.join('')}`)
    .replaceAll('"../assets/', `"${escapeHtml(base)}/assets/`);
  response.set(pageHeaders(POLICY)).type('html').send(html);
}
