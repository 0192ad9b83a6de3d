/** Logs and counts what the feed notices: a journal that was replaced, a notifier that does not work. */
import type { Logger } from 'pino';
import type { FeedObserver } from '../feed/feed.ts';
import type { Metrics } from './metrics.ts';

/** How often a notifier that keeps failing is logged. */
const REPEAT_MS = 60_000;

/** Makes the observer of a gateway's feed. */
export function createFeedObserver(log: Logger, metrics: Pick<Metrics, 'journalReplaced'>): FeedObserver {
  let wasWorking = true;
  let loggedAt = Number.NEGATIVE_INFINITY;
  let leftOut = 0;
  return {
    replaced(replacement) {
      metrics.journalReplaced.inc();
      log.error(
        replacement,
        'The journal was replaced: it no longer holds the last entry that was read (failover to a lagging replica, or a ' +
          'restored backup?). Subscribers whose last update is gone end with CURSOR_UNKNOWN. Compare the journal with a backup.',
      );
    },
    notifier(isWorking, error) {
      if (isWorking && !wasWorking) log.info('The notifier works again');
      if (isWorking) leftOut = 0;
      else if (wasWorking || performance.now() - loggedAt >= REPEAT_MS) {
        log.error(
          { err: error, ...(leftOut > 0 && { repeated: leftOut }) },
          'The notifier is not working: updates from other instances are up to a second late. Check its server; the gateway keeps retrying.',
        );
        [loggedAt, leftOut] = [performance.now(), 0];
      } else leftOut++;
      wasWorking = isWorking;
    },
  };
}
