/**
 * The steps of deploy/Containerfile, run without a container runtime: each stage is a folder that stands for its file system. The
 * base image is this machine: its Node is the project's. What it cannot show: the registry's Node image itself, and layers.
 */
import { execFileSync } from 'node:child_process';
import { chownSync, cpSync, existsSync, globSync, mkdirSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');

/** One line of the file. */
export interface Step {
  readonly instruction: string;
  readonly words: string;
}

/** The instructions of the Containerfile, without comments; a backslash continues a line. */
export function steps(): Step[] {
  const text = readFileSync(join(ROOT, 'deploy', 'Containerfile'), 'utf8').replace(/\\\n/g, ' ');
  return text
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, instruction = '', words = ''] = /^(\w+)\s+(.*)$/.exec(line) ?? [];
      return { instruction, words };
    });
}

/** Runs the steps below `folder`. Resolves to the folder of the last stage, and what the file says of running it. */
export function buildImage(folder: string): {
  root: string;
  env: Record<string, string>;
  settings: Record<string, string>;
} {
  const stages = new Map<string, string>();
  const env: Record<string, string> = {};
  const settings: Record<string, string> = {};
  let [stage, directory] = ['', '/'];
  for (const { instruction, words } of steps()) {
    if (instruction === 'FROM') {
      const name = / AS (\w+)$/.exec(words)?.[1] ?? 'last';
      stage = join(folder, name);
      stages.set(name, stage);
      mkdirSync(stage);
      directory = '/';
    } else if (instruction === 'WORKDIR') {
      directory = words;
      mkdirSync(join(stage, directory), { recursive: true });
    } else if (instruction === 'COPY') copy(words, stages, join(stage, directory), stage);
    else if (instruction === 'RUN') runStep(words, join(stage, directory));
    else if (instruction === 'ENV') {
      const [name = '', value = ''] = words.split('=');
      env[name] = value;
    } else settings[instruction] = words;
  }
  return { root: stage, env, settings };
}

function copy(words: string, stages: ReadonlyMap<string, string>, into: string, stage: string): void {
  const options = [...words.matchAll(/--(\w+)=(\S+)/g)].map(([, name = '', value = '']) => [name, value] as const);
  const { from, chown } = Object.fromEntries(options);
  const [source = '', target = ''] = words.replace(/--\w+=\S+\s*/g, '').split(/\s+/);
  const destination = target.startsWith('/') ? join(stage, target) : join(into, target);
  if (from === undefined) {
    copyContext(destination);
    return;
  }
  const path = join(String(stages.get(from)), source);
  const isInto = target.endsWith('/');
  cpSync(path, isInto ? join(destination, path.slice(dirname(path).length + 1)) : destination, { recursive: true });
  if (chown !== undefined) chownSync(destination, ...(chown.split(':').map(Number) as [number, number]));
}

/** The build context: what .dockerignore lets through. */
function copyContext(destination: string): void {
  const lines = readFileSync(join(ROOT, '.dockerignore'), 'utf8').split('\n');
  const [everything, ...exceptions] = lines.filter((line) => line !== '' && !line.startsWith('#'));
  if (everything !== '*') throw new Error('.dockerignore has to begin with *');
  for (const exception of exceptions) {
    const name = exception.replace(/^!/, '');
    if (!existsSync(join(ROOT, name))) throw new Error(`.dockerignore names ${name}, which is not there.`);
    for (const path of globSync(name, { cwd: ROOT }))
      cpSync(join(ROOT, path), join(destination, path), { recursive: true });
  }
}

function runStep(words: string, directory: string): void {
  // As root in a clean environment, as a build does it: nothing of this machine's but the path and npm's cache.
  const { PATH, HOME, npm_config_cache } = process.env;
  // The base image's Node, which is the project's here, whatever the machine's is.
  const path = `${dirname(realpathSync(process.execPath))}:${PATH}`;
  const env = { PATH: path, HOME, ...(npm_config_cache && { npm_config_cache }) };
  execFileSync('bash', ['-ec', words], { cwd: directory, env, stdio: 'pipe', maxBuffer: 64 * 1024 * 1024 });
}

/** What `folder` takes on a disk, in bytes. */
export function sizeOf(folder: string): number {
  return Number(execFileSync('du', ['-s', '--block-size=1', folder], { encoding: 'utf8' }).split('\t')[0]);
}
