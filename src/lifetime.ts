/** The life of a process that serves: it ends on a signal, in order, and within a deadline. */
import type { Logger } from 'pino';

/** How long an orderly end may take, in milliseconds. */
const EXIT_DEADLINE_MS = 15_000;

/**
 * Resolves when SIGINT or SIGTERM has come and `stop` is done. After the deadline, or on a second signal, the process exits
 * with 1 as it is: whatever was acknowledged is durable already.
 */
export async function untilStopped(stop: () => Promise<void>, log: Logger): Promise<void> {
  const signal = await nextSignal();
  log.info({ signal }, 'stopping');
  const deadline = setTimeout(() => giveUp('the deadline has passed'), EXIT_DEADLINE_MS).unref();
  const giveUp = (reason: string) => {
    log.fatal({ reason }, 'did not stop in order');
    process.exit(1);
  };
  void nextSignal().then((second) => giveUp(`${second} came while stopping`));
  await stop();
  clearTimeout(deadline);
  log.info('stopped');
}

function nextSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    const signals = ['SIGINT', 'SIGTERM'] as const;
    const heard = (signal: NodeJS.Signals) => {
      for (const one of signals) process.off(one, heard);
      resolve(signal);
    };
    for (const one of signals) process.once(one, heard);
  });
}
