/** `xgateway-kyc check`: reports whether a server would start and work here. */
import { withoutCredentials } from '../errors.ts';
import { checkDeployment } from '../server/deployment-checks.ts';
import type { Finding } from '../server/finding.ts';
import { checkPublicUrl } from '../server/public-url-checks.ts';
import { readSettings, type Settings, SettingsError } from '../server/settings.ts';
import { counted } from '../text/counted.ts';
import { defineCommand, UsageError } from './command.ts';
import { adminTokenOf } from './remote.ts';
import { printable } from './terminal.ts';

/** The command. */
export const command = defineCommand({
  about:
    "Checks the settings, the journal, XGateway's API key, the keys of JWT_JWKS_URL, the clock and the proxy settings, and says what\n" +
    'it found. Serves nothing and changes nothing; works while a server runs. With --url it also sends requests to a running server\n' +
    'through the proxies in front of it: whose address the server sees (TRUST_PROXY), the path prefix, callbacks, GraphQL,\n' +
    'WebSocket and event streams. Its token is XGATEWAY_KYC_TOKEN, or one signed with JWT_SECRET. Exit code 1 when something is a\n' +
    'problem; warnings do not count.',
  options: {
    url: {
      type: 'string',
      placeholder: '<url>',
      description: 'Also check the server at its public base URL, for example https://shop.example/kyc.',
    },
    json: { type: 'boolean', default: false, description: 'Print one JSON object per line.' },
  },
  examples: [
    'xgateway-kyc check',
    'xgateway-kyc check --url https://kyc.example',
    'NODE_ENV=production xgateway-kyc check --json',
  ],
  async run({ json, url }) {
    if (url !== undefined && !(URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)))
      throw new UsageError(`--url must be an http or https URL, not ${JSON.stringify(withoutCredentials(url))}.`);
    const show = (finding: Finding) => void process.stdout.write(`${json ? JSON.stringify(finding) : line(finding)}\n`);
    let problems = 0;
    for await (const finding of findings(url)) {
      show(finding);
      if (finding.level === 'problem') problems++;
    }
    if (problems === 0) return 0;
    process.stderr.write(`${counted(problems, 'problem')} found.\n`);
    return 1;
  },
});

async function* findings(url: string | undefined): AsyncGenerator<Finding> {
  let settings: Settings;
  try {
    settings = readSettings(process.env, { makesSecrets: false });
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    for (const text of error.problems) yield { about: 'settings', level: 'problem', text };
    return;
  }
  const changed = Object.entries(settings.changed).map(([name, value]) => `${name}=${value}`);
  const text = changed.length === 0 ? 'all defaults: for development' : changed.join(', ');
  yield { about: 'settings', level: 'ok', text };
  for (const warning of settings.warnings) yield { about: 'settings', level: 'warning', text: warning };
  yield* checkDeployment(settings);
  if (url !== undefined) yield* checkPublicUrl({ url, token: () => adminTokenOf(settings) });
}

function line({ about, level, text }: Finding): string {
  return printable(`${level.padEnd(7)}  ${about.padEnd(9)}  ${text}`);
}
