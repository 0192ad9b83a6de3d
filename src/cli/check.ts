/** `xgateway-kyc check`: reports whether a server would start and work here. */
import { checkDeployment, type Finding } from '../server/deployment-checks.ts';
import { readSettings, type Settings, SettingsError } from '../server/settings.ts';
import { counted } from '../text/counted.ts';
import { defineCommand } from './command.ts';
import { printable } from './terminal.ts';

/** The command. */
export const command = defineCommand({
  about:
    "Checks the settings, the journal, XGateway's API key, the keys of JWT_JWKS_URL, the clock and the proxy settings, and says what\n" +
    'it found. Serves nothing and changes nothing; works while a server runs. Exit code 1 when something is a problem; warnings\n' +
    'do not count.',
  options: {
    json: { type: 'boolean', default: false, description: 'Print one JSON object per line.' },
  },
  examples: ['xgateway-kyc check', 'NODE_ENV=production xgateway-kyc check --json'],
  async run({ json }) {
    const show = (finding: Finding) => void process.stdout.write(`${json ? JSON.stringify(finding) : line(finding)}\n`);
    let problems = 0;
    for await (const finding of findings()) {
      show(finding);
      if (finding.level === 'problem') problems++;
    }
    if (problems === 0) return 0;
    process.stderr.write(`${counted(problems, 'problem')} found.\n`);
    return 1;
  },
});

async function* findings(): AsyncGenerator<Finding> {
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
}

function line({ about, level, text }: Finding): string {
  return printable(`${level.padEnd(7)}  ${about.padEnd(8)}  ${text}`);
}
