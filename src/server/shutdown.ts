/** The life of a process that serves: it ends on a signal, in order, and within a deadline. */
import type { Logger } from 'pino';

/** How long an orderly end may take, in milliseconds. */
const EXIT_DEADLINE_MS = 15_000;

/** A signal may come twice at once: from the terminal, and passed on by npm. */
const ECHO_MS = 500;

/**
 * Resolves when SIGINT or SIGTERM has come and `stop` is done. After the deadline, or on a second signal, the process exits
 * with 1 as it is: whatever was acknowledged is durable already.
 */
export async function untilStopped(stop: () => Promise<void>, log: Logger): Promise<void> {
  const giveUp = (reason: string) => {
    log.fatal({ reason }, 'did not stop in order');
    process.exit(1);
  };
  // Listened to until the end: a signal that finds nobody listening kills the process.
  const signal = await new Promise<NodeJS.Signals>((resolve) => {
    let heardAt: number | null = null;
    const heard = (one: NodeJS.Signals) => {
      if (heardAt !== null && performance.now() - heardAt > ECHO_MS) giveUp(`${one} came while stopping`);
      heardAt ??= performance.now();
      resolve(one);
    };
    process.on('SIGINT', heard).on('SIGTERM', heard);
  });
  log.info({ signal }, 'stopping');
  const deadline = setTimeout(() => giveUp('the deadline has passed'), EXIT_DEADLINE_MS).unref();
  await stop();
  clearTimeout(deadline);
  log.info('stopped');
}
