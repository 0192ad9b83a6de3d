/** A `.env` with every setting in a comment: `.env.example`, and what `xgateway-kyc init` writes. */
import { environment, FILE_SETTINGS, SUBJECTS } from './environment.ts';
import { fileVariable } from './setting-files.ts';

const WIDTH = 120;
const FROM_FILE: ReadonlyMap<string, string> = new Map(FILE_SETTINGS.map((name) => [name, fileVariable(name)]));

/** The file. `values`: the settings that are set in it; all others are comments with their defaults. */
export function exampleEnvFile(values: Readonly<Record<string, string>> = {}): string {
  const sections = Object.entries(SUBJECTS).map(([subject, shape]) => [
    `# ---- ${subject} ----`,
    ...Object.entries(shape).flatMap(([name, { description = '' }]) => [
      '',
      ...setting(name, description, values[name]),
    ]),
  ]);
  return `${[
    '# Settings of xgateway-kyc, with their defaults. Copy this file to .env and remove the # in front of what you change.',
    '# docs/settings.md explains them. The environment wins over this file.',
    ...sections.flatMap((lines) => ['', ...lines]),
  ].join('\n')}\n`;
}

function setting(name: string, description: string, value: string | undefined): string[] {
  const file = FROM_FILE.get(name);
  const line = value === undefined ? `#${name}=${defaultOf(name)}` : `${name}=${value}`;
  return [
    ...wrapped(description.replaceAll('`', '')),
    line,
    ...(file === undefined || value !== undefined ? [] : [`#${file}=`]),
  ];
}

/** The text of a default, where a setting has one. */
function defaultOf(name: string): string {
  const schema = environment.shape[name as keyof typeof environment.shape];
  const { data } = schema.safeParse(undefined);
  const inText = /Default `([^`]+)`/.exec(schema.description ?? '')?.[1];
  return typeof data === 'string' || typeof data === 'number' ? String(data) : (inText ?? '');
}

function wrapped(text: string): string[] {
  const lines: string[] = [];
  let line = '#';
  for (const word of text.split(' ')) {
    if (line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = '#';
    }
    line += ` ${word}`;
  }
  return [...lines, line];
}
