#!/usr/bin/env node
// The command. Plain JavaScript that an old Node can parse, so that it can say what is missing instead of a SyntaxError.
import { existsSync } from 'node:fs';

const OLDEST_NODE = 24;
const main = new URL('../dist/cli/main.js', import.meta.url);

if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
  // A clone of the repository brings a Node of its own; an application that installs the package does not.
  const isFreshClone =
    existsSync(new URL('../tools/node', import.meta.url)) && !existsSync(new URL('../node_modules', import.meta.url));
  fail(
    `xgateway-kyc needs Node ${OLDEST_NODE} or later, and this is Node ${process.versions.node} (${process.execPath}).` +
      (isFreshClone ? ' Run npm ci, which installs one here.' : ''),
  );
} else if (existsSync(main)) {
  await import(main.href);
} else {
  fail('xgateway-kyc is not built. Run npm ci, which also builds it.');
}

/** @param {string} message */
function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exitCode = 1;
}
