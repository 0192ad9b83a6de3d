/** The one back-off formula of the server. (The client and the console have their own: they import no server code.) */

/**
 * How long to pause after `attempts` failures, in whole milliseconds: `firstMs` doubled with each failure, at most `maxMs`, of
 * which a random half is taken off so that many do not retry at once.
 */
export function backOff(attempts: number, firstMs: number, maxMs: number): number {
  return Math.ceil(Math.min(maxMs, firstMs * 2 ** attempts) * (0.5 + Math.random() / 2));
}
