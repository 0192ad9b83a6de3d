/** The package's declarations, compiled from today's sources: what its entry points export, and from where. */
import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import manifest from '../../package.json' with { type: 'json' };

const ROOT = join(import.meta.dirname, '..', '..');

/** Runs the compiler; returns its exit code with what it complains of. */
export function compile(words: readonly string[], cwd: string): [code: number | null, complaints: string] {
  const compiler = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  const { status, stdout } = spawnSync(process.execPath, [compiler, ...words], { cwd, encoding: 'utf8' });
  return [status, stdout];
}

/** Makes `folder` the package as it is published, declarations only, with a user's sources from `sources` beside it. */
export function writeDeclarations(folder: string, sources?: string): [code: number | null, complaints: string] {
  const words = ['-p', 'tsconfig.build.json', '--emitDeclarationOnly', '--outDir', join(folder, 'dist')];
  const result = compile(words, ROOT);
  const { name, exports } = manifest;
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, type: 'module', exports }));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'dir');
  if (sources !== undefined) cpSync(sources, folder, { recursive: true });
  return result;
}

/** Something that an entry point exports. */
export interface Exported {
  readonly name: string;
  readonly kind: string;
  /** The comment before the declaration; '' when there is none. */
  readonly comment: string;
  readonly text: string;
  /** The names in `text` that are declared in this package, beside the name itself. */
  readonly uses: readonly string[];
}

/** What the declaration file exports, in files below `folder`. */
export function exportsOf(folder: string, entry: string): readonly Exported[] {
  const text = readFileSync(join(folder, entry), 'utf8');
  const reexports = [...text.matchAll(/^export (?:type )?\{([^}]*)\} from '(\.[^']+)'/gm)].flatMap(
    ([, names = '', file = '']) =>
      names.split(',').map((each) => [each.replace(/\btype\b/, '').trim(), join(dirname(entry), file)] as const),
  );
  const found = reexports.filter(([name]) => name !== '').flatMap(([name, file]) => find(folder, file, name) ?? []);
  return [...found, ...declarations(text)];
}

function find(folder: string, file: string, name: string): Exported | null {
  const path = file.replace(/\.(js|ts)$/, '.d.ts');
  return exportsOf(folder, path).find((one) => one.name === name) ?? null;
}

const DECLARATION =
  /^(?:(\/\*\*(?:(?!\*\/)[\s\S])*\*\/)\n)?export (?:declare )?(interface|type|function|class|const) (\w+)([\s\S]*?)(?=^(?:\/\*\*|export |declare |interface |type )|$(?![\s\S]))/gm;

function declarations(text: string): Exported[] {
  const imported = [...text.matchAll(/^import (?:type )?\{([^}]*)\} from '\.[^']+'/gm)].flatMap(([, names = '']) =>
    names.split(',').map((each) => each.replace(/\btype\b/, '').trim()),
  );
  const local = [...text.matchAll(/^(?:export )?(?:declare )?(?:interface|type|class) (\w+)/gm)].map(
    ([, name = '']) => name,
  );
  return [...text.matchAll(DECLARATION)].map(([, comment = '', kind = '', name = '', rest = '']) => {
    const code = rest.replace(/\/\*[\s\S]*?\*\//g, '');
    const uses = [...imported, ...local].filter(
      (one) => one !== name && one !== '' && new RegExp(`\\b${one}\\b`).test(code),
    );
    return { name, kind, comment, text: code, uses };
  });
}
