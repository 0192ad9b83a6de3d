/**
 * `npm test` runs everything but test/long/, test/deploy/ and test/gateways/. `npm run test:long` sets XGATEWAY_LONG=1: then test/long/ runs too, and tests that
 * take a count (property tests, fuzzing, random kills) use their long one:
 *
 *   const runs = process.env['XGATEWAY_LONG'] === '1' ? 10_000 : 200;
 *
 * XGATEWAY_DEPLOY=1 adds test/deploy/: the files of deploy/ with nginx, HAProxy, Caddy, Prometheus and systemd from Debian, as root.
 *
 * XGATEWAY_GATEWAYS=1 adds test/gateways/: other people's servers, gateways and clients, after `npm ci --prefix test/gateways`.
 *
 * TEST_POSTGRES names a folder with another Postgres (`bin/postgres`), for the oldest version that is supported.
 */
import { createRequire } from 'node:module';
import { configDefaults, defineConfig } from 'vitest/config';

const isLong = process.env['XGATEWAY_LONG'] === '1';
/** Folders that plain `npm test` leaves out, each with the variable that adds it. */
const left = [
  ...(isLong ? [] : ['test/long/**']),
  ...(process.env['XGATEWAY_DEPLOY'] === '1' ? [] : ['test/deploy/**']),
  ...(process.env['XGATEWAY_GATEWAYS'] === '1' ? [] : ['test/gateways/**']),
];

export default defineConfig({
  // Vite would give our sources graphql's ES modules, and Node gives the libraries its CommonJS: two graphqls, which refuse
  // each other's schemas. Outside the tests there is only Node, and only one.
  resolve: {
    alias: [
      { find: /^graphql$/, replacement: createRequire(import.meta.url).resolve('graphql') },
      // The example imports the package by its name, and is tested with the sources.
      // Only the tests in test/gateways need it, and install it there.
      { find: /^vue$/, replacement: `${import.meta.dirname}/test/gateways/node_modules/vue/index.mjs` },
      { find: /^xgateway-kyc$/, replacement: `${import.meta.dirname}/src/index.ts` },
    ],
  },
  test: {
    include: ['test/**/*.test.ts'],
    exclude: [...configDefaults.exclude, ...left],
    globalSetup: ['test/support/postgres-setup.ts', 'test/support/build-pages.ts'],
    // Long counts take minutes: 20,000 queries, 30,000 hostile requests, a minute of load.
    testTimeout: isLong ? 900_000 : 60_000,
    hookTimeout: 60_000,
    // A second is short on a machine that runs everything at once.
    expect: { poll: { timeout: 10_000 } },
  },
});
