/** `xgateway-kyc completion`: shell completions, from the same tables that parse the commands. */
import { defineCommand, UsageError } from './command.ts';
import { COMMANDS, type CommandEntry } from './commands.ts';

/** The command. */
export const command = defineCommand({
  about: 'Prints a script that completes commands and options in bash, zsh or fish. In zsh, source it after compinit.',
  positionals: '<bash | zsh | fish>',
  options: {},
  examples: [
    'source <(xgateway-kyc completion bash)',
    'source <(xgateway-kyc completion zsh)',
    'xgateway-kyc completion fish | source',
  ],
  async run(_values, [shell, ...more]) {
    const script = SHELLS[shell ?? ''];
    if (script === undefined || more.length > 0) throw new UsageError('Name one shell: bash, zsh or fish.');
    const commands = await Promise.all(
      Object.entries(COMMANDS).map(async ([name, entry]): Promise<Completed> => {
        const loaded = await entry.load();
        return { name, entry, options: [...loaded.command.options, 'help'] };
      }),
    );
    process.stdout.write(script(commands));
    return 0;
  },
});

/** A command, with the names of its options. */
interface Completed {
  readonly name: string;
  readonly entry: CommandEntry;
  readonly options: readonly string[];
}

const SHELLS: Readonly<Record<string, (commands: readonly Completed[]) => string>> = { bash, zsh, fish };

/** The cases of a `case` over the command. */
function cases(commands: readonly Completed[]): string {
  const lines = commands.map(
    ({ name, options }) => `    ${name}) choices="${options.map((option) => `--${option}`).join(' ')}" ;;`,
  );
  return [...lines, '    completion) choices="bash zsh fish" ;;', '    help) choices="$commands" ;;'].join('\n');
}

const NAMES = [...Object.keys(COMMANDS), 'completion', 'help'].join(' ');

function bash(commands: readonly Completed[]): string {
  return `_xgateway_kyc() {
  local commands="${NAMES}" choices=""
  if [ "$COMP_CWORD" -le 1 ]; then choices="$commands"; else case "\${COMP_WORDS[1]}" in
${cases(commands)}
  esac; fi
  COMPREPLY=($(compgen -W "$choices" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _xgateway_kyc xgateway-kyc
`;
}

function zsh(commands: readonly Completed[]): string {
  return `_xgateway_kyc() {
  local commands="${NAMES}" choices=""
  if (( CURRENT <= 2 )); then choices="$commands"; else case "\${words[2]}" in
${cases(commands)}
  esac; fi
  compadd -- \${=choices}
  if (( CURRENT > 2 )); then _files; fi
}
compdef _xgateway_kyc xgateway-kyc
`;
}

function fish(commands: readonly Completed[]): string {
  const first = 'complete -c xgateway-kyc -n __fish_use_subcommand -f';
  const all = [
    ...commands.map(({ name, entry }) => [name, entry.summary]),
    ['completion', 'Print completions for a shell.'],
    ['help', 'Show the options of a command.'],
  ] as const;
  const options = commands.flatMap(({ name, options }) =>
    options.map((option) => `complete -c xgateway-kyc -n '__fish_seen_subcommand_from ${name}' -l ${option}`),
  );
  return `${[
    ...all.map(([name, summary]) => `${first} -a ${name} -d "${summary}"`),
    ...options,
    "complete -c xgateway-kyc -n '__fish_seen_subcommand_from completion' -f -a 'bash zsh fish'",
    `complete -c xgateway-kyc -n '__fish_seen_subcommand_from help' -f -a '${NAMES}'`,
  ].join('\n')}\n`;
}
