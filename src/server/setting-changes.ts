/** Which settings differ from their defaults, in a form that may be logged. */
import { type Environment, environment, FILE_SETTINGS } from './environment.ts';

/** Shown as `set`: secrets, URLs with a password, and the callbacks' path, which may be meant to be unguessable. */
const HIDDEN: ReadonlySet<string> = new Set([...FILE_SETTINGS, 'CALLBACK_PATH']);

const DEFAULTS: Partial<Record<string, unknown>> = environment.parse({});

/** The settings that differ from their defaults, by name, in the order of the documentation. `given`: their texts. */
export function changedSettings(
  values: Environment,
  given: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const changed: Record<string, string> = {};
  for (const [name, value] of Object.entries(values)) {
    const isDefault = JSON.stringify(value) === JSON.stringify(DEFAULTS[name]);
    if (!isDefault) changed[name] = HIDDEN.has(name) ? 'set' : withoutCredentials(given[name] ?? '');
  }
  return changed;
}

/** A URL may have credentials, and a query that holds some. */
function withoutCredentials(text: string): string {
  if (!/[@?]/.test(text) || !URL.canParse(text)) return text;
  const url = new URL(text);
  url.username = '';
  url.password = '';
  url.search = '';
  return url.href;
}
