/** The settings of a command that works with a server of this folder. */
import { readSettings, type Settings } from '../server/settings.ts';

/**
 * Reads the settings. When there were no secrets and development secrets were just made, the folder is probably the wrong one: says so on
 * standard error, with where they are.
 */
export function commandSettings(): Settings {
  const settings = readSettings(process.env);
  const { developmentSecrets } = settings;
  if (developmentSecrets?.isNew === true) {
    process.stderr.write(
      `New development secrets were made in ${developmentSecrets.path}. A server that runs in another folder has others: if you meant that\n` +
        'one, run this command in its folder, or set XGATEWAY_SECRET_KEY and JWT_SECRET.\n',
    );
  }
  return settings;
}
