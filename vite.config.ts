import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The console's page with its fonts, scripts and styles. scripts/build.ts says where it goes. */
export default defineConfig({
  // Relative: the server says where the page is mounted.
  base: './',
  plugins: [react()],
  logLevel: 'warn',
  build: {
    emptyOutDir: false,
    target: 'es2022',
    modulePreload: { polyfill: false },
    rolldownOptions: { input: { app: 'src/console/app/index.html' } },
  },
});
