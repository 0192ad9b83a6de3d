/** `xgateway-kyc serve`: runs the server until a signal comes. */
import manifest from '../../package.json' with { type: 'json' };
import { type KycServer, startServer } from '../server/app.ts';
import { DEFAULT_CALLBACK_PATH } from '../server/environment/callbacks.ts';
import { onHangUp } from '../server/hang-up.ts';
import { SecretReload } from '../server/secret-reload.ts';
import { isLoopback } from '../server/setting-checks.ts';
import { readSettings, type Settings } from '../server/settings.ts';
import { untilStopped } from '../server/shutdown.ts';
import { ManifestReload } from '../server/trusted-documents.ts';
import { openServerLog } from '../telemetry/server-log.ts';
import { openInBrowser } from './browser.ts';
import { defineCommand, table, UsageError } from './command.ts';
import { developmentToken } from './token.ts';
import { setServingFlags } from './v8-flags.ts';

/** How long open connections are still served after a signal: a load balancer needs a moment to switch over. */
const GRACE_MS = 500;

/** The command. */
export const command = defineCommand({
  about: 'Runs the server. Settings come from the environment; without any, it makes secrets for development.',
  options: {
    port: { type: 'string', short: 'p', placeholder: '<port>', description: 'The port, in place of PORT.' },
    open: { type: 'boolean', default: false, description: 'Open the console in a browser. Not in production.' },
  },
  async run({ open, port }) {
    if (port !== undefined) process.env['PORT'] = portOf(port);
    const settings = readSettings(process.env);
    if (open && settings.production) throw new UsageError('--open is for development, and NODE_ENV is production.');
    const { log, onCallback, dropped } = openServerLog(settings.logLevel);
    for (const warning of settings.warnings) log.warn(warning);
    const { developmentSecrets } = settings;
    if (developmentSecrets?.isNew === true) log.info({ path: developmentSecrets.path }, 'Made secrets for development');
    const server = await startServer(settings, log, { onCallback, droppedLogLines: dropped });
    // Before "ready" is logged: a signal that comes right after it has a listener.
    const stopped = untilStopped(() => server.stop(GRACE_MS), log);
    using reload = new SecretReload({
      env: process.env,
      settings,
      log,
      rotate: (secrets) => server.rotateSecrets(secrets),
      onReload: (areInUse) => server.secretsRead(areInUse),
    });
    const { trustedDocuments } = settings;
    using documents =
      trustedDocuments == null
        ? null
        : new ManifestReload({
            path: trustedDocuments.path,
            documents: trustedDocuments.documents,
            replace: (replacement) => server.replaceTrustedDocuments(replacement),
            log,
          });
    using _hangUp = onHangUp(() => {
      void reload.reload();
      documents?.reload();
    });
    setServingFlags();
    log.info(startLine(settings, server), 'ready');
    if (!settings.production) process.stdout.write(await welcome(settings, server));
    if (open) {
      // Not awaited: some openers run until the browser is closed.
      void openInBrowser(await consoleUrl(settings, server.url)).then((problem) => {
        if (problem !== null) log.warn(`Cannot open a browser (${problem}). Open ${server.url}/console yourself`);
      });
    }
    await stopped;
    return 0;
  },
});

function portOf(text: string): string {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return text;
  throw new UsageError(`--port must be a port number, not ${JSON.stringify(text)}.`);
}

/** What runs, where, on which journal, and how it is set up. */
function startLine({ callbackPath, metricsPort, host, changed }: Settings, { url, journal }: KycServer): object {
  const { description, position, isNew } = journal;
  return {
    version: manifest.version,
    node: process.versions.node,
    url,
    // A custom path may be meant to be secret.
    callbacks: `${url}${callbackPath === DEFAULT_CALLBACK_PATH ? callbackPath : '/[CALLBACK_PATH]'}`,
    graphql: `${url}/graphql`,
    console: `${url}/console`,
    ...(metricsPort !== null && metricsPort !== 0 && { metrics: `http://${host}:${metricsPort}/metrics` }),
    journal: description,
    position,
    isNew,
    settings: changed,
  };
}

async function welcome(settings: Settings, { url }: KycServer): Promise<string> {
  const callbackUrl = `${url}${settings.callbackPath}`;
  const rows: [string, string][] = [
    ['Callbacks', callbackUrl],
    ['GraphQL', `${url}/graphql`],
  ];
  if (settings.signIn != null) rows.push(['Console', `${settings.signIn.publicUrl}/console`]);
  else if ('secret' in settings.access.key) rows.push(...(await signInRows(settings, url)));
  const isDefault = new URL(url).port === '4000' && settings.callbackPath === DEFAULT_CALLBACK_PATH;
  rows.push(['A first callback', `npx xgateway-kyc send${isDefault ? '' : ` --url ${callbackUrl}`}`]);
  return `\n${table(rows).join('\n')}\n\n`;
}

/** How to sign in. A token is shown only on a terminal: other output may be a log that others can read. */
async function signInRows({ access, host }: Settings, url: string): Promise<[string, string][]> {
  if (process.stdout.isTTY !== true || !isLoopback(host)) {
    return [
      ['Console', `${url}/console`],
      ['A token for it', 'npx xgateway-kyc token --scope kyc:admin'],
    ];
  }
  const token = await consoleToken(access);
  return [
    ['Console', `${url}/console#token=${token}`],
    ['GraphiQL', `${url}/graphql#token=${token}`],
  ];
}

/** The console's URL, with a token if this process can sign one that is useless on other machines. */
async function consoleUrl({ access, host, signIn }: Settings, url: string): Promise<string> {
  if (signIn != null) return `${signIn.publicUrl}/console`;
  const canSign = 'secret' in access.key && isLoopback(host);
  return `${url}/console${canSign ? `#token=${await consoleToken(access)}` : ''}`;
}

function consoleToken(access: Settings['access']): Promise<string> {
  return developmentToken(access, { customer: 'console', scope: 'kyc:admin', expires: '12h' });
}
