import { expect, test } from 'vitest';
import { withPlainBuiltins } from '../../scripts/bundle-serve.ts';

test.each([
  ['import { createServer, Server as Listener } from "node:http";', '{ createServer, Server: Listener }', 'node:http'],
  ['import os from "os";', 'os', 'os'],
  ['import * as zlib from "node:zlib";', 'zlib', 'node:zlib'],
])("a builtin's import becomes a property access: %s", (line, local, name) => {
  expect(withPlainBuiltins(`// a comment\n${line}\nrest();`)).toBe(
    `// a comment\nconst ${local} = process.getBuiltinModule("${name}");\nrest();`,
  );
});

test('other imports stay', () => {
  const code = 'import { table } from "../cli/command.js";\nconst text = `import os from "os";`;';
  expect(withPlainBuiltins(code)).toBe(code);
});
