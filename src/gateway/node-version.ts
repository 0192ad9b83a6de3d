/** The oldest Node that the package runs on. This module itself must load on any. */
const OLDEST_NODE = 24;

/** Throws on a Node that is too old, before it loads anything it could not parse. */
export function checkNodeVersion(version: string = process.versions.node): void {
  if (Number.parseInt(version, 10) >= OLDEST_NODE) return;
  throw new Error(`xgateway-kyc needs Node ${OLDEST_NODE} or later, and this is Node ${version}.`);
}
