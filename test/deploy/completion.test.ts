/** The completions of the command line in the shells themselves, from Debian; bash has its own test in test/cli. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from '../support/process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

let folder: ReturnType<typeof temporaryFolder>;
beforeAll(async () => {
  folder = temporaryFolder();
  for (const shell of ['bash', 'zsh', 'fish']) {
    const { code, stdout } = await run(['completion', shell], folder.path);
    expect(code).toBe(0);
    writeFileSync(join(folder.path, shell), stdout);
  }
});
afterAll(() => folder[Symbol.dispose]());

const ask = (program: string, ...words: string[]) =>
  execFileSync(program, words, { cwd: folder.path, encoding: 'utf8', env: { ...process.env, HOME: folder.path } });

test('fish: commands with what they do, and the options of each', () => {
  const complete = (line: string) => ask('fish', '--no-config', '-c', `source fish; complete -C '${line}'`).trim();
  expect(complete('xgateway-kyc se')).toMatch(/^send\t.*\nserve\tRun the server\.$/);
  expect(
    complete('xgateway-kyc send --pr')
      .split('\n')
      .map((line) => line.split('\t')[0]),
  ).toEqual(['--print', '--processing']);
  expect(complete('xgateway-kyc completion ').split('\n').toSorted()).toEqual(['bash', 'fish', 'zsh']);
});

test('zsh: the script loads after compinit, and completes a line in a terminal', () => {
  const script = `
    zmodload zsh/zpty
    zpty shell zsh -f -i
    zpty -w shell "PS1='> '; autoload -U compinit; compinit -u -D; source ${folder.path}/zsh; echo loaded"
    zpty -r -m shell line '*loaded*loaded*'
    zpty -w -n shell $'xgateway-kyc complet\\tfi\\t'
    zpty -r -m shell line '*completion*fish*' && print -r -- "$line"
    zpty -d shell`;
  expect(ask('timeout', '20', 'zsh', '-f', '-c', script)).toMatch(/completion.*fish/s);
});

test('bash: the script loads, and registers itself', () => {
  const complete = 'COMP_WORDS=(xgateway-kyc che); COMP_CWORD=1; _xgateway_kyc; echo "$COMPREPLY"';
  const words = `source ./bash; ${complete}; complete -p xgateway-kyc`;
  expect(ask('bash', '--norc', '-c', words)).toBe('check\ncomplete -o default -F _xgateway_kyc xgateway-kyc\n');
});
