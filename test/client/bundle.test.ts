import { gzipSync } from 'node:zlib';
import { build, type Rolldown } from 'vite';
import { expect, test } from 'vitest';

const LIMIT_BYTES = 10 * 1024;

/** What a browser loads of an entry of ours, with everything that it needs; React is the page's own. */
async function bundle(entry: string) {
  const output = (await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      write: false,
      minify: true,
      lib: { entry: `src/client/${entry}.ts`, formats: ['es'] },
      rollupOptions: { external: ['react'] },
    },
  })) as Rolldown.RolldownOutput[];
  const chunks = output.flatMap((one) => one.output).filter((chunk) => chunk.type === 'chunk');
  return {
    modules: chunks.flatMap(({ moduleIds }) => moduleIds).map((id) => id.replace(`${process.cwd()}/`, '')),
    gzipped: gzipSync(chunks.map(({ code }) => code).join('')).length,
  };
}

test.each(['index', 'react'])('the client (%s) is small, and has no server code in it', async (entry) => {
  const { modules, gzipped } = await bundle(entry);
  expect(gzipped).toBeLessThan(LIMIT_BYTES);
  expect(modules.length).toBeGreaterThan(5);
  expect(modules.filter((id) => !/^(src\/client\/|node_modules\/graphql-ws\/dist\/(client|common))/.test(id))).toEqual(
    [],
  );
});
