/** `xgateway-kyc completion`: shell completions, from the same tables that parse the commands. */
import { defineCommand, UsageError } from './command.ts';
import { COMMANDS } from './commands.ts';

/** The command. */
export const command = defineCommand({
  about: 'Prints a script that completes commands and options in bash or zsh.',
  positionals: '<bash | zsh>',
  options: {},
  examples: ['source <(xgateway-kyc completion bash)', 'source <(xgateway-kyc completion zsh)'],
  async run(_values, [shell, ...more]) {
    if ((shell !== 'bash' && shell !== 'zsh') || more.length > 0) throw new UsageError('Name one shell: bash or zsh.');
    const options = await Promise.all(
      Object.entries(COMMANDS).map(async ([name, entry]) => {
        const loaded = await entry.load();
        return `    ${name}) choices="${[...loaded.command.options, 'help'].map((option) => `--${option}`).join(' ')}" ;;`;
      }),
    );
    options.push('    completion) choices="bash zsh" ;;', '    help) choices="$commands" ;;');
    process.stdout.write(shell === 'bash' ? bash(options) : zsh(options));
    return 0;
  },
});

const NAMES = [...Object.keys(COMMANDS), 'completion', 'help'].join(' ');

function bash(options: readonly string[]): string {
  return `_xgateway_kyc() {
  local commands="${NAMES}" choices=""
  if [ "$COMP_CWORD" -le 1 ]; then choices="$commands"; else case "\${COMP_WORDS[1]}" in
${options.join('\n')}
  esac; fi
  COMPREPLY=($(compgen -W "$choices" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _xgateway_kyc xgateway-kyc
`;
}

function zsh(options: readonly string[]): string {
  return `_xgateway_kyc() {
  local commands="${NAMES}" choices=""
  if (( CURRENT <= 2 )); then choices="$commands"; else case "\${words[2]}" in
${options.join('\n')}
  esac; fi
  compadd -- \${=choices}
  if (( CURRENT > 2 )); then _files; fi
}
compdef _xgateway_kyc xgateway-kyc
`;
}
