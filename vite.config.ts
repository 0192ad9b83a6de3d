import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The pages for browsers: the console and GraphiQL, with every font, worker and style of theirs, into dist/console. */
export default defineConfig({
  root: 'src/console',
  // Relative: the server says where they are mounted.
  base: './',
  plugins: [react()],
  logLevel: 'warn',
  worker: { format: 'es' },
  build: {
    outDir: '../../dist/console',
    emptyOutDir: false,
    target: 'es2022',
    modulePreload: { polyfill: false },
    // The editor of GraphiQL is what it is, and is loaded in development only.
    chunkSizeWarningLimit: 5_000,
    rolldownOptions: {
      input: { app: 'src/console/app/index.html', graphiql: 'src/console/graphiql/index.html' },
      checks: { invalidAnnotation: false },
      onwarn(warning, warn) {
        if (warning.code !== 'MODULE_LEVEL_DIRECTIVE') warn(warning);
      },
    },
  },
});
