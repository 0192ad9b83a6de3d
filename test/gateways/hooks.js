/**
 * How Node resolves modules for the applications here: `xgateway-kyc` is the sources of this clone, and everybody gets its graphql. (This folder has
 * another copy, which a gateway would refuse.) TypeScript with decorators, which Node does not run, is compiled.
 */
import { readFileSync } from 'node:fs';
import { createRequire, registerHooks } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = new URL('../../', import.meta.url).href;
const APPS = new URL('apps/', import.meta.url).href;
const OURS = `${ROOT}package.json`;
const requireOurs = createRequire(OURS);
const { transformSync } = await import('rolldown/utils');

registerHooks({
  resolve(specifier, context, next) {
    // Next's bundles add a hash to the name.
    if (/^xgateway-kyc(-[0-9a-f]+)?$/.test(specifier)) return next(`${ROOT}src/index.ts`, context);
    // `resolve` of the clone's own `require` comes through here as well.
    if (!/^graphql(\/|$)/.test(specifier) || context.parentURL === OURS) return next(specifier, context);
    return { url: pathToFileURL(requireOurs.resolve(specifier)).href, shortCircuit: true };
  },
  load(url, context, next) {
    if (!url.startsWith(APPS) || !url.endsWith('.ts')) return next(url, context);
    const file = fileURLToPath(url);
    const { code, errors } = transformSync(file, readFileSync(file, 'utf8'), { decorator: { legacy: true } });
    if (errors.length > 0) throw new Error(`${file}: ${errors[0].message}`);
    return { format: 'module', source: code, shortCircuit: true };
  },
});
