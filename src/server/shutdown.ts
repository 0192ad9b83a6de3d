/** Shutdown of the serving process: on a signal, in order, and within a deadline. */
import type { Logger } from 'pino';

/** How long an orderly stop may take, in milliseconds. */
const EXIT_DEADLINE_MS = 15_000;

/** One Ctrl-C may arrive twice: from the terminal, and passed on by npm. */
const ECHO_MS = 500;

/**
 * Resolves when SIGINT or SIGTERM has come and `stop` is done. After 15 seconds, or on a second signal, the process exits with 1
 * at once: what was acknowledged is already durable.
 */
export async function untilStopped(stop: () => Promise<void>, log: Logger): Promise<void> {
  const exitNow = (reason: string) => {
    log.fatal({ reason }, 'Exiting without an orderly stop');
    process.exit(1);
  };
  // The listeners stay until the end: a signal without one kills the process.
  const signal = await new Promise<NodeJS.Signals>((resolve) => {
    let firstAt: number | null = null;
    const received = (name: NodeJS.Signals) => {
      if (firstAt !== null && performance.now() - firstAt > ECHO_MS) exitNow(`${name} received while stopping`);
      firstAt ??= performance.now();
      resolve(name);
    };
    process.on('SIGINT', received).on('SIGTERM', received);
  });
  log.info({ signal }, 'stopping');
  const deadline = setTimeout(() => exitNow('the deadline has passed'), EXIT_DEADLINE_MS).unref();
  await stop();
  clearTimeout(deadline);
  log.info('stopped');
}
