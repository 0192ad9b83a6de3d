/** How a command is defined, and how its arguments are parsed. */
import { type ParseArgsConfig, parseArgs } from 'node:util';

type OptionConfig = NonNullable<ParseArgsConfig['options']>[string];

/** An option, as `parseArgs` takes it, with its text for `--help`. */
export type CommandOption = OptionConfig & {
  readonly description: string;
  /** Stands for the value in `--help`. */
  readonly placeholder?: string;
};

type Options = Readonly<Record<string, CommandOption>>;

/** The options as given. */
export type Values<Given extends Options> = ReturnType<typeof parseArgs<{ options: Given }>>['values'];

/** A command. */
export interface Command {
  /** The names of its options, without `--help`. */
  readonly options: readonly string[];
  /** Runs it with the arguments after its name. Resolves to the exit code. */
  run(words: readonly string[], name: string): Promise<number>;
}

/** The arguments are wrong: the message is printed without a stack trace, and the exit code is 2. */
export class UsageError extends Error {}

/** How a command is defined. */
export interface CommandDefinition<Given extends Options> {
  /** A paragraph for `--help`. */
  readonly about: string;
  /** The positional arguments, for `--help`, for example `<file>`. Default: none are allowed. */
  readonly positionals?: string;
  readonly options: Given;
  /** Lines for `--help`. */
  readonly examples?: readonly string[];
  /** Does the work. Resolves to the exit code, default 0. Throws `UsageError` for arguments that can't be combined. */
  run(values: Values<Given>, positionals: readonly string[]): Promise<number | undefined>;
}

/** Makes a command. */
export function defineCommand<const Given extends Options>(definition: CommandDefinition<Given>): Command {
  return {
    options: Object.keys(definition.options),
    async run(words, name) {
      if (words.includes('--help') || words.includes('-h')) {
        process.stdout.write(helpOf(name, definition));
        return 0;
      }
      const { values, positionals } = read(definition, words);
      return (await definition.run(values, positionals)) ?? 0;
    },
  };
}

function read<Given extends Options>(definition: CommandDefinition<Given>, words: readonly string[]) {
  try {
    const { options, positionals } = definition;
    return parseArgs({ args: [...words], options, allowPositionals: positionals !== undefined });
  } catch (error) {
    throw error instanceof Error ? new UsageError(error.message) : error;
  }
}

function helpOf(name: string, { about, positionals, options, examples = [] }: CommandDefinition<Options>): string {
  const rows = Object.entries(options).map(
    ([option, { type, short, description, placeholder, default: byDefault }]) => [
      `${short === undefined ? '' : `-${short}, `}--${option}${type === 'string' ? ` ${placeholder ?? '<text>'}` : ''}`,
      byDefault === undefined || byDefault === false ? description : `${description} Default ${String(byDefault)}.`,
    ],
  );
  rows.push(['-h, --help', 'Show this help.']);
  const usage = ['xgateway-kyc', name, ...(rows.length > 1 ? ['[options]'] : []), positionals]
    .filter(Boolean)
    .join(' ');
  const lines = ['', `Usage: ${usage}`, '', about, '', 'Options:', ...table(rows)];
  if (examples.length > 0) lines.push('', 'Examples:', ...examples.map((line) => `  ${line}`));
  return `${lines.join('\n')}\n\n`;
}

/** Rows of two columns, the first one padded. */
export function table(rows: readonly (readonly [string, string] | readonly string[])[]): string[] {
  const width = Math.max(...rows.map(([left = '']) => left.length));
  return rows.map(([left = '', right = '']) => `  ${left.padEnd(width)}  ${right}`);
}
