/** What a browser loads of a source file, with everything that it needs. */
import { build, type Rolldown } from 'vite';

/** A bundle, and the modules in it. */
export interface Bundle {
  readonly code: string;
  readonly modules: readonly string[];
}

/** A minified bundle of `entry` for production; React and Vue are the page's own. */
export function bundleLibrary(entry: string): Promise<Bundle> {
  return bundle(
    { minify: true, lib: { entry, formats: ['es'] }, rolldownOptions: { external: ['react', 'vue'] } },
    'production',
  );
}

/** A script that runs `entry` in a page, with React's development build: strict mode does nothing in the other. */
export function bundlePage(entry: string): Promise<Bundle> {
  return bundle({ minify: false, lib: { entry, formats: ['iife'], name: 'test' } }, 'development');
}

async function bundle(options: object, mode: string): Promise<Bundle> {
  const output = (await build({
    configFile: false,
    logLevel: 'silent',
    mode,
    define: { 'process.env.NODE_ENV': JSON.stringify(mode) },
    build: { write: false, ...options },
  })) as Rolldown.RolldownOutput[];
  const chunks = output.flatMap((one) => one.output).filter((chunk) => chunk.type === 'chunk');
  return {
    code: chunks.map(({ code }) => code).join('\n'),
    modules: chunks.flatMap(({ moduleIds }) => moduleIds).map((id) => id.replace(`${process.cwd()}/`, '')),
  };
}
