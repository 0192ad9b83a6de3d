/** Builds the browser's pages when their sources are newer than what `npm run build` left, so that no test sees old ones. */
import { globSync, statSync } from 'node:fs';
import { build, type InlineConfig } from 'vite';

export default async function buildPages(): Promise<void> {
  const sources = [...globSync('src/console/{app,graphiql}/**/*.*'), 'vite.config.ts', 'package-lock.json'];
  const builtAt = statSync('dist/console/app/index.html', { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (sources.some((file) => statSync(file).mtimeMs > builtAt)) await buildForProduction();
}

/** Builds pages as for those who use them. Vitest says "test", and React would be built as for development. */
export async function buildForProduction(config?: InlineConfig): Promise<void> {
  const environment = process.env['NODE_ENV'];
  process.env['NODE_ENV'] = 'production';
  await build(config);
  process.env['NODE_ENV'] = environment;
}
