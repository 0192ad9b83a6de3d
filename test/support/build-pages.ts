/** Builds the console when its sources are newer than the last build, so that no test sees an old one. */
import { build, type InlineConfig } from 'vite';
import { buildConsole } from '../../scripts/build.ts';

export default async function buildPages(): Promise<void> {
  await buildConsole();
}

/** Builds pages as for production. Vitest says "test", and React would be built as for development. */
export async function buildForProduction(config?: InlineConfig): Promise<void> {
  const environment = process.env['NODE_ENV'];
  process.env['NODE_ENV'] = 'production';
  await build(config);
  process.env['NODE_ENV'] = environment;
}
