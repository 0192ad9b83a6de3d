import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compile, exportsOf, writeDeclarations } from '../support/declarations.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const ENTRIES = {
  'xgateway-kyc': 'dist/index.d.ts',
  'xgateway-kyc/console': 'dist/console/index.d.ts',
  'xgateway-kyc/client': 'dist/client/index.d.ts',
  'xgateway-kyc/client/node': 'dist/client/node.d.ts',
  'xgateway-kyc/react': 'dist/client/react.d.ts',
  'xgateway-kyc/testing': 'dist/testing/index.d.ts',
} as const;

/** What a resolver's context holds of the inside, which users pass on as a whole; and aliases of generated types. */
const OPAQUE = ['Journal', 'Feed', 'KycActions', 'InputMaybe', 'Maybe', 'Scalars', 'KycResolvers'];

const folder = temporaryFolder();
let declared: ReturnType<typeof writeDeclarations>;
beforeAll(() => {
  declared = writeDeclarations(folder.path, import.meta.dirname);
});
afterAll(() => folder[Symbol.dispose]());

test('the public API compiles as a user would write it, every strictness on', () => {
  expect(declared).toEqual([0, '']);
  // A service in Node, and a page with the browser's types alone.
  for (const project of ['tsconfig.json', 'tsconfig.page.json']) {
    expect(compile(['-p', project], folder.path)).toEqual([0, '']);
  }
});

test.each(Object.entries(ENTRIES))('%s exports every type that its signatures use', (_module, entry) => {
  const exported = exportsOf(folder.path, entry);
  expect(exported.length).toBeGreaterThan(2);
  // The kit and the consumer add to the other entry points, whose types they use.
  const others = /node|testing/.test(entry) ? Object.values(ENTRIES).flatMap((one) => exportsOf(folder.path, one)) : [];
  const names = [...[...exported, ...others].map(({ name }) => name), ...OPAQUE];
  const missing = exported.flatMap(({ name, uses }) =>
    uses.filter((use) => !names.includes(use)).map((use) => `${name} uses ${use}`),
  );
  expect(missing).toEqual([]);
});

test('every public function and class has an example, and the examples compile', () => {
  const examples = join(folder.path, 'examples');
  mkdirSync(examples);
  const without: string[] = [];
  for (const [module, entry] of Object.entries(ENTRIES)) {
    for (const { name, comment } of exportsOf(folder.path, entry).filter(
      ({ kind }) => kind === 'function' || kind === 'class',
    )) {
      const code = exampleOf(comment);
      if (code === null) without.push(`${module}: ${name}`);
      else {
        const isImported = new RegExp(`import[^;]*\\b${name}\\b`).test(code);
        const text = `${isImported ? '' : `import { ${name} } from '${module}';\n`}${code}\nexport {};\n`;
        writeFileSync(join(examples, `${module.replaceAll('/', '-')}-${name}.tsx`), text);
      }
    }
  }
  for (const { name, comment, code } of examplesOfCodeApi()) {
    expect(code, `${name}: ${comment}`).not.toBe('');
    writeFileSync(join(examples, `${name}.tsx`), `${CODE_API_PRELUDE}${code}\nexport {};\n`);
  }
  expect(without).toEqual([]);
  writeFileSync(
    join(examples, 'globals.d.ts'),
    `declare function show(...what: unknown[]): void;
declare function freshToken(): Promise<string>;
declare function readCursor(): Promise<string | null>;
declare function storeCursor(cursor: string): Promise<void>;
declare function grantAccess(customerId: string, isVerified: boolean): Promise<void>;
type Row = { readonly cursor: string | null };
type Sql = (text: string, values: readonly unknown[]) => Promise<readonly Row[]>;
declare const database: { transaction<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result> };\n`,
  );
  writeFileSync(
    join(examples, 'tsconfig.json'),
    JSON.stringify({
      extends: '../tsconfig.json',
      compilerOptions: { lib: ['es2024', 'esnext.disposable', 'dom'], jsx: 'react-jsx' },
      files: [],
      include: ['*.tsx', '*.d.ts'],
    }),
  );
  expect(compile(['-p', 'tsconfig.json'], examples)).toEqual([0, '']);
});

const CODE_API_PRELUDE = `import type { KycGateway, Viewer } from 'xgateway-kyc';\ndeclare const gateway: KycGateway;\n`;

/** The examples of the code API: in the comment of each of its methods, and in docs/code.md and docs/consumers.md. */
function examplesOfCodeApi(): { readonly name: string; readonly comment: string; readonly code: string }[] {
  const declared = readFileSync(join(folder.path, 'dist', 'gateway', 'api-contract.d.ts'), 'utf8');
  const readers = declared.slice(declared.indexOf('interface KycReader'), declared.indexOf('interface UpdatesOptions'));
  const api = declared.slice(declared.indexOf('interface KycApi'));
  const members = [...`${readers}${api}`.matchAll(/^ {4}(\/\*\*(?:(?!\*\/)[\s\S])*\*\/)\n {4}(?:readonly )?(\w+)/gm)];
  expect(members.map(([, , name]) => name).sort()).toEqual([
    'acknowledge',
    'as',
    'attention',
    'confirm',
    'consume',
    'consumers',
    'correct',
    'deadLetters',
    'erase',
    'kyc',
    'kycMany',
    'record',
    'refresh',
    'updates',
    'waitFor',
    'withdraw',
  ]);
  const page = (name: string) => readFileSync(join(import.meta.dirname, '..', '..', 'docs', name), 'utf8');
  const blocks = [...`${page('code.md')}${page('consumers.md')}`.matchAll(/^```ts\n([\s\S]*?)^```/gm)];
  expect(blocks.length).toBeGreaterThan(4);
  return [
    ...members.map(([, comment = '', name = '']) => ({ name: `api-${name}`, comment, code: exampleOf(comment) ?? '' })),
    ...blocks.map(([, code = ''], index) => ({ name: `code-md-${index}`, comment: 'docs', code })),
  ];
}

/** The code after `@example` in a comment, without its fence; null when there is none. */
function exampleOf(comment: string): string | null {
  const lines = comment.split('\n').map((line) => line.replace(/^\s*(\/\*\*|\*\/|\*) ?/, ''));
  const start = lines.findIndex((line) => line.startsWith('@example'));
  if (start === -1) return null;
  const end = lines.findIndex((line, index) => index > start && line.startsWith('@'));
  return lines
    .slice(start + 1, end === -1 ? undefined : end)
    .filter((line) => !line.startsWith('```'))
    .join('\n');
}
