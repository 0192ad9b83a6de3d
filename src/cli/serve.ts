/** `xgateway-kyc serve`: runs the server until a signal comes. */

import { startServer } from '../server/app.ts';
import { readSettings, type Settings } from '../server/settings.ts';
import { untilStopped } from '../server/shutdown.ts';
import { createLog } from '../telemetry/log.ts';
import { defineCommand, table } from './command.ts';
import { developmentToken } from './token.ts';
import { letYoungGenerationGrow } from './young-generation.ts';

/** The command. */
export const command = defineCommand({
  about: 'Runs the server. Its settings come from the environment; with none at all it makes secrets for development.',
  options: {},
  async run() {
    const settings = readSettings(process.env);
    const log = createLog(settings.logLevel);
    if (settings.production && settings.xgatewayApi === null) {
      log.warn('XGATEWAY_API_KEY is not set: what callbacks say is not confirmed with XGateway');
    }
    const server = await startServer(settings, log);
    // Before "ready" is logged: a signal that comes right after it finds somebody listening.
    const stopped = untilStopped(() => server.stop(), log);
    letYoungGenerationGrow();
    log.info({ url: server.url }, 'ready');
    if (!settings.production) process.stdout.write(await welcome(settings, server.url));
    await stopped;
    return 0;
  },
});

async function welcome(settings: Settings, url: string): Promise<string> {
  const rows: [string, string][] = [
    ['Callbacks', `${url}/callbacks/kyc`],
    ['GraphQL', `${url}/graphql`],
  ];
  if ('secret' in settings.access.key) {
    const token = await developmentToken(settings.access, { customer: 'console', scope: 'kyc:admin', expires: '12h' });
    rows.push(['Console', `${url}/console#token=${token}`], ['GraphiQL', `${url}/graphql#token=${token}`]);
  }
  const port = new URL(url).port;
  const send = `npx xgateway-kyc send${port === '4000' ? '' : ` --url ${url}/callbacks/kyc`}`;
  rows.push(['A first callback', send]);
  return `\n${table(rows).join('\n')}\n\n`;
}
