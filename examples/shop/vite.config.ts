import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The page of the shop. */
export default defineConfig({
  root: `${import.meta.dirname}/page`,
  plugins: [react()],
  logLevel: 'warn',
  build: { outDir: '../dist', emptyOutDir: true },
});
